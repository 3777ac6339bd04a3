"""What runs on a cluster's machine: one thread that looks at, compares and scores what it is sent.

It keeps nothing. Strangers' images are opened as everywhere, in a process without rights.
"""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

from oracle.cluster.briefing import Briefing, Ready, Scored, sources_digest
from oracle.sandbox.decoder import SandboxedDecoder
from scoring.copies.blocks import Comparison, Shared
from scoring.copies.look import Look, Looker
from scoring.digest import Digest, sha256
from scoring.processors import use_processors
from scoring.submission.image import Flag, InvalidSubmission, Pixels
from scoring.submission.stored_png import encode_stored

if TYPE_CHECKING:
    from scoring.exact_judge import ExactJudge


class ImageWorker:
    """One worker; it does one thing at a time."""

    def __init__(self, device: str) -> None:
        # As many workers as cores: more threads would only wait for one another.
        use_processors(1)
        self._device = device
        self._decoder = SandboxedDecoder()
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
        where = f"{socket.gethostname()}, process {os.getpid()}, {backend.name}"
        return Ready(self._judge.digest(), sources_digest(), where)

    def look(self, digest: Digest, data: bytes) -> Look | Flag:
        """What is kept of an image, or the flags of one that is none."""
        assert self._looker is not None, "prepare comes first"
        try:
            return self._looker.look(self._decode(digest, data))
        except InvalidSubmission as error:
            return error.flags

    def score(self, digest: Digest, data: bytes) -> Scored | Flag:
        """The score of an image, or the flags of one that is none."""
        assert self._judge is not None, "prepare comes first"
        try:
            pixels = self._decode(digest, data)
        except InvalidSubmission as error:
            return error.flags
        found = self._judge.score(pixels)
        pictures = encode_stored(found.reconstruction), encode_stored(found.error_map)
        return Scored(found.value, dict(found.terms), *pictures)

    def compare(self, comparison: Comparison) -> Shared:
        """What images share."""
        return comparison.run()

    def _decode(self, digest: Digest, data: bytes) -> Pixels:
        if sha256(data) != digest:
            raise OSError(f"{digest.hex()} did not arrive whole")
        return self._decoder.decode(data)
