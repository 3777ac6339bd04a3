"""One competition's trouble is kept from the others, and told as loudly as its time is short."""

from __future__ import annotations

import pytest

from oracle.chain.wire import Block
from oracle.daemon import trouble as module
from oracle.daemon.report import CycleReport
from oracle.daemon.trouble import Trouble
from oracle.errors import ChainDisagrees, ChainUnavailable, NeedsHuman, OracleError, RetryLater
from oracle.health import Deadline, Health
from oracle.ledger.ledger import Ledger, open_ledger

pytestmark = pytest.mark.unit


class Desk:
    """A trouble desk with a ledger in memory, a clock, and a node that can be lost."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.now = 0.0
        self.node_answers = True
        self.halted: list[str] = []
        self.ledger = ledger or open_ledger("sqlite://", 1, "0x" + "11" * 20)
        self.health = Health(clock=lambda: self.now)
        self.trouble = Trouble(
            lambda number, error: self.halted.append(error.what),
            lambda: self.node_answers,
            lambda: None,
            self.health,
            self.ledger.troubles,
            lambda: self.now,
        )

    def meets(self, error: Exception, left: int | None = None) -> CycleReport:
        """Competition 1 fails in a cycle, `left` seconds before its deadline."""
        report = CycleReport(Block(1, bytes(32), bytes(32), 1000, None))
        if left is not None:
            report.deadlines[1] = Deadline(1, "assert", 1000 + left)
        with self.trouble.contained(1, report):
            raise error
        return report


def test_a_lasting_error_is_told_again_each_time_half_of_the_time_is_gone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk()
    for left in (4000, 3900, 2100, 2000, 1900, 1000, 900):
        desk.meets(RetryLater("no gateway answers", ""), left)
    warned = [record.__dict__["seconds_left"] for record in caplog.records]
    assert warned == [4000, 2000, 1000]
    assert {record.__dict__["due"] for record in caplog.records} == {"assert"}


def test_the_last_error_stands_in_the_ledger_until_the_competition_goes_on() -> None:
    desk = Desk()
    desk.meets(RetryLater("no gateway answers", "name another"))
    assert desk.ledger.troubles.all()[1].reason == "no gateway answers"
    assert desk.health.failing == 1
    desk.trouble.mended(1)
    assert desk.ledger.troubles.all() == {}
    assert desk.health.failing == 0


def test_what_is_over_before_a_restart_is_told_leaves_the_ledger_after_it() -> None:
    desk = Desk()
    desk.meets(RetryLater("no gateway answers", "name another"))
    restarted = Desk(desk.ledger)
    restarted.trouble.mended(1)
    assert desk.ledger.troubles.all() == {}


def test_a_node_that_is_gone_ends_the_pass_and_is_no_competitions_trouble() -> None:
    desk = Desk()
    report = desk.meets(ChainUnavailable("no logs of blocks 1 to 2", ""))
    assert report.failed == {1: "no logs of blocks 1 to 2"}, "the node answers otherwise"
    desk.node_answers = False
    with pytest.raises(ChainUnavailable):
        desk.meets(ChainUnavailable("the connection failed", ""))


def test_readings_that_disagree_are_read_again_before_anything_halts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk, error = Desk(), ChainDisagrees("the logs hold 2 reveals, the contract 3", "")
    for _ in range(40):
        report = desk.meets(error)
        desk.now += 5
        if report.halted:
            break
    assert desk.now >= module.DISAGREES_SECONDS
    assert desk.halted == [error.what]
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


def test_a_node_that_mends_itself_halts_nothing_however_often_it_stumbles() -> None:
    desk, error = Desk(), ChainDisagrees("the logs hold 2 reveals, the contract 3", "")
    for _ in range(20):
        desk.meets(error)
        desk.now += 100
        desk.trouble.mended(1)
    assert desk.halted == []


def test_what_needs_a_human_halts_at_once_and_others_never() -> None:
    desk = Desk()
    assert desk.meets(NeedsHuman("the target is no image", "")).halted == {
        1: "the target is no image"
    }
    for error in (OracleError("x", ""), ZeroDivisionError("a defect")):
        assert 1 in desk.meets(error).failed
    assert desk.halted == ["the target is no image"]
