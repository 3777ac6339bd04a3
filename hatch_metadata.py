"""Makes the README that package indexes show: they resolve no path of this repository.

Relative links and pictures lead to the address under [tool.judging-oracle] home in pyproject.toml.
Where none is given, links become their text and pictures go, so that nothing leads nowhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z][a-z0-9+.-]*:|#)([^)\s]+)\)")
_MARK = re.compile(r"<!--=.*?-->", re.DOTALL)  # scripts/figures.py's
_DIAGRAM = re.compile(r"^```mermaid\n.*?^```\n+", re.DOTALL | re.MULTILINE)  # indexes draw none


class ReadmeHook(MetadataHookInterface):
    """Gives the project its readme, and its addresses where they are known."""

    def update(self, metadata: dict[str, Any]) -> None:
        home = str(self.config.get("home", "")).rstrip("/")
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": readable(text, home)}
        if home:
            metadata["urls"] = {
                "Source": home,
                "Documentation": f"{home}/tree/main/docs",
                "Changelog": f"{home}/blob/main/CHANGELOG.md",
            }


def readable(text: str, home: str) -> str:
    """The README `text` as it reads away from the repository, which is published at `home`."""
    plain = _DIAGRAM.sub("", _MARK.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", _LINK.sub(lambda link: _elsewhere(link, home), plain))


def _elsewhere(link: re.Match[str], home: str) -> str:
    picture, text, path = link.groups()
    if not home:
        return "" if picture else text
    kind = "raw" if picture else "blob"
    return f"{picture}[{text}]({home}/{kind}/main/{path})"
