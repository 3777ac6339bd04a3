"""One cycle: look at every competition at one final block, and take each one step further.

The chain is the truth. Every decision is made from state at a final block, so that a reorg cannot
undo what it rests on; the ledger only remembers what this operator has already done.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.errors import NeedsHuman, OracleError, RetryLater
from oracle.ledger import Ledger
from oracle.metrics import Metrics
from oracle.steps import Steps
from oracle.tx import TransactionSender

log = logging.getLogger(__name__)


@dataclass
class CycleReport:
    """What one cycle found: competitions looked at, to try again, and in need of a human."""

    block: Block
    seen: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    halted: dict[int, str] = field(default_factory=dict)
    boundaries: set[int] = field(default_factory=set)  # unix seconds of coming phase changes


@dataclass(frozen=True)
class Cycle:
    """Cycles over the competitions of one operator; `operator` None watches everybody's."""

    contract: CompetitionContract
    ledger: Ledger
    steps: Steps
    sender: TransactionSender
    metrics: Metrics
    operator: str | None

    def run(self) -> CycleReport:
        """One pass over all competitions. Raises `RetryLater` when the chain cannot be read."""
        started = time.monotonic()
        block = self.contract.client.finalized_block()
        self.sender.advance()
        report = CycleReport(block)
        ended = {number for number, last in self.ledger.competitions().items() if last.step.is_end}
        for competition_id in range(1, self.contract.competition_count(block) + 1):
            if competition_id not in ended:
                self._advance(competition_id, block, report)
        self.metrics.cycle_finished(time.monotonic() - started, block.number)
        return report

    def _advance(self, competition_id: int, block: Block, report: CycleReport) -> None:
        halted = self.ledger.halted(competition_id)
        if halted is not None:
            report.halted[competition_id] = halted.reason
            return
        try:
            state = self.contract.state(competition_id, block)
            if self.operator is not None and state.operator != self.operator:
                return
            report.seen += 1
            boundary = next_boundary(state, block.timestamp)
            if boundary is not None:
                report.boundaries.add(boundary)
            self.steps.advance(state, block)
        except RetryLater as error:
            report.failed[competition_id] = error.what
            log.warning("tried again next cycle", extra=_about(competition_id, error))
        except NeedsHuman as error:
            self.ledger.halt(competition_id, error.what, error.hint)
            report.halted[competition_id] = error.what
            log.error("halted: needs a human", extra=_about(competition_id, error))
        except OracleError as error:
            # One competition's trouble (a malformed spec, a bad target) is not another's.
            report.failed[competition_id] = error.what
            log.error("cannot go on", extra=_about(competition_id, error))


def _about(competition_id: int, error: OracleError) -> dict[str, object]:
    return {"competition": competition_id, "reason": error.what, "hint": error.hint}


def next_boundary(state: CompetitionState, now: int) -> int | None:
    """The next unix second at which the phase of `state` changes by the clock alone."""
    moments = (
        state.terms.sale_ends,
        state.open_ends,
        state.reveal_ends,
        state.judging_ends,
        state.liveness_ends,
    )
    return min((moment for moment in moments if moment > now), default=None)
