"""The trees that the error files draw are the errors that there are."""

from __future__ import annotations

import ast
import builtins
import importlib
import re

import pytest

from tests.unit.structure.imports import sources, tree_of

pytestmark = pytest.mark.unit

FILES = ["oracle.errors", "oracle.studio.errors", "scoring.errors", "scoring.similarity.errors"]
_ROOT = re.compile(r" *([A-Z]\w+)$")
_BRANCH = re.compile(r"([ │]*)[├└]── (\w+)")


@pytest.mark.parametrize("module", FILES)
def test_the_drawn_tree_is_the_tree(module: str) -> None:
    defined = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(importlib.import_module(module)).items()
        if isinstance(kind, type) and kind.__module__ == module and kind.__base__ is not Exception
    }
    assert drawn_parents(module) == defined


def drawn_parents(module: str) -> dict[str, str]:
    """Each error's parent, by how far to the right it is drawn."""
    above: list[str] = []
    parents = {}
    margin = 0
    for line in (ast.get_docstring(tree_of(module)) or "").splitlines():
        if root := _ROOT.match(line):
            above, margin = [root[1]], root.start(1)
        elif branch := _BRANCH.match(line):
            depth = (len(branch[1]) - margin) // 4 + 1
            above[depth:] = [branch[2]]
            parents[branch[2]] = above[depth - 1]
    return parents


@pytest.mark.parametrize("package", ["oracle", "scoring"])
def test_errors_that_leave_their_folder_stand_in_the_error_file_or_are_named_there(
    package: str,
) -> None:
    text = ast.get_docstring(tree_of(f"{package}.errors")) or ""
    elsewhere = {
        f"{module}.{name}"
        for module, name in errors()
        if module.startswith(package) and module not in FILES and not name.startswith("_")
    }
    assert elsewhere, "else this test looks for nothing"
    assert {name for name in elsewhere if name.removeprefix("oracle.") not in text} == set()


def errors() -> set[tuple[str, str]]:
    """Every class that is an exception by its bases' names, with its module."""
    classes = [
        (module, node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for module in sources()
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ClassDef)
    ]
    kinds = {n for n, kind in vars(builtins).items() if isinstance(kind, type) and is_error(kind)}
    found: set[tuple[str, str]] = set()
    while new := {(m, name) for m, name, bases in classes if bases & kinds} - found:
        found |= new
        kinds |= {name for _, name in new}
    return found


def is_error(kind: type) -> bool:
    return issubclass(kind, BaseException)
