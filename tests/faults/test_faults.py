"""A few of the faults, one after the other on one daemon; `python -m tests.faults` plays all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.page import BEGIN, END
from tests.faults.plan import Outcome, play_all
from tests.faults.rows import GROUPS

pytestmark = [pytest.mark.e2e, pytest.mark.slow]  # whole competitions

QUICK = [fault for group in GROUPS.values() for fault in group if fault.quick]


@pytest.mark.timeout(1200)
def test_competitions_end_right_whatever_fails_meanwhile(tmp_path: Path) -> None:
    outcomes: list[Outcome] = list(play_all(QUICK, tmp_path, lambda outcome: None))
    assert len(outcomes) == len(QUICK) > 0
    assert [outcome.why for outcome in outcomes if outcome.why] == []


def test_every_row_of_the_page_is_a_fault_that_is_played() -> None:
    names = [fault.name for group in GROUPS.values() for fault in group]
    assert len(set(names)) == len(names)
    page = (Path(__file__).resolve().parents[2] / "docs" / "reliability.md").read_text()
    told = page.partition(BEGIN)[2].partition(END)[0]
    rows = [line.split("`")[1] for line in told.splitlines() if line.startswith("| `")]
    assert rows and set(rows) <= set(names)
    assert "failed" not in told
