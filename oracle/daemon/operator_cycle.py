"""The operator's cycle over its own competitions.

It also takes the operator's series further, and publishes what strangers uploaded and revealed.
"""

from __future__ import annotations

import logging
from typing import Protocol

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase, next_boundary
from oracle.chain.wire import Block
from oracle.daemon.cycle import Cycle
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.last_said import LastSaid
from oracle.daemon.purse import Purse, bond_ahead
from oracle.daemon.report import CycleReport
from oracle.daemon.revealed import RevealedUploads
from oracle.daemon.roll import Roll
from oracle.daemon.steps import Steps
from oracle.errors import ChainUnavailable, NeedsHuman, OracleError
from oracle.ledger.ledger import Ledger
from oracle.metrics import Metrics
from oracle.reveals.waiting_images import WaitingImages
from oracle.sending.sender import Sender

log = logging.getLogger(__name__)

_ENDS = (Phase.FINAL, Phase.VOID)


class Series(Protocol):
    """Competitions that come by themselves; see `oracle.series.daily.Daily`."""

    def advance(self, block: Block, at_leisure: bool) -> int | None:
        """Creates what is due at a final block; returns when there is something to do again."""


class OperatorCycle(Cycle):
    """Cycles over the competitions of one operator; `operator` None watches everybody's."""

    def __init__(
        self,
        contract: CompetitionContract,
        sender: Sender,
        ledger: Ledger,
        metrics: Metrics,
        interruptible: InterruptibleProgress,
        steps: Steps,
        operator: str | None,
        waiting: WaitingImages | None = None,
        series: Series | None = None,
        purse: Purse | None = None,
    ) -> None:
        super().__init__(contract, sender, ledger, metrics, interruptible)
        self.steps = steps
        self._operator = operator
        self.series = series
        self.purse = purse
        self._last_said = LastSaid()
        self._roll = Roll(contract, ledger, operator)
        self._uploads = (
            RevealedUploads(contract, self._roll, steps.revealed, waiting) if waiting else None
        )

    def _numbers(self, block: Block) -> list[int]:
        try:
            self._roll.sync(block)
        except ChainUnavailable as error:
            # What is known, and the states of what is not, do without these logs for a while.
            if not self._node_answers():
                raise
            if self._last_said.is_new("logs", error.what):
                log.warning("logs not read", extra={"reason": error.what, "hint": error.hint})
        else:
            self._last_said.is_over("logs")
        return self._roll.own(self.contract.competition_count(block))

    def _advance(self, number: int, report: CycleReport) -> CompetitionState | None:
        state = self.contract.state(number, report.block)
        if self._operator is not None and state.operator != self._operator:
            self._roll.close(number)  # an operator never changes
            return None
        boundary = next_boundary(state, report.block.timestamp)
        if boundary is not None:
            report.boundaries.add(boundary)
        deadline = self.steps.deadline(state, report.block)
        if deadline is not None:
            report.deadlines[number] = deadline
        if bond := bond_ahead(state):
            report.bonds[number] = bond
        if self._uploads is not None:
            self._uploads.try_to_publish(state, report.block)
        halted = self.ledger.halted(number)
        if halted is not None:
            report.phases["halted"] += 1
            report.halted[number] = halted.reason
            self._trouble.remind(number, report, halted)
            self.steps.wind_down(state, report.block)
        else:
            report.phases[state.phase.name.lower()] += 1
            if self.steps.advance(state, report.block):
                return state
            self._trouble.mended(number)
        if state.phase in _ENDS:
            self.steps.judging.clean(state)
            self._roll.close(number)
        return None

    def _do_long_work(self, state: CompetitionState, block: Block) -> None:
        if self._uploads is not None:
            # An image must not be called unavailable that waits here because the store is full.
            self._uploads.publish(state, block)
        self.steps.judge(state, block)

    def _halt(self, number: int, error: NeedsHuman) -> None:
        self.ledger.halt(number, error.what, error.hint)

    def _tidy(self, report: CycleReport) -> None:
        if self.purse is not None:
            self.purse.look_after(report.bonds, report.block)
        self._advance_series(report)
        if self._uploads is not None:
            self._uploads.tidy(report.block)

    def _advance_series(self, report: CycleReport) -> None:
        """Takes the series further; its trouble is not the competitions'."""
        if self.series is None:
            return
        # In the middle of a training there is no time for another one.
        at_leisure = self.interruptible.meanwhile is None
        try:
            moment = self.series.advance(report.block, at_leisure)
        except OracleError as error:
            if self._last_said.is_new("series", error.what):
                facts = {"reason": error.what, "hint": error.hint}
                log.warning("series: tried again next cycle", extra=facts)
        except Exception as error:
            if self._last_said.is_new("series", repr(error)):
                log.exception("series failed unexpectedly; tried again next cycle")
        else:
            self._last_said.is_over("series")
            if moment is not None:
                report.boundaries.add(moment)
