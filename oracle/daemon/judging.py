"""The operator's judging, from a pinned seed to a published bundle: fetch, train, score, publish.

Each part's result is kept on disk or in the ledger, so that a daemon killed in the middle
continues where it was; whatever it finds there is checked against the digest it must have.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from oracle.chain.state import CompetitionState
from oracle.daemon.given_up import GivenUp
from oracle.errors import (
    ContentAbsent,
    Mismatch,
    NeedsHuman,
    SourceFailed,
    Undecidable,
)
from oracle.judging.bundle import Bundle, build_bundle
from oracle.judging.crew import Crew, Decode, LocalCrew
from oracle.judging.fetch import Budget, Fetched, fetch_all, keep_all
from oracle.judging.judgement import (
    Case,
    Judgement,
    check_spec,
    decode_target,
    judge,
    train_on,
)
from oracle.judging.looks import LooksBook
from oracle.judging.prefetch import Prefetch
from oracle.judging.progress_note import ProgressNote
from oracle.judging.search import SOUND_LOOKS, Search
from oracle.judging.specs import MAX_SPEC_BYTES, builtin_spec
from oracle.ledger.ledger import Step
from oracle.metrics import Metrics
from oracle.practice.shelf import ModelShelf
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from scoring.errors import InvalidSpec
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

if TYPE_CHECKING:
    # See `oracle.judging.judgement`: torch is loaded when there is something to judge.
    from scoring.judge import Progress, TrainedJudge

log = logging.getLogger(__name__)

Note = Callable[[Step, Mapping[str, str]], None]
"""Called with each finished step and the facts that later steps need of it."""


@dataclass(frozen=True)
class OperatorJudging:
    """Judges one competition after another, with the stores and the decoder of one daemon."""

    store: ContentStore
    cache: ContentStore  # on this machine
    decode: Decode
    work_dir: Path
    give_up_missing_fraction: float
    metrics: Metrics
    progress: Progress
    prefetch: Prefetch | None = None  # looks for what was revealed before it is judged
    device: str = "auto"
    crew: Crew = field(default_factory=LocalCrew)
    give_up_after_seconds: float = 300.0  # of looking in vain, in sources that work
    practice: ModelShelf | None = None  # where models stay for practice
    looks: LooksBook | None = None  # where it stays what scores look like
    noted: ProgressNote | None = None  # is told which competition the progress is about
    _search: Search = field(init=False)
    _given_up: GivenUp = field(init=False)

    def __post_init__(self) -> None:
        search = self.prefetch.search if self.prefetch is not None else Search(self.store)
        object.__setattr__(self, "_search", search)
        object.__setattr__(self, "_given_up", GivenUp(self.store, search))

    def load_spec(self, digest: Digest) -> JudgingSpec:
        """The judging spec that a competition was created with.

        Raises `NeedsHuman` for one that this package cannot judge by.
        """
        if (builtin := builtin_spec(digest)) is not None:
            return builtin
        data = self.store.get(digest, max_bytes=MAX_SPEC_BYTES)
        try:
            return check_spec(data, digest)
        except (InvalidSpec, Mismatch) as error:
            raise _cannot_judge(error) from error

    def fetch(
        self, state: CompetitionState, entries: tuple[Entry, ...], now: Callable[[], int]
    ) -> Fetched:
        """The target and every submission.

        `now` tells the chain's time, and is asked after the fetching. Before the cut-off, raises
        `ContentUnavailable` when anything is missing. After it a missing submission is
        disqualified once it was looked for in vain often enough in sources that work (`Search`),
        while a missing target is waited for until judging ends.
        """
        target = Digest(state.target_digest)
        digests = [target, *(entry.image_digest for entry in entries)]
        with self.metrics.stage("fetch"):
            fetched = fetch_all(
                self.store,
                self.cache,
                digests,
                budget=_budget(state),
                search=self._search,
                metrics=self.metrics,
                progress=self.progress,
            )
        waiting = self._cut_off(state) > now() or fetched.unasked
        if target in fetched.missing or (fetched.missing and waiting):
            # Always the same one, so that what lasts reads the same and is told once: the order
            # is that of the asking, another one each time.
            digest = min(fetched.missing)
            reason = fetched.missing[digest]
            answered = all(map(self._search.is_answered, fetched.missing))
            # Where the sources work, it is the players who keep everybody waiting.
            raise (ContentAbsent if answered else SourceFailed)(
                f"{len(fetched.missing)} of {len(entries) + 1} images are missing, "
                f"first {digest.hex()}: {reason}",
                "check [store]; tried again next cycle",
            )
        self._require_search(state, fetched)
        return fetched

    def _require_search(self, state: CompetitionState, fetched: Fetched) -> None:
        """Raises `ContentUnavailable` where too little was done to call an image unavailable."""
        spread = min(self.give_up_after_seconds, (state.judging_ends - state.reveal_ends) / 10)
        for digest, reason in fetched.missing.items():
            if not self._search.may_give_up(digest, spread):
                answered = self._search.is_answered(digest)
                raise (ContentAbsent if answered else SourceFailed)(
                    f"{digest.hex()} is missing, and its sources have not looked for it "
                    f"{SOUND_LOOKS} times within {spread:g} s: {reason}",
                    "see that a gateway or node of [store] works: only one that does can say "
                    "that an image is not there",
                )

    def give_up(self, entries: tuple[Entry, ...], fetched: Fetched) -> Digest | None:
        """Says for which entries nobody shows the image, and publishes what shows it.

        The digest of that evidence; None where nothing is given up, or no store takes it.
        """
        gone = [entry for entry in entries if entry.image_digest in fetched.missing]
        return self._given_up.tell(gone) if gone else None

    def work(
        self, case: Case, fetched: Fetched, trained_before: Digest | None, note: Note
    ) -> tuple[Judgement, Bundle]:
        """Trains, scores and publishes the bundle.

        `trained_before` is the model hash that an earlier run of this training noted.
        """
        noted = self.noted
        with noted.judging(case.competition_id) if noted is not None else nullcontext():
            return self._work(case, fetched, trained_before, note)

    def _work(
        self, case: Case, fetched: Fetched, trained_before: Digest | None, note: Note
    ) -> tuple[Judgement, Bundle]:
        try:
            target = decode_target(fetched.require(case.target_digest, "the target"), self.decode)
            with self.metrics.stage("train"):
                model = self._trained(case, target, trained_before)
        except Undecidable as error:
            raise _cannot_judge(error) from error
        note(Step.TRAINED, {"model_hash": model.digest().hex()})
        if self.practice is not None:
            self.practice.keep(case.competition_id, model)
        with self.metrics.stage("score"):
            judgement = judge(
                case,
                target,
                fetched.images(self.decode),
                self.store.put,
                model=model,
                progress=self.progress,
                crew=self.crew,
            )
        note(Step.SCORED, {})
        with self.metrics.stage("publish"):
            bundle = build_bundle(judgement)
            for block in bundle.blocks.values():
                self.store.put(block)
            self._serve(case, fetched)
        if self.looks is not None:
            self.looks.keep(case.competition_id, model, target, self.store)
        for row in judgement.ranking:
            self.metrics.entry_judged(row.flags)
        return judgement, bundle

    def _serve(self, case: Case, fetched: Fetched) -> None:
        """Keeps what was judged where everybody finds it: who ranks must show.

        What came from elsewhere may be gone there tomorrow. What is too large is served too, where
        the store takes it: who cannot have it would call it unavailable, which is another flag.
        """
        digests = (case.target_digest, *(entry.image_digest for entry in case.entries))
        keep_all(self.store, fetched, digests)

    def forget(self, digests: Collection[Digest]) -> None:
        """Looks for these no longer, and drops what is known of them: nobody waits for them."""
        if self.prefetch is not None:
            self.prefetch.drop(digests)
        self._search.forget(digests)
        self._given_up.forget()

    def clean(self, state: CompetitionState) -> None:
        """Deletes what judging kept for its next start: the competition has ended for good."""
        if not any(state.seed):
            return
        self.crew.forget(state.terms.spec_digest, state.seed, state.target_digest)
        name = _checkpoint_name(state.terms.spec_digest, state.seed, state.target_digest)
        with contextlib.suppress(OSError):  # it lies there to be looked at, no more
            (self.work_dir / "models" / name).unlink(missing_ok=True)

    def _cut_off(self, state: CompetitionState) -> float:
        judging_seconds = state.judging_ends - state.reveal_ends
        return state.reveal_ends + self.give_up_missing_fraction * judging_seconds

    def _trained(self, case: Case, target: Pixels, expected: Digest | None) -> TrainedJudge:
        """Trains, from the checkpoint that an earlier run of this very training left."""
        name = _checkpoint_name(case.spec.digest(), case.seed, case.target_digest)
        path = self.work_dir / "models" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        trained = self._train(case, target, path)
        if expected not in (None, trained.digest()) and path.exists():
            log.warning("training again: the kept model is not the one in the ledger")
            path.unlink()
            trained = self._train(case, target, path)
        if expected not in (None, trained.digest()):
            raise NeedsHuman(
                f"training again gave another model, {trained.digest().hex()}, than before",
                "this machine does not reproduce its own results: nobody could audit them",
            )
        return trained

    def _train(self, case: Case, target: Pixels, checkpoint: Path) -> TrainedJudge:
        from scoring.exact.archive import InvalidArchive

        train = partial(
            train_on,
            target,
            case,
            progress=self.progress,
            checkpoint=checkpoint,
            device=self.device,
        )
        try:
            return train()
        except InvalidArchive as error:
            log.warning("training again: the checkpoint is damaged", extra={"reason": str(error)})
            checkpoint.unlink(missing_ok=True)
            return train()


def _checkpoint_name(spec_digest: bytes, seed: bytes, target_digest: bytes) -> str:
    return f"{sha256(spec_digest + seed + target_digest).hex()}.checkpoint"


def _budget(state: CompetitionState) -> Budget:
    """A tenth of the time at most: what is missing was looked for since it was revealed."""
    return Budget(min(Budget().seconds, (state.judging_ends - state.reveal_ends) / 10))


def _cannot_judge(error: InvalidSpec | Mismatch | Undecidable) -> NeedsHuman:
    return NeedsHuman(
        f"this competition cannot be judged: {error.what}",
        "after its deadline the daemon voids it and every ticket is refunded; where another "
        "version of judge can do it, install that one and run: judge resume",
    )
