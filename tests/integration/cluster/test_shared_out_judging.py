"""One bundle, byte for byte: by this process, by workers, and after some of them died.

The workers are the cluster's own, in processes of this machine (`processes.py`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from oracle.chain.commitments import Domain
from oracle.cluster.crew import RayCrew
from oracle.judging.bundle import build_bundle
from oracle.judging.crew import Images
from oracle.judging.judgement import Case, judge, train_on
from oracle.sandbox.decoder import SandboxedDecoder
from scoring.bench.evasions import EVASIONS
from scoring.digest import Digest, sha256
from scoring.judge import TrainedJudge
from scoring.ranking import Entry
from scoring.submission.image import Flag, InvalidSubmission, Pixels, encode_png
from tests.integration.cluster.processes import Processes
from tests.tiny_specs import SEED, TINY_JUDGING
from tests.unit import png_files as png

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,  # every worker is a process that loads torch and calibrates
]
MISSING = sha256(b"served by nobody")


@dataclass
class World:
    """A case, its content, and the bundle that this process comes to."""

    case: Case
    target: Pixels
    model: TrainedJudge
    blocks: dict[Digest, bytes]
    decoder: SandboxedDecoder
    kept: dict[Digest, bytes] = field(default_factory=dict)
    reads: int = 0

    def bundle(self, crew: RayCrew | None = None, watch: Callable[[], None] | None = None) -> bytes:
        def content(digest: Digest) -> bytes:
            self.reads += 1
            return self.blocks[digest]

        def require(digest: Digest) -> None:
            if digest == MISSING:
                raise InvalidSubmission(Flag.UNAVAILABLE)

        def keep(data: bytes) -> Digest:
            self.kept[sha256(data)] = data
            return sha256(data)

        def progress(stage: str, done: int, total: int) -> None:
            if watch is not None:
                watch()

        images = Images(content, require, self.decoder.decode)
        judgement = judge(
            self.case,
            self.target,
            images,
            keep,
            model=self.model,
            crew=crew,
            progress=progress,
        )
        return build_bundle(judgement).digest


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Honest images, a copy, a look-alike, a broken file and one that is missing."""
    target, coffee = png.photo(), png.photo("coffee")
    files = [
        encode_png(picture)
        for picture in (
            coffee,
            png.photo("rocket"),
            EVASIONS["mirrored"](coffee),
            EVASIONS["recoloured"](target),
            coffee[::-1].copy(),
        )
    ]
    blocks = {sha256(data): data for data in (*files, b"no image")}
    digests = [*blocks, MISSING]
    entries = tuple(
        Entry(ticket, f"0x{ticket:040x}", digest, ticket)
        for ticket, digest in enumerate(digests, 1)
    )
    domain = Domain(1, "0x" + "11" * 20)
    case = Case(domain, 1, TINY_JUDGING, SEED, bytes(32), sha256(b"target"), entries)
    with SandboxedDecoder() as decoder:
        yield World(case, target, train_on(target, case, device="cpu"), blocks, decoder)


@pytest.fixture(scope="module")
def expected(world: World) -> bytes:
    return world.bundle()


def crew_of(engine: Processes, folder: Path, *backends: str) -> RayCrew:
    return RayCrew(
        "not used",
        folder,
        "cpu",
        backends,
        block_entries=2,
        open_engine=lambda address, device: engine,
    )


def test_workers_of_two_arithmetics_come_to_the_same_bundle_and_are_asked_nothing_twice(
    world: World, expected: bytes, tmp_path: Path
) -> None:
    engine = Processes(2)
    assert world.bundle(crew_of(engine, tmp_path, "fused", "float64")) == expected
    assert len(engine.hands) == 2
    pictures, world.reads = dict(world.kept), 0
    nobody = Processes(2)
    assert world.bundle(crew_of(nobody, tmp_path)) == expected
    assert (nobody.hands, world.reads) == ([], 0), "all was answered before"
    assert pictures == world.kept


def test_a_killed_worker_changes_nothing(world: World, expected: bytes, tmp_path: Path) -> None:
    """While it is at work: as soon as an image was asked for."""
    engine, killed = Processes(1), list[int]()

    def kill() -> None:
        if world.reads > before and not killed:
            os.kill(engine.hands[0].process.pid, signal.SIGKILL)
            killed.append(1)

    before = world.reads
    assert world.bundle(crew_of(engine, tmp_path, "float64"), kill) == expected
    assert len(engine.hands) == 2, "another took its place"
