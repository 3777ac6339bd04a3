"""A reader finds a thing by folder names alone: the map is whole, every folder has its words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.unit.structure.imports import ROOT, map_of, sources, tree_of

pytestmark = pytest.mark.unit

FOLDERS = sorted(module for module, path in sources().items() if path.name == "__init__.py")


@pytest.mark.parametrize("package", ["oracle", "scoring"])
def test_the_map_names_what_there_is_and_nothing_else(package: str) -> None:
    there = {
        f"{package}.{path.stem}"
        for path in (ROOT / package).iterdir()
        if is_python(path) and not path.stem.startswith("__")
    }
    named = map_of(package)
    assert set(named) == there
    assert len(named) == len(there), "a part is named twice"


def is_python(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def test_there_is_no_folder_of_python_without_an_init() -> None:
    folders = {path.parent for path in sources().values()}
    assert {str(folder) for folder in folders if not (folder / "__init__.py").is_file()} == set()


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_says_what_lives_there(folder: str) -> None:
    text = ast.get_docstring(tree_of(folder)) or ""
    first, _, rest = text.partition("\n\n")
    assert first.endswith("."), "its first line is a sentence"
    assert rest, "and then it says how to find one's way"


@pytest.mark.parametrize("folder", ["oracle", "oracle.sandbox", "scoring", "scoring.submission"])
def test_folders_that_the_jails_pass_through_run_nothing(folder: str) -> None:
    body = tree_of(folder).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
