"""docs/tutorials/similarity-in-python.md runs from its top, and prints what it shows."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "tutorials" / "similarity-in-python.md"
CELL = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def cells(page: str) -> list[tuple[str, str]]:
    """Each block of code with the output below it."""
    return CELL.findall(page)


def outputs(codes: list[str], folder: Path) -> list[str]:
    """What the blocks print, one after another, as in a notebook."""
    names: dict[str, Any] = {"folder": folder, "__name__": "tour"}
    printed = []
    for code in codes:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(code, str(PAGE), "exec"), names)
        printed.append(out.getvalue())
    return printed


def test_the_tour_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    page = PAGE.read_text("utf-8")
    found = cells(page)
    assert len(found) == page.count("```python") > 4, "a block of code has no output below it"
    assert outputs([code for code, _ in found], tmp_path) == [shown for _, shown in found]


def main() -> None:
    """`python -m tests.unit.docs.test_similarity_tour DIR` writes the outputs into the page."""
    page = PAGE.read_text("utf-8")
    printed = iter(outputs([code for code, _ in cells(page)], Path(sys.argv[1])))
    again = CELL.sub(
        lambda cell: cell[0][: cell.start(2) - cell.start()] + next(printed) + "```\n", page
    )
    PAGE.write_text(again, "utf-8")


if __name__ == "__main__":
    main()
