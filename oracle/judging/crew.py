"""Who does a case's work on its images: this process, or whoever a cluster lends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from oracle.errors import RetryLater
from scoring.digest import Digest, sha256
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import InvalidSubmission, Pixels
from scoring.submission.stored_png import encode_stored

if TYPE_CHECKING:
    # See `oracle.judging.judgement`: torch is loaded when there is something to judge.
    from scoring.judge import Progress, Score, TrainedJudge
    from scoring.workers import Workers

Decode = Callable[[bytes], Pixels]
Keep = Callable[[bytes], Digest]
"""Publishes a picture, or does nothing with it; returns its digest."""


def keep_none(picture: bytes) -> Digest:
    """For who wants to know what pictures are called and needs none; see `Keep`."""
    return sha256(picture)


@dataclass(frozen=True)
class Pictures:
    """What the judge saw in one submission: the digests of deterministic PNG files."""

    reconstruction: Digest
    error_map: Digest


@dataclass(frozen=True)
class Images:
    """The images of a case.

    `content` gives a file. `require` raises `InvalidSubmission` with the reason if there is none.
    """

    content: Callable[[Digest], bytes]
    require: Callable[[Digest], None]
    decode: Decode

    def pixels(self, digest: Digest) -> Pixels:
        """uint8 (512, 512, 3); raises `InvalidSubmission` with the reason if it has none."""
        self.require(digest)
        return self.decode(self.content(digest))


@dataclass(frozen=True)
class Task:
    """Everything that the work on a case's images follows from, and where its pictures go."""

    spec: JudgingSpec
    seed: bytes
    target_digest: Digest
    target: Pixels
    model: TrainedJudge
    images: Images
    keep: Keep
    progress: Progress | None = None


class Team(Protocol):
    """Workers for one case, and what they saw."""

    @property
    def workers(self) -> Workers: ...

    @property
    def pictures(self) -> Mapping[int, Pictures]:
        """By ticket, of what was scored so far."""
        ...


class Crew(Protocol):
    """Lends a team for as long as a case needs it."""

    def team(self, task: Task) -> AbstractContextManager[Team]: ...

    def forget(self, spec_digest: bytes, seed: bytes, target_digest: bytes) -> None:
        """Deletes what was kept of a case: nobody will ask for it again."""
        ...


class LocalCrew:
    """This process alone."""

    def team(self, task: Task) -> AbstractContextManager[Team]:
        """See `Crew`."""
        return nullcontext(LocalTeam(task))

    def forget(self, spec_digest: bytes, seed: bytes, target_digest: bytes) -> None:
        """See `Crew`: nothing is kept."""


class LocalTeam:
    """This process's threads; a few images and pictures are held at a time."""

    def __init__(self, task: Task) -> None:
        from scoring.workers import Here

        self.pictures: dict[int, Pictures] = {}
        self._keep = task.keep
        image_of = twice_the_same(task.images.pixels)
        self.workers: Workers = Here(task.model, task.target, image_of, self._show)

    def _show(self, entry: Entry, score: Score) -> None:
        pictures = (score.reconstruction, score.error_map)
        self.pictures[entry.ticket_id] = Pictures(*map(self._keep, map(encode_stored, pictures)))


def twice_the_same(pixels_of: Callable[[Digest], Pixels]) -> Callable[[Entry], Pixels]:
    """The pixels of entries; one that was valid a moment ago cannot be invalid now."""
    valid: set[int] = set()

    def load(entry: Entry) -> Pixels:
        try:
            pixels = pixels_of(entry.image_digest)
        except InvalidSubmission as error:
            if entry.ticket_id not in valid:
                raise
            raise changed_its_mind(entry, error.detail) from error
        valid.add(entry.ticket_id)
        return pixels

    return load


def changed_its_mind(entry: Entry, detail: str) -> RetryLater:
    """What is raised for an image that decoded once and then did not."""
    return RetryLater(
        f"the image of ticket {entry.ticket_id} decoded once and then did not: {detail}",
        "look at this machine's memory; its verdicts must not depend on it",
    )
