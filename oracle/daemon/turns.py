"""Whose turn it is, of the competitions on which long work waits, and when a turn is over.

Anyone can have a training begun that takes years, at no cost: a competition names any quorum as its
arbiter, and both bonds of a dispute can be one person's. So work ends when nobody needs its result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.daemon.report import CycleReport
from oracle.errors import NoLongerNeeded


@dataclass
class Turns:
    """The order of long work, by what the last pass saw."""

    _report: CycleReport | None = field(default=None, init=False)
    _waiting: dict[int, CompetitionState] = field(default_factory=dict, init=False)
    _begun: set[int] = field(default_factory=set, init=False)  # in this cycle

    def begin(self) -> None:
        """A cycle begins, in which everything has one turn."""
        self._begun.clear()

    def pass_seen(self, report: CycleReport, waiting: Iterable[CompetitionState]) -> None:
        """A pass found that long work waits on these."""
        self._report, self._waiting = report, {state.id: state for state in waiting}

    def next(self) -> tuple[CompetitionState, Block] | None:
        """The next one, as of the block at which it was seen; None when all had their turn."""
        left = [state for number, state in self._waiting.items() if number not in self._begun]
        if self._report is None or not left:
            return None
        self._begun.add(left[0].id)
        return left[0], self._report.block

    def go_on(self, state: CompetitionState, begun: Block) -> None:
        """Lets the work on `state`, begun as of that block, go on.

        Raises `NoLongerNeeded` when its result is of no use any more.
        """
        report = self._report
        # A node that lags behind knows less than the one that was asked first.
        if report is None or report.block.number < begun.number or state.id in report.failed:
            return
        if state.id not in self._waiting:
            raise NoLongerNeeded(
                f"the work on competition {state.id} is given up: it comes too late",
                "what it was for is over; other competitions have their turn now",
            )
