"""One cycle: look at every competition at one final block, and take each one step further.

The chain is the truth. Every decision is made from state at a final block, so that a reorg cannot
undo what it rests on; the ledger only remembers what this machine has already done.

Quick steps come first. Judging takes long, so in the middle of it the quick steps of the other
competitions are taken again and again (see `oracle.daemon.interruption`): no deadline must be
missed for another competition's training. Which judging comes first, and when one has to end, is
said in `oracle.daemon.turns`.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import partial

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.logged_sender import log_reverted
from oracle.daemon.report import CycleReport
from oracle.daemon.trouble import Trouble
from oracle.daemon.turns import Turns
from oracle.errors import ChainUnavailable, NeedsHuman, NoLongerNeeded, OracleError, RetryLater
from oracle.ledger.ledger import Ledger
from oracle.ledger.transaction import TxStatus
from oracle.metrics import Metrics
from oracle.sending.sender import Sender

log = logging.getLogger(__name__)


class Cycle(ABC):
    """What the cycles of an operator and of a voter have in common."""

    def __init__(
        self,
        contract: CompetitionContract,
        sender: Sender,
        ledger: Ledger,
        metrics: Metrics,
        interruptible: InterruptibleProgress,
    ) -> None:
        self.contract = contract
        self.ledger = ledger
        self.metrics = metrics
        self.interruptible = interruptible
        self._sender = sender
        self._turns = Turns(interruptible.pace)
        self._trouble = Trouble(
            self._halt,
            self._node_answers,
            contract.client.distrust,
            metrics.health,
            ledger.troubles,
        )

    def run(self) -> CycleReport:
        """One pass over all competitions, then the long work. Raises `RetryLater` without a chain.

        Trouble with one competition goes into the report and stops no other one.
        """
        self._turns.begin()
        report = self._pass()
        try:
            while (turn := self._turns.next()) is not None:
                self.interruptible.meanwhile = partial(self._look_after_others, *turn)
                with self._trouble.contained(turn[0].id, report):
                    self._take_turn(*turn)
        finally:
            self.interruptible.meanwhile = None
        return report

    # ------------------------------------------------- what operator and voter do in their own way

    @abstractmethod
    def _numbers(self, block: Block) -> Iterable[int]:
        """The competitions that may have something to do."""

    @abstractmethod
    def _advance(self, number: int, report: CycleReport) -> CompetitionState | None:
        """Takes a competition's quick step; returns its state when long work waits."""

    @abstractmethod
    def _do_long_work(self, state: CompetitionState, block: Block) -> None:
        """Judges a competition, reporting to `interruptible` all the time."""

    @abstractmethod
    def _halt(self, number: int, error: NeedsHuman) -> None:
        """Stops work on a competition until a human has looked."""

    @abstractmethod
    def _tidy(self, report: CycleReport) -> None:
        """Whatever else each pass has to do, after all quick steps."""

    # ---------------------------------------------------------------------------------- the passes

    def _take_turn(self, state: CompetitionState, block: Block) -> None:
        try:
            self._do_long_work(state, block)
        except NoLongerNeeded as error:
            log.warning("given up", extra={"reason": error.what, "hint": error.hint})
        self._trouble.mended(state.id)

    def _pass(self) -> CycleReport:
        """Takes every quick step, and notes on which competitions long work waits."""
        started = time.monotonic()
        self.ledger.writer.check()
        block = self._look_at_node()
        sent = self._sender.advance()
        log_reverted(sent)
        report = CycleReport(block)
        waiting = []
        for number in self._numbers(block):
            with self._trouble.contained(number, report):
                state = self._advance(number, report)
                if state is not None:
                    waiting.append(state)
        self._tidy(report)
        stuck = {tx.key: tx.reason for tx in sent if tx.status is TxStatus.STUCK}
        self.metrics.health.pass_seen(report.halted, stuck, tuple(report.deadlines.values()))
        self.metrics.competitions_seen(report.phases)
        self.metrics.transactions_seen(self.ledger.transactions.count_by_status())
        self.metrics.cycle_finished(time.monotonic() - started, block.number)
        self._turns.pass_seen(report, waiting)
        return report

    def _look_at_node(self) -> Block:
        """The newest final block. Raises `ChainUnavailable` for a node of another chain, too."""
        client = self.contract.client
        try:
            client.require_chain()
            block = client.finalized_block()
            self.metrics.node_answered(client.latest_block().timestamp, block.timestamp)
        except RetryLater as error:
            self.metrics.health.node_lost(error.what)
            raise
        return block

    def _node_answers(self) -> bool:
        """Whether the node still does; what fails else is one competition's trouble alone."""
        try:
            self.contract.client.require_chain()
        except ChainUnavailable as error:
            self.metrics.health.node_lost(error.what)
            return False
        return True

    def _look_after_others(self, state: CompetitionState, begun: Block) -> None:
        """A pass in the middle of the work on `state`, which its failure must not break off.

        Raises `NoLongerNeeded` or `GivesWay` where that work has to end by what the pass saw.
        """
        try:
            self._pass()
        except OracleError as error:
            self.metrics.health.pass_failed(error.what)
            log.warning("pass failed", extra={"reason": error.what, "hint": error.hint})
        else:
            self._turns.go_on(state, begun)
