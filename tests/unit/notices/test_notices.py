"""Errors reach the operator: without secrets, each once in a while, sooner when urgent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from oracle.daemon.health_watch import AGAIN_SECONDS, HealthWatch
from oracle.errors import RetryLater
from oracle.health import Health
from oracle.logs import Redaction, log_context
from oracle.notices.cooldown import Cooldown
from oracle.notices.from_log import NoticeHandler
from oracle.notices.notice import Notice
from oracle.notices.poster import Poster

pytestmark = pytest.mark.unit

log = logging.getLogger("tests.notices")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cooldown_seconds() -> float:
    return 3600.0


@pytest.fixture
def sent(clock: Clock, cooldown_seconds: float) -> Iterator[list[Notice]]:
    notices: list[Notice] = []
    redaction = Redaction()
    redaction.hide("s3cr3t")
    cooldown = Cooldown(cooldown_seconds, clock=clock)
    handler = NoticeHandler(notices.append, cooldown, redaction, "host")
    log.addHandler(handler)
    yield notices
    log.removeHandler(handler)


def test_an_error_tells_what_happened_where_and_what_to_do(sent: list[Notice]) -> None:
    with log_context(competition=7):
        log.error("halted: needs a human", extra={"reason": "two differ", "hint": "look"})
    (notice,) = sent
    assert notice.subject == "judge on host: halted: needs a human, competition 7"
    assert "reason: two differ" in notice.text and "hint: look" in notice.text


def test_what_is_tried_again_wakes_nobody(sent: list[Notice]) -> None:
    log.warning("tried again next cycle")
    assert sent == []


def test_secrets_are_masked(sent: list[Notice]) -> None:
    try:
        raise ValueError("at https://user:password@host with s3cr3t")
    except ValueError:
        log.exception("failed with s3cr3t")
    (notice,) = sent
    for secret in ("s3cr3t", "password"):
        assert secret not in notice.subject + notice.text
    assert "ValueError" in notice.text


def test_the_same_thing_is_told_once_in_a_while_with_a_count(
    sent: list[Notice], clock: Clock
) -> None:
    for _ in range(5):
        log.error("stuck")
    assert len(sent) == 1
    clock.now += 3600
    log.error("stuck")
    assert len(sent) == 2
    assert "4 more like it" in sent[1].text


def test_another_competitions_trouble_is_another_thing(sent: list[Notice]) -> None:
    for number in (1, 2):
        with log_context(competition=number):
            log.error("halted")
    assert len(sent) == 2


def test_a_deadline_that_comes_nearer_is_told_within_the_cooldown(sent: list[Notice]) -> None:
    for left in (3000, 2900, 1400, 600, 590):
        log.error("halted", extra={"seconds_left": left})
    assert [notice.text.rpartition(": ")[2] for notice in sent] == ["3000", "1400", "600"]


def flood(**facts: object) -> None:
    for number in range(500):
        with log_context(competition=number):
            log.error("halted", extra=facts)


@pytest.mark.parametrize("cooldown_seconds", [0.0, 60.0, 3600.0, 86_400.0])
def test_a_flood_of_different_errors_is_bounded_by_the_hour(
    sent: list[Notice], clock: Clock
) -> None:
    for minute in range(60):
        flood(seconds_left=60 * (1000 - minute))
        assert len(sent) <= 20
        clock.now += 60
    told = len(sent)
    assert told > 10
    log.error("another thing")
    assert len(sent) == told + 1, "whatever the cooldown is, the next hour is another one"


@pytest.mark.parametrize("cooldown_seconds", [86_400.0])
def test_what_a_flood_kept_back_is_counted_with_the_next_of_its_kind(
    sent: list[Notice], clock: Clock
) -> None:
    flood()
    for _ in range(3):
        log.error("stuck")
    clock.now += 3600
    log.error("stuck")
    assert "stuck" in sent[-1].subject and "3 more like it" in sent[-1].text


def test_what_cannot_wait_an_hour_passes_a_flood_of_what_can(sent: list[Notice]) -> None:
    flood(seconds_left=7200)
    assert "in time" not in str(sent)
    log.error("in time", extra={"seconds_left": 1800})
    assert "in time" in sent[-1].subject
    flood(seconds_left=600)
    assert len(sent) == 20, "nor may what is urgent become a flood"


class Failing:
    name = "failing"

    def __init__(self, times: int) -> None:
        self.left = times
        self.taken = threading.Event()
        self.got: list[str] = []

    def send(self, notice: Notice) -> None:
        if self.left:
            self.left -= 1
            raise RetryLater("down", "wait")
        self.got.append(notice.subject)
        self.taken.set()


def test_a_channel_that_was_down_gets_the_notice_later() -> None:
    channel = Failing(times=2)
    poster = Poster(channel, pauses=(0.01, 0.01))
    poster.start()
    poster.post(Notice("a", "one", ""))
    assert channel.taken.wait(10)
    poster.stop()
    assert channel.got == ["one"]


def test_a_channel_that_stays_down_costs_a_line_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel = Failing(times=10**6)
    poster = Poster(channel, pauses=(0.01,))
    poster.start()
    poster.post(Notice("a", "one", ""))
    poster.stop()
    assert "a notice could not be sent" in caplog.text
    assert all(record.levelno < logging.ERROR for record in caplog.records), "else it would loop"


def test_what_waits_is_sent_before_the_process_ends() -> None:
    channel = Failing(times=0)
    poster = Poster(channel)
    for number in range(50):
        poster.post(Notice(number, str(number), ""))
    poster.start()
    poster.stop()
    assert channel.got == [str(number) for number in range(50)]


def test_lasting_trouble_is_told_and_passing_trouble_is_not(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    health = Health(clock=clock)
    watch = HealthWatch(health, 300, clock)

    def told() -> list[str]:
        watch.look()
        messages = [record.getMessage() for record in caplog.records]
        caplog.clear()
        return messages

    health.node_lost("connection refused")
    assert told() == []
    clock.now += 299
    assert told() == []
    health.node_answered(0, 0)
    assert told() == [], "it has passed"
    health.node_lost("connection refused")
    assert told() == []
    clock.now += 300
    assert told() == ["unhealthy: needs a human"]
    clock.now += AGAIN_SECONDS - 1
    assert told() == []
    clock.now += 1
    assert told() == ["unhealthy: needs a human"]
    health.node_answered(0, 0)
    assert told() == ["healthy again"]
