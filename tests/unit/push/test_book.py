"""The file of reminders may be damaged or out of reach: that costs reminders and nothing else."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from oracle.errors import RetryLater
from oracle.push.book import SubscriptionBook, damage_in
from oracle.push.reminder import Occasion
from oracle.push.subscription import Subscription

pytestmark = pytest.mark.unit

GARBAGE = b"no database " * 1000
SAID = "reminders begin anew: their file was damaged"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "push.sqlite"


def browser(number: int) -> Subscription:
    return Subscription(f"https://push.example/{number}", b"p" * 65, b"a" * 16)


def test_a_damaged_file_is_set_aside_and_a_new_one_begins(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(GARBAGE)
    Path(f"{path}-journal").write_bytes(b"of the damaged file")
    book = SubscriptionBook(path, 9)
    assert SAID in caplog.text
    aside = path.with_name("push.sqlite.damaged")
    assert aside.read_bytes() == GARBAGE, "somebody may want to save what is in it"
    assert not Path(f"{path}-journal").exists(), "it would be played into the new file"
    book.add(1, browser(1), None)
    assert (book.count(), damage_in(path)) == (1, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_earlier_damaged_file_is_replaced_and_that_is_said(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for content in (GARBAGE, GARBAGE[::-1]):
        path.write_bytes(content)
        SubscriptionBook(path, 9)
    told = [record.__dict__["replaced"] for record in caplog.records if record.message == SAID]
    assert told == [False, True]
    assert path.with_name("push.sqlite.damaged").read_bytes() == GARBAGE[::-1]


def test_a_page_that_is_damaged_in_use_costs_the_reminders_that_were_kept(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = SubscriptionBook(path, 999)
    for number in range(200):
        book.add(1 + number // 40, browser(number), None)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    assert damage_in(path)
    with pytest.raises(RetryLater, match="begin anew"):
        book.untold(1, Occasion.OPEN)
    assert SAID in caplog.text
    assert book.competitions() == ()
    book.add(1, browser(1), None)
    assert book.count() == 1


def test_a_file_that_is_only_out_of_reach_is_waited_for_and_stays(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()
    book = SubscriptionBook(path, 9)
    assert "no reminders now" in caplog.text
    with pytest.raises(RetryLater, match="cannot be used now"):
        book.add(1, browser(1), None)
    assert damage_in(path) == "unable to open database file"
    path.rmdir()
    book.add(1, browser(1), None)
    assert [entry.name for entry in path.parent.iterdir()] == ["push.sqlite"]
    assert all(record.levelno < logging.ERROR for record in caplog.records)


def test_a_file_that_is_not_there_yet_is_not_damaged_and_not_made(path: Path) -> None:
    assert damage_in(path) == "" and not path.exists()
