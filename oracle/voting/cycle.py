"""One cycle of an auditor who votes: look at every dispute of the quorum, and take each further."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.trouble import CycleReport, Trouble
from oracle.errors import NeedsHuman, OracleError, RetryLater
from oracle.ledger.ledger import Ledger
from oracle.metrics import Metrics
from oracle.voting.stage import Stage, Windows
from oracle.voting.voter import Voter

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class VotingCycle:
    """Cycles over the disputes of one quorum, or over one competition alone (`only`).

    Quick steps come first. Recomputing takes long, so in the middle of it the quick steps of all
    disputes are taken again and again: a reveal must not be missed for another dispute's training.
    """

    voter: Voter
    ledger: Ledger
    metrics: Metrics
    interruptible: InterruptibleProgress
    only: int | None = None
    sleep: Callable[[float], None] = time.sleep
    stages: dict[int, Stage] = field(default_factory=dict, init=False)
    _hopeless: dict[int, str] = field(default_factory=dict, init=False)
    _trouble: Trouble = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_trouble", Trouble(self._give_up))

    def run(self) -> CycleReport:
        """One pass over all disputes, then recomputing. Raises `RetryLater` without a chain."""
        report, waiting = self._pass()
        self.interruptible.meanwhile = self._look_after_others
        try:
            for state in waiting:
                with self._trouble.contained(state.id, report):
                    self._recompute(state, report.block)
        finally:
            self.interruptible.meanwhile = None
        return report

    def until_end(self, competition_id: int, interval_seconds: float) -> str:
        """Cycles until a vote has come to its end; returns what needs a human, or nothing."""
        while True:
            try:
                report = self.run()
            except RetryLater as error:
                log.warning("cycle failed", extra={"reason": error.what, "hint": error.hint})
            else:
                if competition_id in report.halted:
                    return report.halted[competition_id]
                if competition_id in self.stages and self.stages[competition_id].is_end:
                    return ""
            self.sleep(interval_seconds)

    def _recompute(self, state: CompetitionState, block: Block) -> None:
        try:
            self.voter.recompute(state, block)
        except RetryLater:
            raise
        except OracleError as error:
            # Nothing that another attempt could change: the training would be for nothing again.
            raise NeedsHuman(
                f"no vote on competition {state.id}: {error.what}", error.hint
            ) from error
        self._trouble.mended(state.id)
        final = self.voter.contract.client.finalized_block()
        self.stages[state.id] = self.voter.advance(self._state(state.id, final), final)

    def _pass(self) -> tuple[CycleReport, list[CompetitionState]]:
        """Takes every quick step; returns the disputes that wait to be recomputed."""
        started = time.monotonic()
        block = self.voter.contract.client.finalized_block()
        self.voter.sender.advance()
        report = CycleReport(block)
        waiting: list[CompetitionState] = []
        for number in self._numbers(block):
            with self._trouble.contained(number, report):
                waiting += self._advance(number, report)
        self.metrics.competitions_seen(report.phases)
        self.metrics.transactions_seen(self.ledger.transactions.count_by_status())
        self.metrics.cycle_finished(time.monotonic() - started, block.number)
        return report, waiting

    def _numbers(self, block: Block) -> Iterable[int]:
        if self.only is not None:
            return (self.only,)
        count = self.voter.contract.competition_count(block)
        done = {number for number, stage in self.stages.items() if stage.is_end}
        return [number for number in range(1, count + 1) if number not in done]

    def _advance(self, number: int, report: CycleReport) -> list[CompetitionState]:
        state = self._state(number, report.block)
        stage = self.stages[number] = self.voter.advance(state, report.block)
        report.phases[stage.value] += 1
        if state.dispute.disputed_at:
            windows = Windows.of(state, self.voter.charter)
            ends = (windows.commit_ends, windows.reveal_ends)
            report.boundaries |= {end for end in ends if end > report.block.timestamp}
        if stage is not Stage.RECOMPUTING:
            self._trouble.mended(number)
            return []
        if number in self._hopeless:
            report.halted[number] = self._hopeless[number]
            return []
        return [state]

    def _state(self, number: int, block: Block) -> CompetitionState:
        return self.voter.contract.state(number, block)

    def _look_after_others(self) -> None:
        """A pass in the middle of a training, whose own trouble must not break it off."""
        try:
            self._pass()
        except OracleError as error:
            log.warning("pass failed", extra={"reason": error.what, "hint": error.hint})

    def _give_up(self, competition_id: int, error: NeedsHuman) -> None:
        """Until the next start: a human has to look first."""
        self._hopeless[competition_id] = error.what
