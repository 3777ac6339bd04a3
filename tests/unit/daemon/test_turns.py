"""Long work ends when nobody needs it, and no stranger's work keeps others from their turn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from oracle.chain.wire import Block
from oracle.daemon.pace import Pace
from oracle.daemon.report import CycleReport
from oracle.daemon.turns import Turns
from oracle.errors import GivesWay, NoLongerNeeded
from oracle.health import Deadline

pytestmark = pytest.mark.unit

NOW = 1_000_000


HOUR = 3600


class Bench:
    """The turns of a daemon, whose passes and clock a test makes up."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pace = Pace(lambda: self.now)
        self.turns = Turns(self.pace)
        self.turns.begin()

    def steps(self, *seconds: float, total: int, first: int = 0) -> None:
        """Steps of a training that took so long each."""
        self.pace("train", first, total)
        for done, took in enumerate(seconds, start=first + 1):
            self.now += took
            self.pace("train", done, total)

    def sees(self, *waiting: Any, block: int = 5, failed: int = 0) -> CycleReport:
        """A pass at a block finds that these wait, and that one failed."""
        report = CycleReport(Block(block, bytes(32), bytes(32), NOW, None))
        for one in waiting:
            if one.left is not None:
                report.deadlines[one.id] = Deadline(one.id, "commit a vote", NOW + one.left)
        if failed:
            report.failed[failed] = "the node answers nonsense"
        self.turns.pass_seen(report, waiting)
        return report

    def next(self) -> int | None:
        turn = self.turns.next()
        return None if turn is None else turn[0].id

    def begin(self, *waiting: Any) -> tuple[Any, Block]:
        """A cycle in which the first of these has its turn."""
        self.sees(*waiting)
        turn = self.turns.next()
        assert turn is not None
        return turn


def competition(number: int, pot: int = 10, left: int | None = 12 * HOUR) -> Any:
    """One with that pot, whose deadline comes in so many seconds."""
    dispute = SimpleNamespace(support=pot // 10, against=pot // 10)
    return SimpleNamespace(id=number, pot=pot, dispute=dispute, left=left)


def test_work_on_what_does_not_wait_any_longer_ends() -> None:
    bench = Bench()
    turn = bench.begin(competition(1))
    bench.turns.go_on(*turn)
    bench.sees(competition(2))
    with pytest.raises(NoLongerNeeded, match="competition 1"):
        bench.turns.go_on(*turn)


def test_a_node_that_lags_behind_or_fails_ends_no_work() -> None:
    bench = Bench()
    turn = bench.begin(competition(1))
    bench.sees(block=4)
    bench.turns.go_on(*turn)
    bench.sees(block=6, failed=1)
    bench.turns.go_on(*turn)


def test_what_comes_in_the_middle_has_its_turn_in_the_same_cycle_and_what_is_over_has_none() -> (
    None
):
    bench = Bench()
    bench.begin(competition(1), competition(2))
    bench.sees(competition(1), competition(3))
    assert [bench.next(), bench.next()] == [3, None]
    bench.turns.begin()
    assert bench.next() == 1


def test_what_has_most_at_stake_comes_first_and_of_equals_what_ends_first() -> None:
    bench = Bench()
    bench.sees(
        competition(1, pot=1), competition(2, left=900), competition(3, pot=99), competition(4)
    )
    bench.turns.begin()
    assert [bench.next() for _ in range(5)] == [3, 2, 4, 1, None]


def test_a_training_that_cannot_end_in_time_gives_way_to_whoever_waits() -> None:
    bench = Bench()
    huge, dust = competition(1, pot=99), competition(2, pot=1)
    turn = bench.begin(huge, dust)
    bench.steps(500, 10, 10, 10, 10, 10, total=10_000)
    bench.turns.go_on(*turn)  # too early to say
    bench.steps(10, 10, total=10_000, first=6)
    with pytest.raises(GivesWay, match="takes 24.3 h more at least; its deadline is in 12.0 h"):
        bench.turns.go_on(*turn)
    assert [bench.next(), bench.next()] == [2, None]
    bench.turns.begin()
    assert [bench.next(), bench.next()] == [2, 1], "it is the last from now on"


def test_a_slow_first_step_ends_no_training() -> None:
    bench = Bench()
    turn = bench.begin(competition(1, left=HOUR), competition(2))
    bench.steps(900, *[3] * 30, total=1000)
    bench.turns.go_on(*turn)


def test_where_nobody_else_waits_a_slow_training_goes_on() -> None:
    bench = Bench()
    turn = bench.begin(competition(1))
    bench.steps(*[60] * 30, total=10_000)
    bench.turns.go_on(*turn)


def test_a_training_that_may_just_not_end_in_time_goes_on() -> None:
    bench = Bench()
    turn = bench.begin(competition(1), competition(2))
    bench.steps(*[60] * 30, total=30 + 18 * 60)  # 18 hours, and it has 12
    bench.turns.go_on(*turn)


def test_a_training_that_fills_its_window_gives_way_to_one_with_more_at_stake() -> None:
    bench = Bench()
    first = competition(1)
    turn = bench.begin(first)
    bench.steps(*[60] * 30, total=30 + 10 * 60)  # ten hours, and it has twelve
    for pot, stays in ((9, True), (10, True), (11, False)):
        bench.sees(first, competition(2, pot=pot))
        if stays:
            bench.turns.go_on(*turn)
            continue
        with pytest.raises(GivesWay, match="competition 2, with more at stake"):
            bench.turns.go_on(*turn)
    assert bench.next() == 2


def test_a_training_that_ends_soon_gives_way_to_nobody() -> None:
    bench = Bench()
    turn = bench.begin(competition(1))
    bench.steps(*[60] * 30, total=30 + 5 * 60)  # five hours, and the other one has twelve
    bench.sees(competition(1), competition(2, pot=1000))
    bench.turns.go_on(*turn)


def test_what_failed_is_tried_again_before_a_long_training_has_used_up_its_window() -> None:
    bench = Bench()
    long, failed = competition(1), competition(2, pot=1000)
    bench.sees(long, failed)
    assert bench.next() == 2
    turn = bench.turns.next()
    assert turn is not None
    bench.steps(*[60] * 30, total=30 + 10 * 60)
    bench.turns.go_on(*turn)
    bench.steps(*[60] * 60, total=30 + 10 * 60, first=30)
    with pytest.raises(GivesWay):
        bench.turns.go_on(*turn)


def test_looking_for_content_is_no_pace() -> None:
    bench = Bench()
    turn = bench.begin(competition(1, left=HOUR), competition(2))
    for done in (0, 1, 1, 1):
        bench.now += 100
        bench.pace("fetch", done, 10_000)
    bench.turns.go_on(*turn)
