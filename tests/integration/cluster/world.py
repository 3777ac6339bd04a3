"""A small case with its content, and the bundle that this process comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from oracle.chain.commitments import Domain
from oracle.cluster.crew import RayCrew
from oracle.judging.bundle import build_bundle
from oracle.judging.crew import Images, Keep
from oracle.judging.judgement import Case, Judgement, judge, train_on
from oracle.sandbox.decoder import SandboxedDecoder
from scoring.bench.evasions import EVASIONS
from scoring.digest import Digest, sha256
from scoring.judge import Progress, TrainedJudge
from scoring.ranking import Entry
from scoring.submission.image import Flag, InvalidSubmission, Pixels, encode_png
from tests.tiny_specs import SEED, TINY_JUDGING
from tests.unit import png_files as png

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
    reading: Callable[[Digest], None] = lambda digest: None  # told what is read

    def bundle(self, crew: RayCrew | None = None, watch: Progress | None = None) -> bytes:
        return build_bundle(self.judgement(crew, watch)).digest

    def judgement(
        self,
        crew: RayCrew | None = None,
        watch: Progress | None = None,
        keep: Keep | None = None,
    ) -> Judgement:
        def kept(data: bytes) -> Digest:
            self.kept[sha256(data)] = data
            return sha256(data)

        return judge(
            self.case,
            self.target,
            self.images,
            keep or kept,
            model=self.model,
            crew=crew,
            progress=watch,
        )

    @property
    def images(self) -> Images:
        def content(digest: Digest) -> bytes:
            self.reads += 1
            self.reading(digest)
            return self.blocks[digest]

        def require(digest: Digest) -> None:
            if digest == MISSING:
                raise InvalidSubmission(Flag.UNAVAILABLE)

        return Images(content, require, self.decoder.decode)


@contextmanager
def small_world() -> Iterator[World]:
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
