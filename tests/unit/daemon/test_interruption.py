"""In the middle of long work others are looked after, a stop is obeyed, and news is told once."""

from __future__ import annotations

import pytest

from oracle.daemon.interruption import Interlude, Stopped
from oracle.daemon.last_said import News

pytestmark = pytest.mark.unit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_others_are_looked_after_once_an_interval() -> None:
    clock, looked = Clock(), []
    interlude = Interlude(10, clock=clock)
    interlude.meanwhile = lambda: looked.append(clock.now)
    for second in range(0, 35, 3):
        clock.now = second
        interlude("train", second, 35)
    assert looked == [12, 24]


def test_an_interval_begins_when_looking_has_ended() -> None:
    clock, looked = Clock(), []
    interlude = Interlude(10, clock=clock)

    def look() -> None:
        looked.append(clock.now)
        clock.now += 60

    interlude.meanwhile = look
    for _ in range(3):
        clock.now += 6
        interlude("train", 0, 1)
    assert looked == [12]


def test_progress_is_passed_on() -> None:
    told: list[tuple[str, int, int]] = []
    interlude = Interlude(0, lambda *what: told.append(what))
    interlude("score", 1, 2)
    assert told == [("score", 1, 2)]


def test_a_stop_breaks_long_work_off() -> None:
    interlude = Interlude(10)
    interlude("train", 1, 9)
    interlude.stop()
    with pytest.raises(Stopped, match="train 2/9"):
        interlude("train", 2, 9)


def test_news_is_new_until_it_was_told() -> None:
    news = News()
    assert [news.is_new(1, word) for word in ("a", "a", "b", "a")] == [True, False, True, True]
    assert news.is_new(2, None)
    assert not news.is_new(2, None)
    assert news.is_over(1)
    assert not news.is_over(1)
    assert news.is_new(1, "a")
