"""What a newcomer installs: bounds that say what works, and extras that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
EXTRAS_NAMED = re.compile(r"(?:\.|\.whl|judging-oracle)\[([a-z,]+)\]")


def test_every_dependency_has_a_lower_bound() -> None:
    """`scripts/installs lowest` tries these very versions."""
    everything = [*PROJECT["dependencies"], *(name for extra in EXTRAS.values() for name in extra)]
    assert [name for name in everything if not re.search(r"[>=]=\d", name)] == []


def test_every_extra_for_users_is_tried_alone() -> None:
    script = (ROOT / "scripts" / "installs").read_text("utf-8")
    (tried,) = re.findall(r'"\$\{@:-([a-z ]+)\}"', script)
    assert set(tried.split()) == (EXTRAS.keys() - {"dev", "docs"}) | {"base", "lowest"}


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name)
def test_every_extra_that_a_page_installs_exists(page: Path) -> None:
    named = {
        extra
        for group in EXTRAS_NAMED.findall(page.read_text("utf-8"))
        for extra in group.split(",")
    }
    assert named <= EXTRAS.keys()


def test_the_install_page_explains_every_extra_for_users() -> None:
    page = (ROOT / "docs" / "install.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE))
    assert explained == EXTRAS.keys() - {"dev", "docs"}
