"""Long work ends when nobody needs it, and no stranger's work keeps others from their turn."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from oracle.chain.wire import Block
from oracle.daemon.report import CycleReport
from oracle.daemon.turns import Turns
from oracle.errors import NoLongerNeeded

pytestmark = pytest.mark.unit

NOW = 1_000_000


class Bench:
    """The turns of a daemon, whose passes a test makes up."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.turns.begin()

    def sees(self, *waiting: Any, block: int = 5, failed: int = 0) -> CycleReport:
        """A pass at a block finds that these wait, and that one failed."""
        report = CycleReport(Block(block, bytes(32), bytes(32), NOW, None))
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


def competition(number: int) -> Any:
    return SimpleNamespace(id=number)


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
