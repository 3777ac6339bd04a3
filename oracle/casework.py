"""A daemon's work on one case between a pinned seed and an assertion: fetch, train, score, pin.

Each part's result is kept on disk or in the ledger, so that a daemon killed in the middle takes
up where it was; whatever is taken up again is checked against the digest it must have.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oracle.bundle import Bundle, build_bundle
from oracle.chain.state import CompetitionState
from oracle.errors import ContentUnavailable
from oracle.fetch import Fetched, fetch_all
from oracle.judging import (
    Case,
    Decode,
    Judgement,
    Pixels,
    check_spec,
    decode_target,
    judge,
)
from oracle.ledger import Step
from oracle.metrics import Metrics
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from scoring.errors import InvalidModel
from scoring.judge import Progress, TrainedModel, train
from scoring.ranking import Entry
from scoring.spec import JudgingSpec

log = logging.getLogger(__name__)

MAX_SPEC_BYTES = 65_536


@dataclass(frozen=True)
class Casework:
    """What every case of a daemon is worked on with."""

    store: ContentStore
    cache: ContentStore  # on this machine
    decode: Decode
    work_dir: Path
    give_up_missing_fraction: float
    metrics: Metrics
    progress: Progress | None = None

    def load_spec(self, digest: Digest) -> JudgingSpec:
        """The judging spec that a competition was created with."""
        return check_spec(self.store.get(digest, max_bytes=MAX_SPEC_BYTES), digest)

    def fetch(self, state: CompetitionState, entries: tuple[Entry, ...], now: int) -> Fetched:
        """The target and every submission; raises `ContentUnavailable` until the cut-off.

        `now` is the chain's time. After the cut-off a missing submission is disqualified; a
        missing target is waited for to the end.
        """
        target = Digest(state.target_digest)
        fetched = fetch_all(
            self.store, self.cache, [target, *(entry.image_digest for entry in entries)]
        )
        waiting = self._cut_off(state) > now
        if target in fetched.missing or (fetched.missing and waiting):
            digest, reason = next(iter(fetched.missing.items()))
            raise ContentUnavailable(
                f"{len(fetched.missing)} of {len(entries) + 1} images are missing, "
                f"first {digest.hex()}: {reason}",
                "check [store]; tried again next cycle",
            )
        return fetched

    def work(
        self, case: Case, fetched: Fetched, note: Callable[[Step], None]
    ) -> tuple[Judgement, Bundle]:
        """Trains, scores and pins the bundle; `note` is told of each finished step."""
        target = decode_target(fetched.require(case.target_digest, "the target"), self.decode)
        model = self._trained(case, target)
        note(Step.TRAINED)
        judgement = judge(
            case,
            target,
            lambda digest: fetched.image(digest, self.decode),
            model=model,
            progress=self.progress,
        )
        note(Step.SCORED)
        bundle = build_bundle(judgement)
        for block in bundle.blocks.values():
            self.store.put(block)
        note(Step.BUNDLE_PINNED)
        return judgement, bundle

    def _cut_off(self, state: CompetitionState) -> float:
        judging_seconds = state.judging_ends - state.reveal_ends
        return state.reveal_ends + self.give_up_missing_fraction * judging_seconds

    def _trained(self, case: Case, target: Pixels) -> TrainedModel:
        """Trains, or loads what an earlier run of this very training has left."""
        name = sha256(case.spec.digest() + case.seed + case.target_digest).hex()
        path = self.work_dir / "models" / f"{name}.model"
        if path.exists():
            try:
                return TrainedModel.load(path)
            except InvalidModel as error:
                log.warning("training again: %s is damaged", path, extra={"reason": str(error)})
        model = train(target, case.spec, case.seed, progress=self.progress)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        model.save(temporary)
        os.replace(temporary, path)
        return model
