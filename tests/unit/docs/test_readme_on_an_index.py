"""A package index shows the README without links and pictures that lead nowhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
HOME = "https://github.com/someone/judging-oracle"


def metadata(home: str) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("hatch_metadata", ROOT / "hatch_metadata.py")
    assert spec is not None and spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    found: dict[str, Any] = {}
    hook.ReadmeHook(str(ROOT), {"home": home}).update(found)
    return found


def shown(home: str) -> str:
    return str(metadata(home)["readme"]["text"])


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", text)


def test_pictures_and_pages_lead_to_where_the_repository_is_published() -> None:
    found = links(shown(HOME))
    assert f"{HOME}/raw/main/docs/images/report.png" in found
    assert f"{HOME}/blob/main/docs/play.md" in found
    assert all(link.startswith("https://") for link in found)
    assert metadata(HOME)["urls"]["Source"] == HOME


def test_without_an_address_no_link_and_no_picture_is_left() -> None:
    text = shown("")
    assert all(link.startswith("https://") for link in links(text))
    assert "docs/audit.md" in text  # as its text
    assert "urls" not in metadata("")


def test_what_only_this_repository_draws_is_left_out() -> None:
    text = shown(HOME)
    assert "<!--" not in text and "mermaid" not in text
    assert "Two commands" in text
