"""Where the built page lies: in a checkout's `web/dist`, or in the package that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from oracle.paths import path_of

BUILT_IN: Final = "built-in"


def built_page() -> Path | None:
    """The folder with the built page's `index.html`; None in a checkout that has not built it."""
    here = Path(__file__).resolve()
    for folder in (here.parents[2] / "web" / "dist", here.with_name("page_files")):
        if (folder / "index.html").is_file():
            return folder
    return None


def page_folder(setting: str) -> Path | None:
    """The folder that `[api] page` names: `built-in`, or a path."""
    return built_page() if setting == BUILT_IN else path_of(setting)
