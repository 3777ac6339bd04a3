"""The practice room: one image after another, scored by the judge of a competition that is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import Phase
from oracle.errors import BadInput, Busy, WrongMoment
from oracle.judging.crew import Decode
from oracle.judging.judgement import check_spec, decode_target
from oracle.judging.specs import builtin_spec
from oracle.practice.scorer import Scorer, Trained
from oracle.practice.shelf import ModelShelf
from scoring.digest import Digest, sha256

IDLE_SECONDS = 300.0
"""A worker that nobody asked for so long is ended: it holds a gigabyte."""


@dataclass(eq=False)
class PracticeRoom:
    """Scores for strangers; can be shared by threads.

    `prepare` makes a submission of any image; `read` fetches content of at most 1 MiB.
    """

    contract: CompetitionContract
    shelf: ModelShelf
    prepare: Callable[[bytes], bytes]
    decode: Decode
    read: Callable[[Digest], bytes]
    waiting: int  # images at the same time, the one in work included
    seconds: float  # for one image
    idle_seconds: float = IDLE_SECONDS
    _places: threading.BoundedSemaphore = field(init=False)
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)
    _scorer: Scorer | None = field(default=None, init=False)
    _timer: threading.Timer | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.waiting)

    def score(self, competition_id: int, data: bytes) -> dict[str, Any]:
        """What the competition's judge says of an image: `score`, `terms`, `flags`.

        With the `image_digest` of the submission that was made of it. Raises `Busy` when too many
        wait, `BadInput` for a competition whose judge is not here or for no image, `RetryLater`.
        """
        if not self._places.acquire(blocking=False):
            raise Busy(
                f"{self.waiting} images wait to be scored for practice", "try again in a minute"
            )
        try:
            if competition_id not in self.shelf.numbers():
                raise BadInput(
                    f"nobody can practise on competition {competition_id} here",
                    "GET /practice lists those whose judge is kept",
                )
            with self._one:
                image = self.prepare(data)
                pixels = self.decode(image)  # first: what fails here must leave no worker behind
                scorer = self._working(competition_id)
                said = scorer.score(pixels, self.seconds)
                self._end_later()
        finally:
            self._places.release()
        return {
            "competition": competition_id,
            "image_digest": "0x" + sha256(image).hex(),
            **said,
        }

    def close(self) -> None:
        """Ends the worker; the next image starts another."""
        with self._one:
            self._end()

    def _working(self, competition_id: int) -> Scorer:
        scorer = self._scorer
        if scorer is not None and scorer.competition_id == competition_id and scorer.is_running:
            return scorer
        self._end()
        self._scorer = scorer = Scorer(self._trained(competition_id), self.seconds)
        return scorer

    def _trained(self, competition_id: int) -> Trained:
        """The judge as the chain has it. Raises `WrongMoment` before the result is final."""
        state = self.contract.state(competition_id, self.contract.client.finalized_block())
        if state.phase is not Phase.FINAL:
            raise WrongMoment(
                f"competition {competition_id} is not over", "practise once its result is final"
            )
        target = decode_target(self.read(Digest(state.target_digest)), self.decode)
        named = Digest(state.terms.spec_digest)
        spec = builtin_spec(named) or check_spec(self.read(named), named)
        path = self.shelf.path(competition_id)
        return Trained(competition_id, spec, target, path, state.model_hash)

    def _end_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self.idle_seconds, self.close)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        scorer, self._scorer = self._scorer, None
        if scorer is not None:
            scorer.end()
