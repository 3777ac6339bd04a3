"""Health says what is wrong while it is wrong, and nothing about what is not."""

from __future__ import annotations

import pytest

from oracle.errors import ContentAbsent, RetryLater
from oracle.health import Deadline, Health, HealthLimits
from oracle.metrics import Metrics

pytestmark = pytest.mark.unit


class World:
    """A daemon's health, on clocks that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        limits = HealthLimits(failing_seconds=300, head_seconds=180, final_seconds=3600)
        self.health = Health(limits, lambda: self.now, lambda: 10_000 + self.now)

    def passed(self, *deadlines: Deadline, **seen: dict[object, str]) -> None:
        """A pass over everything; the newest block is of this second, the final one older."""
        self.health.node_answered(10_000 + int(self.now), 9_900 + int(self.now))
        halted, stuck = seen.get("halted", {}), seen.get("stuck", {})
        self.health.pass_seen(halted, stuck, deadlines)  # type: ignore[arg-type]

    @property
    def problems(self) -> str:
        return "; ".join(self.health.report().problems)


def test_a_daemon_whose_passes_find_nothing_wrong_is_well() -> None:
    world = World()
    world.passed(Deadline(1, "open the target", 20_000))
    assert world.problems == ""
    detail = world.health.report().detail
    assert (detail["head_age_seconds"], detail["final_age_seconds"]) == (0, 100)
    assert detail["next_deadline"] == {
        "competition": 1,
        "step": "open the target",
        "seconds_left": 10_000,
    }


def test_a_frozen_node_and_one_that_does_not_finalize_are_seen() -> None:
    world = World()
    world.passed()
    world.now = 181
    assert world.problems == "the newest block is 181 s old"
    world.health.node_answered(10_000 + 3600, 9_999)
    world.now = 3601
    assert world.problems == "the newest final block is 3602 s old"


def test_a_devnet_makes_no_block_without_need_and_is_well() -> None:
    world = World()
    world.health.limits = HealthLimits()
    world.passed()
    world.now = 10**6
    assert world.problems == ""


def test_a_node_that_is_gone_is_named_until_it_answers_again() -> None:
    world = World()
    world.passed()
    world.health.node_lost("the connection failed")
    assert world.problems == "the node does not answer: the connection failed"
    world.passed()
    assert world.problems == ""


def test_a_competition_that_fails_turns_health_red_after_a_while_and_green_when_it_goes_on() -> (
    None
):
    world = World()
    world.passed()
    world.health.failed(7, RetryLater("429 on everything", "use another gateway"))
    assert world.problems == "", "the next cycle may mend it"
    assert world.health.report().detail["failing"]["7"]["what"] == "429 on everything"
    world.now = 301
    world.passed()
    world.health.failed(7, RetryLater("429 on everything", "use another gateway"))
    assert world.problems == "competition 7 fails for 301 s: 429 on everything"
    world.health.mended(7)
    assert world.problems == ""


def test_near_its_deadline_a_failure_is_trouble_at_once() -> None:
    world = World()
    world.health.failed(7, RetryLater("no gateway", ""))
    world.passed(Deadline(7, "assert a ranking", 10_000 + 599), Deadline(8, "open", 10_010))
    assert world.problems == "competition 7 fails for 0 s: no gateway"


def test_an_image_that_its_player_hides_makes_nobody_unwell_until_time_gets_short() -> None:
    world = World()
    world.health.failed(7, ContentAbsent("1 of 3 images are missing", ""))
    world.now = 5000
    world.passed(Deadline(7, "assert a ranking", 10_000 + 9_000))
    assert world.problems == ""
    world.now = 8_500
    world.passed(Deadline(7, "assert a ranking", 10_000 + 9_000))
    assert "1 of 3 images are missing" in world.problems


def test_what_needs_a_human_is_red_at_once() -> None:
    world = World()
    world.passed(halted={3: "logs and contract disagree"}, stuck={"4:assertRanking": "too little"})
    assert "competition 3 needs a human: logs and contract disagree" in world.problems
    assert "transaction 4:assertRanking is stuck: too little" in world.problems


def test_prometheus_sees_the_same_as_a_person() -> None:
    metrics = Metrics()

    def value(name: str) -> float:
        lines = metrics.exposition().decode().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))

    assert (value("judge_healthy"), value("judge_competitions_failing")) == (1, 0)
    assert value("judge_next_deadline_seconds") == float("inf")
    metrics.node_answered(2000, 1900)
    metrics.health.failed(1, RetryLater("x", ""))
    metrics.health.pass_seen({2: "y"}, {}, (Deadline(1, "open", 2500),))
    assert (value("judge_healthy"), value("judge_competitions_failing")) == (0, 1)
    assert 490 < value("judge_next_deadline_seconds") <= 500
    assert value("judge_final_block_timestamp_seconds") == 1900
    metrics.deadline_missed("open")
    assert 'judge_missed_deadlines_total{step="open"} 1.0' in metrics.exposition().decode()
