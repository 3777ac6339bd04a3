"""The page is served from a checkout, and from an installed wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.api import built_page

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("place", ["web/dist", "oracle/api/page_files"])
def test_the_page_is_found_where_a_checkout_or_a_wheel_has_it(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built_page, "__file__", str(tmp_path / "oracle/api/built_page.py"))
    assert built_page.built_page() is None
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "index.html").touch()
    assert built_page.built_page() == tmp_path / place
    assert built_page.page_folder("built-in") == tmp_path / place


def test_another_page_is_named_by_its_folder(tmp_path: Path) -> None:
    assert built_page.page_folder(str(tmp_path)) == tmp_path
