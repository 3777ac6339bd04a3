"""How long an operator's cycle takes when many competitions have ended; `judge bench cycle`.

Ledger, cycle and steps are the daemon's own. The chain is stood in for: its answers come at once,
and are counted, so that the time is this machine's, and the number of reads is what a node would
be asked.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from oracle.chain.competition import CompetitionContract
from oracle.chain.events import CompetitionCreated, CompetitionFinalized, Event
from oracle.chain.state import CompetitionState, Dispute, Outcome, Phase, Terms, Verdict
from oracle.chain.wire import Block, Position
from oracle.daemon.interruption import InterruptibleProgress
from oracle.daemon.judging import OperatorJudging
from oracle.daemon.logged_sender import LoggedSender
from oracle.daemon.operator_cycle import OperatorCycle
from oracle.daemon.steps import Steps
from oracle.ledger.ledger import Ledger
from oracle.ledger.made_up import ledger_with_ended
from oracle.metrics import Metrics
from oracle.sealed.images import SealedImages
from oracle.sending.dry_run import DryRunSender
from oracle.store.embedded import EmbeddedStore
from scoring.submission.image import Pixels

if TYPE_CHECKING:
    from oracle.beacon.rounds import Beacon

_CONTRACT = "0x" + "11" * 20
_OPERATOR = "0x" + "22" * 20
_BLOCK = Block(1, bytes(32), bytes(32), 1_000, None)


@dataclass(frozen=True)
class CycleFigures:
    """What one run measured."""

    ended: int
    open: int
    # Processor time.
    start_seconds: float  # until the first cycle has run: it reads from the ledger what has ended
    cycle_seconds: float  # of each later one, the median
    chain_reads: int  # of each later one


class _StandingChain:
    """A chain on which nothing happens: the first competitions have ended, the others are open."""

    def __init__(self, ended: int, still_open: int) -> None:
        self.client = self
        self.reads = 0
        self.created_in: dict[int, int] = {}
        self.ended = ended
        self.still_open = still_open

    def finalized_block(self) -> Block:
        self.reads += 1
        return _BLOCK

    start_block = 0

    def turns(self, first: int, block: Block) -> list[Event]:
        """The logs of every creation and of the ends; read once."""
        self.reads += 1
        created: list[Event] = [
            CompetitionCreated(n, Position(1, n), bytes(32), _OPERATOR, STANDING_STATE.terms)
            for n in range(1, self.ended + self.still_open + 1)
        ]
        return created + [
            CompetitionFinalized(n, Position(1, n), bytes(32), 1, _OPERATOR, 1, 1)
            for n in range(1, self.ended + 1)
        ]

    def latest_block(self) -> Block:
        self.reads += 1
        return _BLOCK

    def distrust(self) -> None:
        raise AssertionError("this chain says nothing odd")

    def require_chain(self) -> None:
        self.reads += 1

    def competition_count(self, block: Block) -> int:
        self.reads += 1
        return self.ended + self.still_open

    def state(self, number: int, block: Block) -> CompetitionState:
        self.reads += 1
        phase = Phase.FINAL if number <= self.ended else Phase.OPEN
        return replace(STANDING_STATE, id=number, phase=phase)


class _Run:
    """One operator's cycle, with so many competitions behind it."""

    def __init__(self, folder: Path, ended: int, still_open: int) -> None:
        url = f"sqlite:///{folder}/{ended}.sqlite"
        self.chain = _StandingChain(ended, still_open)
        self.ledger = ledger_with_ended(url, 1, _CONTRACT, ended)
        started = time.process_time()
        self.cycle = _cycle(self.chain, self.ledger, folder)
        self.cycle.run()
        self.start_seconds = time.process_time() - started
        self.chain.reads = 0
        self.seconds: list[float] = []

    def run(self) -> None:
        started = time.process_time()
        report = self.cycle.run()
        self.seconds.append(time.process_time() - started)
        if report.seen != self.chain.still_open or report.failed:
            raise AssertionError(f"a cycle saw {report.phases} and failed at {report.failed}")

    def figures(self) -> CycleFigures:
        return CycleFigures(
            ended=self.chain.ended,
            open=self.chain.still_open,
            start_seconds=self.start_seconds,
            cycle_seconds=statistics.median(self.seconds),
            chain_reads=self.chain.reads // len(self.seconds),
        )


def measure(ended: Sequence[int], still_open: int = 5, rounds: int = 50) -> list[CycleFigures]:
    """Runs `rounds` cycles for each number of ended competitions, taking turns.

    In turns, so that whatever else the machine does slows all of them alike.
    """
    with tempfile.TemporaryDirectory() as folder:
        runs = [_Run(Path(folder), count, still_open) for count in ended]
        for _ in range(rounds):
            for run in runs:
                run.run()
        for run in runs:
            run.ledger.close()
    return [run.figures() for run in runs]


def _cycle(chain: _StandingChain, ledger: Ledger, folder: Path) -> OperatorCycle:
    contract = cast(CompetitionContract, chain)
    metrics = Metrics()
    interruptible = InterruptibleProgress(60)
    sender = DryRunSender()
    store = EmbeddedStore(folder)
    judging = OperatorJudging(
        store=store,
        cache=store,
        decode=_decode,
        work_dir=folder,
        give_up_missing_fraction=0.5,
        metrics=metrics,
        progress=interruptible,
    )
    targets = SealedImages(folder)
    work = Steps(contract, judging, ledger, targets, LoggedSender(sender), _no_beacon)
    return OperatorCycle(contract, sender, ledger, metrics, interruptible, work, _OPERATOR)


def _no_beacon() -> Beacon:
    raise AssertionError("no competition here has a beacon")


def _decode(data: bytes) -> Pixels:
    raise AssertionError("nothing is judged here")


STANDING_STATE = CompetitionState(
    id=0,
    phase=Phase.OPEN,
    outcome=Outcome.NONE,
    operator=_OPERATOR,
    terms=Terms(bytes(32), bytes(32), 1, 500, 3600, 60, 60, 60, 60, 1, 10, _OPERATOR),
    target_digest=bytes(32),
    open_ends=4_100,
    reveal_ends=4_160,
    judging_ends=4_220,
    liveness_ends=0,
    sold=10,
    revealed=0,
    entries_hash=bytes(32),
    seed_block=0,
    beacon_round=0,
    seed=bytes(32),
    winner_ticket=0,
    model_hash=bytes(32),
    ranking_root=bytes(32),
    bundle_digest=bytes(32),
    dispute=Dispute(0, 0, 0, Verdict.NONE, 0, 0),
    pot=10,
    bond=1,
    deposit=2,
)
