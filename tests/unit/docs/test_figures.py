"""A figure has one number: every page shows what the last recorded run measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts import figures

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]


def test_every_page_shows_the_recorded_figures() -> None:
    shown = list(figures.figures())
    assert {figure.page.name for figure in shown} >= {"README.md", "gas.md"}
    assert [figure for figure in shown if figure.written != figure.recorded] == []


def test_the_gas_of_a_call_stands_nowhere_without_its_mark() -> None:
    """A number that is written by hand would go on when the snapshot changes."""
    snapshot = json.loads((ROOT / "snapshots" / "Competition.json").read_text())
    measured = {figures.grouped(float(gas)) for gas in snapshot.values()}
    for page in figures.pages():
        by_hand = figures.MARK.sub("", page.read_text("utf-8"))
        numbers = set(re.findall(r"(?<![\d ])\d{1,3}(?: \d{3})+(?![\d ])", by_hand))
        assert numbers & measured == set(), page.name


@pytest.mark.parametrize(
    ("style", "value", "text"),
    [
        ("", 51108, "51 108"),
        ("k", 51108, "51.1 k"),
        ("of 50", 634905, "12 698"),
        ("of 50 in k", 634905, "12.7 k"),
        ("s", 7.64, "7.6 s"),
        ("MiB", 679948288, "648 MiB"),
        ("%", 0.99874, "99.87 %"),
    ],
)
def test_figures_are_written_as_people_read_them(style: str, value: float, text: str) -> None:
    assert figures.STYLES[style](value) == text


def test_a_cell_of_a_notes_table_is_a_figure_too() -> None:
    page = "| judge | held | τ |\n| --- | --- | --- |\n| `a b` | **99.8%** | 0.98 |\n\ntext\n"
    again = page.replace("99.8%", "1%")
    assert figures.tables(page + again) == {"a b": {"judge": "a b", "held": "99.8 %", "τ": "0.98"}}


def test_every_record_names_the_command_that_writes_it() -> None:
    records = sorted((ROOT / "docs" / "lab" / "figures").glob("*.json"))
    assert records
    for path in records:
        command = json.loads(path.read_text("utf-8"))["command"]
        assert command.startswith(("judge bench ", "python -m tests.")), path.name
