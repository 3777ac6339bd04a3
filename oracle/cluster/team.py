"""A cluster's workers at one case: what was answered before is taken from the journals."""

from __future__ import annotations

import logging
import struct
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

from oracle.cluster.briefing import Scored, SentImage, Unread, sources_digest
from oracle.cluster.foreman import ASK_AGAIN, Foreman, Job
from oracle.cluster.journal import Journal
from oracle.cluster.records import (
    pack_look,
    pack_score,
    pack_shared,
    unpack_look,
    unpack_score,
    unpack_shared,
)
from oracle.judging.crew import Pictures, Task, changed_its_mind
from scoring.copies.blocks import BLOCK_ENTRIES, Block, Comparison, Shared
from scoring.copies.look import Detail, Look
from scoring.digest import Digest, sha256
from scoring.ranking import Entry
from scoring.submission.image import Flag, InvalidSubmission
from scoring.workers import Points, Workers

log = logging.getLogger(__name__)

_IMAGES_AHEAD = 4
_BLOCKS_AHEAD = 1
_MOST_UNREAD = 32
"""Images that workers could not read, one after another, until they are asked to read no more."""


@dataclass(eq=False)
class ClusterTeam:
    """Workers of a cluster, through their foreman; use as a context manager."""

    task: Task
    foreman: Foreman
    folder: Path
    block_entries: int = BLOCK_ENTRIES
    # Workers read images from a store of their own; what they cannot read there is sent to them.
    workers_read: bool = False
    pictures: dict[int, Pictures] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    _unread: set[Digest] = field(default_factory=set)
    _unread_in_a_row: int = 0

    def __enter__(self) -> Self:
        self._open.callback(self.foreman.close)
        key = sha256(self.task.model.digest() + self.task.target_digest + sources_digest())
        self._looks, self._shared, self._scores = (
            self._open.enter_context(Journal(self.folder / kind, sha256(key + kind.encode())))
            for kind in ("looks", "comparisons", "scores")
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def workers(self) -> Workers:
        return self

    def look(self, entries: Sequence[Entry]) -> Generator[Digest | Flag, None, None]:
        """See `scoring.workers.Workers`."""
        for look in self.foreman.run(map(self._look_at, entries), _IMAGES_AHEAD):
            yield look.pixels if isinstance(look, Look) else look

    def details(self, entries: Sequence[Entry]) -> Sequence[Detail]:
        """See `scoring.workers.Workers`."""
        found = (unpack_look(_there(self._looks, entry.image_digest)) for entry in entries)
        return [look.detail for look in found if isinstance(look, Look) and look.detail]

    def compare(self, comparisons: Iterable[Comparison]) -> Generator[Shared, None, None]:
        """See `scoring.workers.Workers`."""
        yield from self.foreman.run(map(self._compared, comparisons), _BLOCKS_AHEAD)

    def score(self, entries: Sequence[Entry]) -> Generator[Points, None, None]:
        """See `scoring.workers.Workers`."""
        results = self.foreman.run(map(self._scored, entries), _IMAGES_AHEAD)
        for entry, (points, pictures) in zip(entries, results, strict=True):
            self.pictures[entry.ticket_id] = pictures
            yield points

    def _look_at(self, entry: Entry) -> Job:
        name = f"the image of ticket {entry.ticket_id}"
        try:
            self.task.images.require(entry.image_digest)
        except InvalidSubmission as error:
            return Job.done_before(name, error.flags)
        if (known := self._looks.get(entry.image_digest)) is not None:
            return Job.done_before(name, _light(unpack_look(known)))

        def keep(look: Look | Flag | Unread) -> object:
            if isinstance(look, Unread):
                return self._send_it(entry, look)
            self._was_read(entry)
            self._looks.put(entry.image_digest, pack_look(look))
            return _light(look)

        return Job(name, "look", partial(self._sent, entry), keep)

    def _scored(self, entry: Entry) -> Job:
        name = f"the image of ticket {entry.ticket_id}"
        if (known := self._scores.get(entry.image_digest)) is not None:
            return Job.done_before(name, unpack_score(known))

        def keep(scored: Scored | Flag | Unread) -> object:
            if isinstance(scored, Unread):
                return self._send_it(entry, scored)
            self._was_read(entry)
            if isinstance(scored, Flag):
                raise changed_its_mind(entry, f"a worker found {scored!r}")
            for file in scored.files:
                self.task.keep(file)
            result = Points(scored.value, scored.terms), scored.pictures
            # After the pictures: what is written down is there.
            self._scores.put(entry.image_digest, pack_score(*result))
            return result

        return Job(name, "score", partial(self._sent, entry), keep)

    def _compared(self, comparison: Comparison) -> Job:
        key = _name_of(comparison)
        name = f"a comparison of {len(comparison.images.numbers)} images"
        if (known := self._shared.get(key)) is not None:
            return Job.done_before(name, unpack_shared(known))

        def keep(shared: Shared) -> Shared:
            self._shared.put(key, pack_shared(shared))
            return shared

        return Job(name, "compare", lambda: comparison, keep)

    def _sent(self, entry: Entry) -> SentImage:
        digest = entry.image_digest
        read_there = self.workers_read and digest not in self._unread
        return digest, None if read_there else self.task.images.content(digest)

    def _send_it(self, entry: Entry, unread: Unread) -> object:
        """The image is sent with the next question, or all are, once none can be read any more."""
        self._unread.add(entry.image_digest)
        self._unread_in_a_row += 1
        facts = {"ticket": entry.ticket_id, "reason": unread.why}
        if len(self._unread) == 1:
            log.warning("a worker cannot read an image from its store, so it is sent", extra=facts)
        if self._unread_in_a_row == _MOST_UNREAD and self.workers_read:
            log.warning("workers cannot read from their store: every image is sent", extra=facts)
            self.workers_read = False
        return ASK_AGAIN

    def _was_read(self, entry: Entry) -> None:
        if entry.image_digest not in self._unread:
            self._unread_in_a_row = 0


def _light(look: Look | Flag) -> Look | Flag:
    """Without what images are compared by: that stays in the journal."""
    return Look(look.pixels, None) if isinstance(look, Look) else look


def _there(journal: Journal, name: Digest) -> bytes:
    data = journal.get(name)
    if data is None:
        raise KeyError(f"{name.hex()} was never looked at")
    return data


def _name_of(comparison: Comparison) -> Digest:
    """A digest of all that a comparison's result follows from."""
    limits = struct.pack("<qq", comparison.limits.grain, comparison.limits.shapes)
    blocks = (comparison.images, comparison.originals)
    return sha256(limits + b"".join(sha256(_block_bytes(block)) for block in blocks if block))


def _block_bytes(block: Block) -> bytes:
    settled = [number in block.settled for number in block.numbers]
    return b"".join(
        struct.pack("<q?", number, known) + detail.pixels
        for number, known, detail in zip(block.numbers, settled, block.details, strict=True)
    )
