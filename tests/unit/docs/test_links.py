"""Every relative link of every page leads to a file that exists, and to a heading of it."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
FOREIGN = {"node_modules", "vendor", "dist", "artifacts", "cache", "out"}


def pages(root: Path) -> list[Path]:
    """Every page of the tree that is ours."""
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        ours = [name for name in folders if name not in FOREIGN and not name.startswith(".")]
        folders[:] = ours + [name for name in folders if name == ".github"]
        found += [Path(folder) / name for name in names if name.endswith(".md")]
    return sorted(found)


PAGES = pages(ROOT)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<(?:a|img)\s[^>]*(?:href|src)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")


def without_code(text: str) -> str:
    """The page without fenced blocks and code spans, whose brackets are no links."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def links(page: Path) -> list[str]:
    found = LINK.findall(without_code(page.read_text("utf-8")))
    return [markdown or html for markdown, html in found if not ELSEWHERE.match(markdown or html)]


@cache
def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    names: list[str] = []
    for heading in re.findall(r"^#{1,6} +(.+)$", text, flags=re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
        earlier = names.count(name)
        names.append(f"{name}-{earlier}" if earlier else name)
    return set(names)


def broken(page: Path) -> list[str]:
    wrong = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Two `words`\n[a](#two-words) [b](gone.md) [c](page.md#gone) `[d](gone.md)`\n"
        "```\n[e](gone.md)\n```\n[f](https://example.org/x)\n"
    )
    assert broken(page) == ["gone.md", "page.md#gone"]
