"""Puts what npm makes and brings into wheel and sdist: the built page, and Solidity sources.

A wheel's user serves the page and compiles the contracts without npm; the repository holds neither
what is built nor a third party's sources.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class NpmHook(BuildHookInterface):
    """Adds `web/dist`, and what the contracts import according to `oracle/chain/sources.py`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # reads the checkout's web/dist and node_modules
        root = Path(self.root)
        wheel = self.target_name == "wheel"
        finder = _load(root / "oracle" / "chain" / "sources.py")
        target = "oracle/chain/node_modules" if wheel else "node_modules"
        included = build_data["force_include"]
        for name in self._imported(finder, root):
            included[str(finder.source_path(root, name))] = f"{target}/{name}"
        page = root / "web" / "dist"
        if not (page / "index.html").is_file():
            raise SystemExit(
                f"error: the players' page is not built: {page}\n"
                "       run scripts/setup, or `npm --prefix web run build`, and build again"
            )
        for file in sorted(page.rglob("*")):
            if file.is_file() and not file.name.startswith("."):  # scripts/setup leaves a stamp
                place = "oracle/api/page_files" if wheel else "web/dist"
                included[str(file)] = f"{place}/{file.relative_to(page).as_posix()}"

    def _imported(self, finder: Any, root: Path) -> list[str]:
        entries = [f"{finder.OURS}{path.name}" for path in root.glob(f"{finder.OURS}*.sol")]
        try:
            names = {name for entry in entries for name in finder.sources(root, entry)}
        except FileNotFoundError as error:
            raise SystemExit(
                f"error: a source that the contracts import is not here: {error.filename}\n"
                "       run scripts/setup, or `npm ci`, and build again"
            ) from error
        return sorted(name for name in names if not name.startswith(finder.OURS))


def _load(path: Path) -> Any:
    """Loads a module by its file: the package itself needs more than a build has."""
    spec = importlib.util.spec_from_file_location("sources", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
