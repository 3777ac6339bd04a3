"""A voter's cycle: look at every dispute of the quorum, and take each vote one step further."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.daemon.cycle import Cycle
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.last_said import LastSaid
from oracle.daemon.report import CycleReport
from oracle.daemon.unfinished import Unfinished
from oracle.errors import ChainDisagrees, NeedsHuman, OracleError, RetryLater
from oracle.health import Deadline
from oracle.ledger.ledger import Ledger
from oracle.metrics import Metrics
from oracle.sending.sender import Sender
from oracle.voting.gas_money import GasMoney
from oracle.voting.stage import VoteStage, Windows
from oracle.voting.voter import Voter

log = logging.getLogger(__name__)


class VotingCycle(Cycle):
    """Cycles over the disputes of one quorum, or over one competition alone (`only`)."""

    def __init__(
        self,
        voter: Voter,
        sender: Sender,
        ledger: Ledger,
        metrics: Metrics,
        interruptible: InterruptibleProgress,
        money: GasMoney,
        only: int | None = None,
    ) -> None:
        super().__init__(voter.contract, sender, ledger, metrics, interruptible)
        self.voter = voter
        self.money = money
        self.stages: dict[int, VoteStage] = {}
        self._only = only
        self._owed: dict[int, Deadline] = {}
        self._last_said = LastSaid()
        self._unfinished = Unfinished()

    def until_end(
        self,
        competition_id: int,
        interval_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> str:
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
            sleep(interval_seconds)

    def _numbers(self, block: Block) -> Iterable[int]:
        if self._only is not None:
            return (self._only,)
        return self._unfinished.up_to(self.contract.competition_count(block))

    def _advance(self, number: int, report: CycleReport) -> CompetitionState | None:
        state = self.contract.state(number, report.block)
        self._owe(report, number, self.voter.deadline(state, report.block))
        stage = self.stages[number] = self.voter.advance(state, report.block)
        self._owe(report, number, self.voter.deadline(state, report.block, stage))
        if stage in (VoteStage.NOT_WITH_VERDICT, VoteStage.NO_VERDICT):
            self._note_if_missed(state, report.block)
        report.phases[stage.value] += 1
        if state.dispute.disputed_at:
            windows = Windows.of(state, self.voter.charter)
            ends = (windows.commit_ends, windows.reveal_ends)
            report.boundaries |= {end for end in ends if end > report.block.timestamp}
        if stage is VoteStage.UNDISPUTED and self.voter.watcher.is_due(state, report.block):
            return state
        halted = self.ledger.halted(number)
        if stage is not VoteStage.RECOMPUTING:
            # Somebody has put right what stood in the way; where no vote is due, nothing is known.
            if halted is not None and not stage.is_end and stage is not VoteStage.UNDISPUTED:
                self.ledger.resume(number)
            self._trouble.mended(number)
            if stage.is_end:
                self._owed.pop(number, None)
                self._unfinished.close(number)
            return None
        if halted is not None:
            report.halted[number] = halted.reason
            self._trouble.remind(number, report, halted)
            return None
        return state

    def _do_long_work(self, state: CompetitionState, block: Block) -> None:
        """Looks at what is shown before a dispute; in one, recomputes and commits at once."""
        if self.stages[state.id] is VoteStage.UNDISPUTED:
            self.voter.watcher.look(state, block)
            return
        try:
            self.voter.recompute(state, block)
        except (RetryLater, ChainDisagrees):
            raise
        except OracleError as error:
            # Another attempt could change nothing: it would train in vain again.
            raise NeedsHuman(
                f"no vote on competition {state.id}: {error.what}", error.hint
            ) from error
        final = self.contract.client.finalized_block()
        self.stages[state.id] = self.voter.advance(self.contract.state(state.id, final), final)

    def _tidy(self, report: CycleReport) -> None:
        try:
            self.money.look_after(len(report.deadlines), report.block)
        except OracleError as error:
            # Nobody's vote waits for it.
            if self._last_said.is_new("money", error.what):
                log.warning("money not read", extra={"reason": error.what, "hint": error.hint})
        else:
            self._last_said.is_over("money")

    def _halt(self, number: int, error: NeedsHuman) -> None:
        self.ledger.halt(number, error.what, error.hint)

    def _owe(self, report: CycleReport, number: int, deadline: Deadline | None) -> None:
        """Notes the newest word on what a vote's next deadline is."""
        report.deadlines.pop(number, None)
        if deadline is not None:
            report.deadlines[number] = self._owed[number] = deadline

    def _note_if_missed(self, state: CompetitionState, block: Block) -> None:
        """Says once that a window has closed without what this account owed."""
        owed = self._owed.pop(state.id, None)
        if owed is not None and not self.voter.has_revealed(state, block):
            self.metrics.deadline_missed(owed.step)
            log.error("deadline missed: this vote does not count", extra={"missed": owed.step})
