"""The map fits the house: what docs/architecture.md and docs/README.md name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGE = (DOCS / "architecture.md").read_text("utf-8")
FOLDERS = "contracts|oracle|scoring|web|tests|scripts|docs"
PATHS = sorted(set(re.findall(rf"(?<![\w/])((?:{FOLDERS})/[\w./-]*)", PAGE)))
NAMES = re.findall(r"`([\w/]+\.py)` \(`(\w+)`\)", PAGE)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_of_the_architecture_page_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("path", "name"), NAMES)
def test_every_name_stands_in_the_file_it_is_said_to(path: str, name: str) -> None:
    assert re.search(rf"^(?:class|def) {name}\b", (ROOT / path).read_text("utf-8"), re.MULTILINE)


def test_the_page_leads_through_the_daemon() -> None:
    in_order = [path for path, _ in NAMES if path.startswith("oracle/daemon/")]
    assert in_order[0] == "oracle/daemon/schedule.py"
    assert len(PATHS) > 40
    assert len(NAMES) > 15


@pytest.mark.parametrize("package", ["oracle", "scoring"])
def test_every_folder_stands_on_the_page(package: str) -> None:
    folders = {
        f"{package}/{path.name}/"
        for path in (ROOT / package).iterdir()
        if (path / "__init__.py").exists()
    }
    assert {folder for folder in folders if not _is_named(folder)} == set()


def _is_named(folder: str) -> bool:
    """Of scoring the picture names the folders within it."""
    return folder in PATHS or f'["{folder.partition("/")[2]} ' in PAGE


def test_every_decision_is_listed_with_one_line() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| \[[^\]]+\]\(decisions/([\w-]+\.md)\) \| [^|]{10,}\. \|$", index, re.M)
    assert sorted(listed) == sorted(path.name for path in (DOCS / "decisions").glob("*.md"))


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text("utf-8")
    pages = {path.name for path in DOCS.glob("*.md")} - {"README.md"}
    assert {name for name in pages if f"({name})" not in index} == set()
