"""Finds the contracts' sources: ours, and those that npm's packages bring.

Imports nothing but the standard library, because the wheel's build hook loads this file by itself.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final

# What an import in a Solidity file names: a path beside it, or one below node_modules.
_IMPORT: Final = re.compile(r'^import\s[^"]*"([^"]+)";', re.MULTILINE)
# Where ours lie; all others are npm's.
OURS: Final = "contracts/"


def sources(root: Path, entry: str) -> dict[str, str]:
    """The file `entry`, such as "contracts/Competition.sol", and all it imports: name to text.

    Names are in order. Ours are paths below `root`, npm's are as written in an import. Raises
    `FileNotFoundError` when one is not here.
    """
    found: dict[str, str] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = source_path(root, name).read_text(encoding="utf-8")
        waiting += [_resolved(path, name) for path in _IMPORT.findall(found[name])]
    return dict(sorted(found.items()))


def source_path(root: Path, name: str) -> Path:
    """Where the file with this name lies."""
    return root / name if name.startswith(OURS) else root / "node_modules" / name


def _resolved(path: str, importer: str) -> str:
    if not path.startswith("."):
        return path
    return posixpath.normpath(f"{posixpath.dirname(importer)}/{path}")
