"""Practice rounds from settings: the shelf of models, and the room beside the daemon."""

from __future__ import annotations

from contextlib import ExitStack

from oracle.api.practice import Practice
from oracle.api.rate_limit import RateLimit
from oracle.assembly.parts import open_content, open_contract, work_dir
from oracle.practice.room import PracticeRoom
from oracle.practice.shelf import ModelShelf
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.preparer import Preparer
from oracle.settings.config import Settings
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES


def model_shelf(settings: Settings) -> ModelShelf:
    """Where models stay for practice; it takes none where there is no practice."""
    return ModelShelf(work_dir(settings) / "practice", settings.practice.models)


def practice_of(settings: Settings, running: ExitStack) -> Practice | None:
    """Practice for strangers, ended with `running`; None where the operator offers none."""
    limits = settings.practice
    if not limits.models:
        return None
    # All its own, since it works on other threads: nobody who practises holds up an upload.
    decoder = running.enter_context(SandboxedDecoder(at_once=1))
    store = open_content(settings)

    def read(digest: Digest) -> bytes:
        return store.get(digest, max_bytes=MAX_IMAGE_BYTES)

    room = PracticeRoom(
        open_contract(settings),
        model_shelf(settings),
        Preparer(decoder).prepare,
        decoder.decode,
        read,
        limits.waiting,
        limits.seconds,
    )
    running.callback(room.close)
    return Practice(
        room, RateLimit(limits.per_minute, limits.waiting), settings.uploads.max_file_mib << 20
    )
