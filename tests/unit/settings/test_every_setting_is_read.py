"""A setting that nobody reads is a promise that nobody keeps."""

from __future__ import annotations

import ast
import dataclasses
from typing import get_type_hints

import pytest

from oracle.settings.config import Settings
from tests.unit.structure.imports import sources, tree_of

pytestmark = pytest.mark.unit

SECTIONS = get_type_hints(Settings)
OF_KIND = {kind.__name__: section for section, kind in SECTIONS.items()}
KEYS = [
    (section, field.name)
    for section, kind in SECTIONS.items()
    for field in dataclasses.fields(kind)
]


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_setting_is_read(section: str, key: str) -> None:
    assert (section, key) in READ


def reads() -> set[tuple[str, str]]:
    """Every `….section.key`, `section.key` and `alias.key`, and a section's `self.key`."""
    found = set()
    for module in sources():
        if module.startswith("oracle"):
            tree = tree_of(module)
            known = aliases(tree) | {section: section for section in SECTIONS}
            found |= keys_of(tree, known)
    for node in ast.walk(tree_of("oracle.settings.config")):
        if isinstance(node, ast.ClassDef) and node.name in OF_KIND:
            found |= keys_of(node, {"self": OF_KIND[node.name]})
    return found


def keys_of(tree: ast.AST, known: dict[str, str]) -> set[tuple[str, str]]:
    return {
        (known[name_of(node.value)], node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and name_of(node.value) in known
    }


def aliases(tree: ast.Module) -> dict[str, str]:
    """Names that a module gives to sections: `limits = settings.uploads`, or a typed parameter."""
    pairs = [
        (name_of(target), name_of(value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target, value in zip(parts(node.targets[0]), parts(node.value), strict=False)
    ]
    pairs += [
        (node.arg, OF_KIND.get(name_of(node.annotation), ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.annotation is not None
    ]
    return {name: section for name, section in pairs if section in SECTIONS}


def parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


READ = reads()
