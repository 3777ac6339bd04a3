"""Puts the Solidity sources that npm's packages bring into wheel and sdist.

A wheel's user compiles the contracts without npm; the repository holds no third party's sources.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SourcesHook(BuildHookInterface):
    """Adds what `oracle/chain/sources.py` says the contracts import from npm's packages."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # compiles from the checkout's node_modules
        root = Path(self.root)
        finder = _load(root / "oracle" / "chain" / "sources.py")
        target = "oracle/chain/node_modules" if self.target_name == "wheel" else "node_modules"
        for name in self._imported(finder, root):
            build_data["force_include"][str(finder.source_path(root, name))] = f"{target}/{name}"

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
