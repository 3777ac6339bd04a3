"""In the middle of long work others are looked after, a stop is obeyed, and no word is repeated."""

from __future__ import annotations

import pytest

from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.last_said import LastSaid
from oracle.errors import Stopped

pytestmark = pytest.mark.unit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_others_are_looked_after_once_an_interval() -> None:
    clock, looked = Clock(), []
    interruptible = InterruptibleProgress(10, clock=clock)
    interruptible.meanwhile = lambda: looked.append(clock.now)
    for second in range(0, 35, 3):
        clock.now = second
        interruptible("train", second, 35)
    assert looked == [12, 24]


def test_an_interval_begins_when_looking_has_ended() -> None:
    clock, looked = Clock(), []
    interruptible = InterruptibleProgress(10, clock=clock)

    def look() -> None:
        looked.append(clock.now)
        clock.now += 60

    interruptible.meanwhile = look
    for _ in range(3):
        clock.now += 6
        interruptible("train", 0, 1)
    assert looked == [12]


def test_progress_is_passed_on() -> None:
    told: list[tuple[str, int, int]] = []
    interruptible = InterruptibleProgress(0, lambda *what: told.append(what))
    interruptible("score", 1, 2)
    assert told == [("score", 1, 2)]


def test_a_stop_breaks_long_work_off() -> None:
    interruptible = InterruptibleProgress(10)
    interruptible("train", 1, 9)
    interruptible.stop()
    with pytest.raises(Stopped, match="train 2/9"):
        interruptible("train", 2, 9)


def test_a_word_is_new_until_it_was_said() -> None:
    last_said = LastSaid()
    assert [last_said.is_new(1, word) for word in ("a", "a", "b", "a")] == [True, False, True, True]
    assert last_said.is_new(2, None)
    assert not last_said.is_new(2, None)
    assert last_said.is_over(1)
    assert not last_said.is_over(1)
    assert last_said.is_new(1, "a")
