"""One name means one thing: a reader who has met a word knows it everywhere."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.unit.structure.imports import sources, tree_of

pytestmark = pytest.mark.unit


def test_no_kind_of_thing_in_the_oracle_has_the_name_of_another() -> None:
    places = defaultdict(set)
    for module in sources():
        if module.startswith("oracle"):
            for name in kinds_in(tree_of(module)):
                places[name].add(module)
    assert "Verdict" in places, "else this test looks for nothing"
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def kinds_in(tree: ast.Module) -> Iterator[str]:
    """Public classes, and types that a module names."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        else:
            continue
        # Constants are in capitals; a single letter is a type variable.
        if name[0].isupper() and not name.isupper() and len(name) > 1:
            yield name
