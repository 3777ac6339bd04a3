"""One cycle: look at every competition at one final block, and take each one step further.

The chain is the truth. Every decision is made from state at a final block, so that a reorg cannot
undo what it rests on; the ledger only remembers what this operator has already done.

Quick steps come first. Judging takes long, so in the middle of it the quick steps of the other
competitions are taken again and again (see `oracle.daemon.interruption`).
"""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from oracle.api.uploads import Uploads
from oracle.boundary import next_boundary
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.steps import Steps
from oracle.daemon.trouble import CycleReport, Trouble
from oracle.errors import NeedsHuman, OracleError
from oracle.ledger.ledger import Ledger
from oracle.metrics import Metrics
from oracle.sending.sender import TransactionSender

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Cycle:
    """Cycles over the competitions of one operator; `operator` None watches everybody's."""

    contract: CompetitionContract
    ledger: Ledger
    steps: Steps
    sender: TransactionSender
    metrics: Metrics
    operator: str | None
    interruptible: InterruptibleProgress
    uploads: Uploads | None = None
    _foreign: set[int] = field(default_factory=set, init=False)
    _trouble: Trouble = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_trouble", Trouble(self._halt))

    def run(self) -> CycleReport:
        """One pass over all competitions, then judging. Raises `RetryLater` without a chain."""
        report, waiting = self._pass()
        self.interruptible.meanwhile = self._look_after_others
        try:
            for state in waiting:
                with self._contained(state.id, report):
                    self.steps.judge(state, report.block)
                    self._trouble.mended(state.id)
        finally:
            self.interruptible.meanwhile = None
        return report

    def _pass(self) -> tuple[CycleReport, list[CompetitionState]]:
        """Takes every quick step; returns the competitions that wait to be judged."""
        started = time.monotonic()
        block = self.contract.client.finalized_block()
        self.sender.advance()
        report = CycleReport(block)
        waiting = []
        ended = self.ledger.ended()
        for number in range(1, self.contract.competition_count(block) + 1):
            if number not in ended and number not in self._foreign:
                with self._contained(number, report):
                    waiting += self._advance(number, report)
        self._clear_uploads(block)
        self.metrics.competitions_seen(report.phases)
        self.metrics.transactions_seen(self.ledger.transactions.count_by_status())
        self.metrics.cycle_finished(time.monotonic() - started, block.number)
        return report, waiting

    def _clear_uploads(self, block: Block) -> None:
        """Removes uploads whose time is over, but for those that were revealed."""
        if self.uploads is None or not self.uploads.expired():
            return
        for number in range(1, self.contract.competition_count(block) + 1):
            state = self.contract.state(number, block)
            if Phase.REVEALING <= state.phase < Phase.FINAL:
                entries = self.contract.entries(number, block)
                self.uploads.keep(entry.image_digest for entry in entries)
        self.uploads.clear()

    def _look_after_others(self) -> None:
        """A pass in the middle of judging, whose own trouble must not break the judging off."""
        try:
            self._pass()
        except OracleError as error:
            log.warning("pass failed", extra={"reason": error.what, "hint": error.hint})

    def _advance(self, competition_id: int, report: CycleReport) -> list[CompetitionState]:
        state = self.contract.state(competition_id, report.block)
        if self.operator is not None and state.operator != self.operator:
            self._foreign.add(competition_id)  # an operator never changes
            return []
        boundary = next_boundary(state, report.block.timestamp)
        if boundary is not None:
            report.boundaries.add(boundary)
        halted = self.ledger.halted(competition_id)
        if halted is not None:
            report.phases["halted"] += 1
            report.halted[competition_id] = halted.reason
            self.steps.wind_down(state, report.block)
            return []
        report.phases[state.phase.name.lower()] += 1
        if self.steps.advance(state, report.block):
            return [state]
        self._trouble.mended(competition_id)
        return []

    def _contained(self, competition_id: int, report: CycleReport) -> AbstractContextManager[None]:
        return self._trouble.contained(competition_id, report)

    def _halt(self, competition_id: int, error: NeedsHuman) -> None:
        self.ledger.halt(competition_id, error.what, error.hint)
