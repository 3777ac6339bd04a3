"""What runs on a cluster's machine: it looks at, compares and scores what it is sent.

One thread does, beside a GPU the threads of its share of the cores: they open images and measure
distances while the GPU looks at others, as where one machine judges (`scoring.parallel`).

Images come with the question or are read by digest from a store, and pictures go back or into that
store. Strangers' images are opened as everywhere, in a process without rights.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from oracle.cluster.briefing import (
    Briefing,
    Ready,
    Scored,
    SentImage,
    Unread,
    Wanted,
    sources_digest,
)
from oracle.cluster.shelf import Shelf
from oracle.judging.crew import Pictures
from oracle.sandbox.decoder import SandboxedDecoder
from scoring.copies.blocks import Comparison, Shared
from scoring.copies.look import Look, Looker
from scoring.digest import sha256
from scoring.parallel import side_by_side
from scoring.processors import use_processors
from scoring.submission.image import Flag, InvalidSubmission, Pixels
from scoring.submission.stored_png import encode_stored

if TYPE_CHECKING:
    from scoring.exact_judge import ExactJudge
    from scoring.score import Score


_DIGESTS_AT_ONCE = 8
"""Where no files are sent, what costs the driver its time is the number of questions."""


class ImageWorker:
    """One worker; it answers one question at a time, about one thing or several."""

    def __init__(self, device: str, threads: int = 1) -> None:
        # Of all workers together as many as cores: more would only wait for one another.
        use_processors(threads)
        self._device, self._threads = device, threads
        self._decoder = SandboxedDecoder()
        self._shelf = Shelf("")
        self._want_pictures: Wanted = "files"
        self._looker: Looker | None = None
        self._judge: ExactJudge | None = None

    def prepare(self, briefing: Briefing, place: int) -> Ready:
        """Works the case's judge out again."""
        from scoring.exact.proofs.choice import choose_backend
        from scoring.exact.proofs.selftest import backend_named
        from scoring.exact_judge import judge_of

        named = briefing.backends
        backend = (
            backend_named(named[place % len(named)])
            if named
            else choose_backend(self._device, briefing.spec)
        )
        model = replace(briefing.model, backend=backend)
        self._judge = judge_of(briefing.target, model, briefing.spec)
        self._looker = Looker(briefing.target, briefing.spec)
        self._shelf = Shelf(briefing.store)
        self._want_pictures = briefing.pictures
        where = f"{socket.gethostname()}, process {os.getpid()}, {backend.name}"
        at_once = dict.fromkeys(("look", "score", "compare"), self._threads)
        if briefing.store:
            at_once |= dict.fromkeys(("look", "score"), max(self._threads, _DIGESTS_AT_ONCE))
        if self._judge.group > 1:
            # Two groups, so that threads begin one and finish the other while a GPU looks.
            at_once["score"] = max(at_once["score"], 2 * self._judge.group)
        return Ready(self._judge.digest(), sources_digest(), where, at_once)

    def look(self, images: Sequence[SentImage]) -> list[Look | Flag | Unread]:
        """What is kept of each image, the flags of one that is none, or why it was not read."""
        assert self._looker is not None, "prepare comes first"
        looker = self._looker

        def look(sent: SentImage) -> Look | Flag | Unread:
            pixels = self._decode(sent)
            return pixels if isinstance(pixels, Flag | Unread) else looker.look(pixels)

        return list(side_by_side(look, images))

    def score(self, images: Sequence[SentImage]) -> list[Scored | Flag | Unread]:
        """The score of each image, the flags of one that is none, or why it was not read."""
        assert self._judge is not None, "prepare comes first"
        decoded = list(side_by_side(self._decode, images))
        loads = [_given(own) for own in decoded if not isinstance(own, Flag | Unread)]
        with closing(self._judge.score_all(loads)) as scores:
            return [
                own if isinstance(own, Flag | Unread) else self._scored(next(scores))
                for own in decoded
            ]

    def compare(self, comparisons: Sequence[Comparison]) -> list[Shared]:
        """What the images of each comparison share."""
        return list(side_by_side(Comparison.run, comparisons))

    def _decode(self, sent: SentImage) -> Pixels | Flag | Unread:
        digest, file = sent
        data = self._shelf.read(digest) if file is None else file
        if isinstance(data, Unread):
            return Unread(f"{socket.gethostname()}: {data.why}")
        if file is not None and sha256(file) != digest:
            raise OSError(f"{digest.hex()} did not arrive whole")
        try:
            return self._decoder.decode(data)
        except InvalidSubmission as error:
            return error.flags

    def _scored(self, found: Score) -> Scored:
        files = encode_stored(found.reconstruction), encode_stored(found.error_map)
        there = self._want_pictures == "in the store" and self._shelf.put(files)
        named_only = there or self._want_pictures == "digests"
        pictures = Pictures(*map(sha256, files))
        return Scored(found.value, dict(found.terms), pictures, () if named_only else files)


def _given(pixels: Pixels) -> Callable[[], Pixels]:
    return lambda: pixels
