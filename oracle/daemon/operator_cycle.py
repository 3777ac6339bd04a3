"""The operator's cycle over its own competitions; also keeps the uploads of strangers tidy."""

from __future__ import annotations

from oracle.api.uploads import Uploads
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase, next_boundary
from oracle.chain.wire import Block
from oracle.daemon.cycle import Cycle
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.report import CycleReport
from oracle.daemon.steps import Steps
from oracle.daemon.unfinished import Unfinished
from oracle.errors import NeedsHuman
from oracle.ledger.ledger import Ledger
from oracle.metrics import Metrics
from oracle.sending.sender import Sender

_ENDS = (Phase.FINAL, Phase.VOID)


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
        uploads: Uploads | None = None,
    ) -> None:
        super().__init__(contract, sender, ledger, metrics, interruptible)
        self.steps = steps
        self._operator = operator
        self.uploads = uploads
        ended = ledger.ended()
        self._own = Unfinished(ended)
        self._anybodys = Unfinished(ended)  # uploads may be for other operators' competitions

    def _numbers(self, block: Block) -> list[int]:
        return self._own.up_to(self.contract.competition_count(block))

    def _advance(self, number: int, report: CycleReport) -> CompetitionState | None:
        state = self.contract.state(number, report.block)
        if self._operator is not None and state.operator != self._operator:
            self._own.close(number)  # an operator never changes
            return None
        boundary = next_boundary(state, report.block.timestamp)
        if boundary is not None:
            report.boundaries.add(boundary)
        halted = self.ledger.halted(number)
        if halted is not None:
            report.phases["halted"] += 1
            report.halted[number] = halted.reason
            self.steps.wind_down(state, report.block)
        else:
            report.phases[state.phase.name.lower()] += 1
            if self.steps.advance(state, report.block):
                return state
            self._trouble.mended(number)
        if state.phase in _ENDS:
            self._own.close(number)
        return None

    def _do_long_work(self, state: CompetitionState, block: Block) -> None:
        self.steps.judge(state, block)

    def _halt(self, number: int, error: NeedsHuman) -> None:
        self.ledger.halt(number, error.what, error.hint)

    def _tidy(self, block: Block) -> None:
        """Removes uploads whose time is over, except those that were revealed."""
        if self.uploads is None or not self.uploads.expired():
            return
        for number in self._anybodys.up_to(self.contract.competition_count(block)):
            state = self.contract.state(number, block)
            if state.phase in _ENDS:
                self._anybodys.close(number)
            elif state.phase >= Phase.REVEALING:
                entries = self.contract.entries(number, block)
                self.uploads.keep(entry.image_digest for entry in entries)
        self.uploads.clear()
