#!/usr/bin/env python3
"""Puts the figures of the last recorded runs into the pages, so that one thing has one number.

    scripts/figures.py            lists the figures that differ from the records; exit code 1 if any
    scripts/figures.py --write    puts the records' figures into the pages

A figure stands between marks that a reader of the page does not see:

    <!--=gas:buyTicket-->51 108<!--=-->
    <!--=tree:total_seconds:s-->10.2 s<!--=-->

that is the record, the keys down to the value, and how it is written. `gas` is the contracts' gas
snapshot (`npm run snapshot`). `lab/quality.md:calibrated:constraints held` is a cell of a note's
table, by its row and column; of several tables with that row the first counts. Every other record
is a file of `docs/lab/figures/`, written by the command that it names (`judge bench tree --write
docs/lab/figures/tree.json`).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MARK = re.compile(r"<!--=([^>]+?)-->(.*?)<!--=-->", re.S)


def grouped(value: float) -> str:
    """51108 → 51 108."""
    return f"{value:,.0f}".replace(",", " ")


STYLES: dict[str, Callable[[float], str]] = {
    "": grouped,
    "k": lambda value: f"{value / 1000:.1f} k",
    "of 50": lambda value: grouped(value / 50),
    "of 50 in k": lambda value: f"{value / 50_000:.1f} k",
    "s": lambda value: f"{value:.1f} s",
    "ms": lambda value: f"{value * 1000:.0f} ms",
    "MiB": lambda value: f"{value / 2**20:.0f} MiB",
    "%": lambda value: f"{value:.2%}".replace("%", " %"),
    ".2": lambda value: f"{value:.2f}",
}


@dataclass(frozen=True)
class Figure:
    """One figure of one page: what stands there, and what the record says."""

    page: Path
    mark: str
    written: str
    recorded: str


def pages() -> list[Path]:
    """The pages that may hold figures."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@cache
def record(name: str) -> Any:
    """The figures of a recorded run: from JSON, or from the tables of a note."""
    if name.endswith(".md"):
        return tables((ROOT / "docs" / name).read_text(encoding="utf-8"))
    path = ROOT / "snapshots" / "Competition.json"
    if name != "gas":
        path = ROOT / "docs" / "lab" / "figures" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def tables(page: str) -> dict[str, dict[str, str]]:
    """Every table's cells, by the row's first cell and the column's head."""
    found: dict[str, dict[str, str]] = {}
    for table in re.findall(r"(?:^\|.*\|\n)+", page, re.M):
        head, _, *rows = ([cell.strip(" *`") for cell in row.split("|")[1:-1]]
                          for row in table.splitlines())  # fmt: skip
        for row in rows:
            cells = (re.sub(r"(?<=\d)%", " %", cell) for cell in row)
            found.setdefault(row[0], dict(zip(head, cells, strict=False)))
    return found


def recorded(mark: str) -> str:
    """What the record says for a mark. Raises KeyError where there is no such figure."""
    name, *keys = mark.split(":")
    style = keys.pop() if keys[-1] in STYLES else ""
    value = record(name)
    for key in keys:
        value = value[int(key) if isinstance(value, list) else key]
    # A note's cell is text already; the gas snapshot writes its numbers as text.
    return value if name.endswith(".md") else STYLES[style](float(value))


def figures() -> Iterator[Figure]:
    """Every marked figure of every page."""
    for page in pages():
        for mark, written in MARK.findall(page.read_text(encoding="utf-8")):
            yield Figure(page, mark, written, recorded(mark))


def write() -> None:
    """Puts what is recorded between the marks."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        renewed = MARK.sub(lambda m: f"<!--={m[1]}-->{recorded(m[1])}<!--=-->", text)
        if renewed != text:
            page.write_text(renewed, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Exit code 1 if a page differs from the records."""
    if arguments == ["--write"]:
        write()
        return 0
    different = [figure for figure in figures() if figure.written != figure.recorded]
    for figure in different:
        where = figure.page.relative_to(ROOT)
        print(f"{where}: {figure.mark} is {figure.written!r}, recorded is {figure.recorded!r}")
    if different:
        print("run: scripts/figures.py --write", file=sys.stderr)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
