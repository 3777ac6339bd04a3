"""The way into the cluster: a crew that lends a team of Ray's workers to each case."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from pathlib import Path

from oracle.cluster.apart import EngineApart
from oracle.cluster.briefing import Briefing, Ready, Wanted, sources_digest
from oracle.cluster.engine import Engine
from oracle.cluster.foreman import PATIENCE_SECONDS, Counts, Foreman
from oracle.cluster.team import ClusterTeam
from oracle.judging.crew import LocalTeam, Task, Team, keep_none
from scoring.copies.blocks import BLOCK_ENTRIES
from scoring.digest import Digest, sha256

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RayCrew:
    """Workers of the Ray cluster at `address`; what they answered is kept in `folder`.

    `backends` says which arithmetic each worker uses, by its place; it changes no bit.
    """

    address: str
    folder: Path
    device: str = "auto"
    backends: tuple[str, ...] = ()
    patience_seconds: float = PATIENCE_SECONDS
    block_entries: int = BLOCK_ENTRIES
    store: str = ""  # where workers read images by digest; empty: the files are sent to them
    store_publishes: bool = False  # it is where pictures go: workers put them there themselves
    watch: Callable[[int, int], None] = lambda ready, lost: None
    open_engine: Callable[[str, str], Engine] = EngineApart

    def team(self, task: Task) -> AbstractContextManager[Team]:
        """See `oracle.judging.crew.Crew`. The driver is in the cluster only while a case is judged.

        A judge in float32 stays on this machine: another one gives other bits.
        """
        if task.spec.arithmetic == "float32":
            return nullcontext(LocalTeam(task))
        return self._team(task)

    @contextmanager
    def _team(self, task: Task) -> Iterator[Team]:
        from scoring.exact_judge import ExactJudge

        judge = task.model
        if not isinstance(judge, ExactJudge):
            raise TypeError(f"{type(judge).__name__} cannot be sent to workers")
        model = replace(judge.model, backend=None)
        briefing = Briefing(
            task.spec,
            task.target,
            model,
            self.backends,
            store=self.store,
            pictures=self._wanted(task),
        )
        foreman = Foreman(
            partial(self.open_engine, self.address, self.device),
            briefing,
            partial(_accept, judge.digest()),
            at_once=attrgetter("at_once"),
            patience_seconds=self.patience_seconds,
        )
        foreman.pulse = partial(self._pulse, task, foreman.counts)
        place = self.folder / case_name(task.spec.digest(), task.seed, task.target_digest)
        with ClusterTeam(task, foreman, place, self.block_entries, bool(self.store)) as team:
            yield team

    def _wanted(self, task: Task) -> Wanted:
        if task.keep is keep_none:
            return "digests"
        return "in the store" if self.store_publishes else "files"

    def _pulse(self, task: Task, counts: Counts) -> None:
        self.watch(counts.workers, counts.lost)
        if task.progress is not None:
            task.progress("workers", counts.workers, counts.workers + counts.lost)

    def forget(self, spec_digest: bytes, seed: bytes, target_digest: bytes) -> None:
        """See `Crew`: what workers answered."""
        folder = self.folder / case_name(spec_digest, seed, target_digest)
        shutil.rmtree(folder, ignore_errors=True)


def case_name(spec_digest: bytes, seed: bytes, target_digest: bytes) -> str:
    """The folder of a case's answers."""
    return sha256(spec_digest + seed + target_digest).hex()


def _accept(model_hash: Digest, ready: Ready) -> str:
    """Why a worker would give other bits; empty for one that gives the same."""
    if ready.sources != sources_digest():
        return f"another version of the judge is installed there: {ready.where}"
    if ready.model_hash != model_hash:
        return f"it worked out another judge, {ready.model_hash.hex()}: {ready.where}"
    log.info("a worker is ready", extra={"where": ready.where})
    return ""
