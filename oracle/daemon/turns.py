"""Whose turn it is, of the competitions on which long work waits, and when a turn is over.

Anyone can have a training begun that takes years, at no cost: a competition names any quorum as its
arbiter, and both bonds of a dispute can be one person's. So work ends when nobody needs its result
any longer, gives way when it comes too late, and what is most at stake comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.daemon.pace import Pace
from oracle.daemon.report import CycleReport
from oracle.errors import GivesWay, NoLongerNeeded

# Before a pace says anything, and how much too slow it has to be: machines have busy minutes.
MEASURED_SECONDS = 60.0
TOO_SLOW = 2.0
# Who has more at stake waits for the end of other work, if that leaves it so much of its time.
FAIR_SHARE = 0.5
RETRY_SHARE = 0.1


def at_stake(state: CompetitionState) -> int:
    """Wei that a right result protects: the players', and what both sides of a dispute paid."""
    return state.pot + state.dispute.support + state.dispute.against


@dataclass
class Turns:
    """The order of long work, by what the last pass saw. `pace` measures the work under way."""

    pace: Pace
    _report: CycleReport | None = field(default=None, init=False)
    _waiting: dict[int, CompetitionState] = field(default_factory=dict, init=False)
    _begun: set[int] = field(default_factory=set, init=False)  # in this cycle
    _gave_way: set[int] = field(default_factory=set, init=False)  # in any cycle

    def begin(self) -> None:
        """A cycle begins, in which everything has one turn."""
        self._begun.clear()

    def pass_seen(self, report: CycleReport, waiting: Iterable[CompetitionState]) -> None:
        """A pass found that long work waits on these."""
        self._report, self._waiting = report, {state.id: state for state in waiting}
        self._gave_way &= self._waiting.keys()

    def next(self) -> tuple[CompetitionState, Block] | None:
        """The next one, as of the block at which it was seen; None when all had their turn."""
        left = [state for number, state in self._waiting.items() if number not in self._begun]
        if self._report is None or not left:
            return None
        state = min(left, key=self._place)
        self._begun.add(state.id)
        self.pace.start()
        return state, self._report.block

    def go_on(self, state: CompetitionState, begun: Block) -> None:
        """Lets the work on `state`, begun as of that block, go on.

        Raises `NoLongerNeeded` when its result is of no use any more, and `GivesWay` when others
        wait and it comes too late, or would for one of them that has more at stake.
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
        if self.pace.measured_seconds >= MEASURED_SECONDS:
            self._give_way(state)

    def _give_way(self, state: CompetitionState) -> None:
        """Raises `GivesWay` where others wait and need the time more."""
        least, left = self.pace.least_seconds_left, self._seconds_left(state.id)
        for other in self._waiting.values():
            if other.id == state.id or other.id in self._gave_way:
                continue
            if left is not None and least > TOO_SLOW * left:
                why = f"its deadline is in {_hours(left)}, and others wait"
            elif self._needs_it_more(other, state, least):
                why = f"competition {other.id}, with more at stake, waits"
            else:
                continue
            self._gave_way.add(state.id)
            raise GivesWay(
                f"the work on competition {state.id} takes {_hours(least)} more at least; {why}",
                "it has another turn when others had theirs; a faster machine has time for both",
            )

    def _needs_it_more(
        self, other: CompetitionState, state: CompetitionState, least: float
    ) -> bool:
        """Whether `other` has more at stake than `state`, and too little time to wait for it."""
        left = self._seconds_left(other.id)
        if left is None or at_stake(other) <= at_stake(state) or least <= FAIR_SHARE * left:
            return False
        # What could not be done a moment ago is tried again now and then, not all the time.
        return other.id not in self._begun or self.pace.measured_seconds > RETRY_SHARE * left

    def _place(self, state: CompetitionState) -> tuple[bool, int, float, int]:
        """Its place in the order: first what can be done in time, and of that what is most."""
        left = self._seconds_left(state.id)
        late = float("inf") if left is None else left
        return state.id in self._gave_way, -at_stake(state), late, state.id

    def _seconds_left(self, number: int) -> float | None:
        """Until its deadline; None where it has none."""
        report = self._report
        if report is None or number not in report.deadlines:
            return None
        return report.deadlines[number].at - report.block.timestamp


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:,.1f} h"
