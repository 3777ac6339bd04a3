"""Who imports whom, read from the source: no module is run for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("oracle", "scoring")


@dataclass(frozen=True)
class Import:
    """One import of a module; `for_types` when it happens under TYPE_CHECKING alone."""

    module: str  # of our own packages in full, of others the first name
    for_types: bool


def module_of(path: Path) -> str:
    """`oracle/cli/main.py` is oracle.cli.main, and a folder's `__init__.py` the folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> Mapping[str, Path]:
    """Every module of both packages."""
    return {
        module_of(path): path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


@cache
def imports_of(module: str) -> frozenset[Import]:
    """What a module imports, at its top or anywhere inside."""
    tree = tree_of(module)
    for_types = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        for node in ast.walk(statement)
    }
    return frozenset(
        Import(name, node in for_types) for node in ast.walk(tree) for name in _names(node)
    )


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (_ours_or_first(alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide where a thing stands"
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in sources() else _ours_or_first(str(node.module))


def _ours_or_first(name: str) -> str:
    first = name.partition(".")[0]
    return name if first in PACKAGES else first


def part_of(module: str) -> str:
    """The folder or loose module that a module belongs to: oracle.cli.main is of oracle.cli."""
    return ".".join(module.split(".")[:2])


def map_of(package: str) -> tuple[str, ...]:
    """The parts that a package's docstring lists, in its order: one a line, indented by nothing."""
    text = ast.get_docstring(tree_of(package)) or ""
    lines = text.split("\n\n", 2)[2].splitlines()
    return tuple(f"{package}.{line.split()[0]}" for line in lines if line)
