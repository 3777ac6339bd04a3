"""A day of a series is decided about once, whoever asks and whatever is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from oracle.ledger.ledger import open_ledger
from oracle.ledger.series_book import DayState, SeriesBook, SeriesDay

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
DAY = date(2026, 11, 28)
CLAIMED = SeriesDay(
    DAY, 12, 1_795_885_200, DayState.CLAIMED, "", b"s" * 32, b"t" * 32, b"c" * 32, None, b"{}", None
)
WAITING = SeriesDay(DAY, 12, 1_795_885_200, DayState.WAITING, "the folder is empty")
SKIPPED = replace(WAITING, state=DayState.SKIPPED, reason="")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def book(path: Path) -> Iterator[SeriesBook]:
    ledger = open_ledger(f"sqlite:///{path}", 1, CONTRACT, clock=lambda: 5.0)
    yield ledger.series
    ledger.close()


def test_a_day_reads_as_it_was_written(book: SeriesBook) -> None:
    assert book.begin(CLAIMED)
    assert book.day(DAY) == replace(CLAIMED, recorded_at=5.0)
    created = replace(CLAIMED, state=DayState.CREATED, competition_id=2**255)
    book.change(created)
    assert book.days() == (replace(created, recorded_at=5.0),)


def test_a_waiting_day_can_be_decided_and_a_decided_one_cannot(book: SeriesBook) -> None:
    assert book.begin(WAITING)
    assert book.begin(SKIPPED)
    for late in (CLAIMED, WAITING, SKIPPED):
        assert not book.begin(late)
    found = book.day(DAY)
    assert found is not None
    assert found.state is DayState.SKIPPED


def test_only_what_nobody_decided_about_is_missed(book: SeriesBook) -> None:
    days = [replace(WAITING, day=DAY.replace(day=n), state=DayState.MISSED) for n in (27, 28, 29)]
    book.begin(replace(SKIPPED, day=DAY.replace(day=27)))
    book.begin(WAITING)
    book.miss(days)
    assert [day.state for day in book.days()] == [
        DayState.SKIPPED,
        DayState.MISSED,
        DayState.MISSED,
    ]


def test_a_day_is_forgotten_only_in_a_state_that_is_named(book: SeriesBook) -> None:
    book.begin(CLAIMED)
    assert not book.forget(DAY, [DayState.SKIPPED])
    assert book.forget(DAY, [DayState.SKIPPED, DayState.CLAIMED])
    assert book.day(DAY) is None


def test_the_first_result_of_a_trial_stays(book: SeriesBook) -> None:
    assert book.trial(b"s" * 32, b"p" * 32) is None
    book.record_trial(b"s" * 32, b"p" * 32, "blank")
    book.record_trial(b"s" * 32, b"p" * 32, "")
    assert book.trial(b"s" * 32, b"p" * 32) == "blank"
    assert book.trial(b"s" * 32, b"q" * 32) is None


def test_days_of_another_contract_are_its_own(book: SeriesBook, path: Path) -> None:
    book.begin(CLAIMED)
    with closing(open_ledger(f"sqlite:///{path}", 1, "0x" + "11" * 20)) as other:
        assert other.series.days() == ()
