"""A judging of many drawn images by a local cluster, stage by stage; `judge bench cluster`.

Images are drawn when they are asked for, so that nothing but code is measured and a hundred
thousand need no disk. Everything else is the judging of a competition: the same workers, search for
copies, ranking, tree and bundle.
"""

from __future__ import annotations

import resource
import struct
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from oracle.assembly.process_costs import most_memory, processor_seconds
from oracle.chain.commitments import Domain
from oracle.cluster.apart import LOCAL, EngineApart
from oracle.cluster.crew import RayCrew
from oracle.errors import Mismatch
from oracle.judging.bundle import build_bundle
from oracle.judging.crew import Images
from oracle.judging.judgement import Case, Judgement, judge, train_on
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.judge import TrainedJudge
from scoring.progress import Progress
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.image import IMAGE_SIDE

_SEED = sha256(b"judge bench cluster")
_BLOCK = 32  # pixels of one colour, either way


@dataclass(frozen=True)
class ClusterFigures:
    """What one judging took, by the clock and of all its processes' time, and the most memory."""

    entries: int
    workers: int
    copies: str  # what counts as one
    train_seconds: float
    start_seconds: float  # until the first image was looked at: workers load and calibrate
    look_seconds: float
    compare_seconds: float
    score_seconds: float
    rank_seconds: float  # and the tree
    bundle_seconds: float
    # Of processors, by all processes together: other programs on the machine hardly change it.
    start_processor_seconds: float
    look_processor_seconds: float
    compare_processor_seconds: float
    score_processor_seconds: float
    driver_mib: int  # the driver's own peak
    all_mib: int  # of driver, workers, decoders and Ray together, seen every two seconds
    answers_mib: int  # on disk
    sample: int  # entries that this process scored again, with the same result
    bundle: str

    @property
    def entries_per_second(self) -> float:
        """Looked at, compared and scored."""
        return self.entries / (self.look_seconds + self.compare_seconds + self.score_seconds)


@dataclass
class _Moments:
    """When each stage was first and last heard of."""

    report: Progress
    first: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)  # at the first

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage not in self.first:
            self.first[stage], self.processor[stage] = now, processor_seconds()
        if stage == "look" and done == total:
            self.processor["compare"] = processor_seconds()
        if stage == "score" and done == total:
            self.processor["end"] = processor_seconds()
        self.last[stage] = now
        self.report(stage, done, total)

    def spent(self, begin: str, end: str) -> float:
        """Of processors, between two of these."""
        return self.processor[end] - self.processor[begin]


def measure(
    entries: int,
    workers: int,
    spec: JudgingSpec,
    sample: int,
    progress: Progress,
    *,
    made_up: bool = False,
    by_digest: bool = False,
    at_once: int = 1,
) -> ClusterFigures:
    """Judges so many drawn images by `workers` on this machine.

    With `made_up` no image is drawn and every answer is made up: what is left is the driver's work.
    With `by_digest` workers read the images from a folder instead of being sent them, and answers
    that are made up come without pictures, as if they were put there. `at_once` is how many images
    go into a question where answers are made up; real workers say so themselves.
    Raises `Mismatch` if this process scores one of `sample` entries otherwise.
    """
    draw = _made_up if made_up else _drawn
    numbers: dict[Digest, int] = {}
    for number in range(1, entries + 1):
        numbers[sha256(draw(number))] = number
        progress("draw", number, entries)
    case = _case(list(numbers), spec)
    images = _largest if made_up else partial(_content, numbers)
    with (
        tempfile.TemporaryDirectory() as folder,
        SandboxedDecoder() as decoder,
        most_memory() as most,
    ):
        store = Path(folder) / "store"
        if by_digest and not made_up:
            for digest in numbers:
                EmbeddedStore(store).put(images(digest))
        target = decoder.decode(_drawn(0))
        began = time.monotonic()
        model = train_on(target, case, progress=progress, device="cpu")
        trained, before = time.monotonic(), processor_seconds()
        engine = partial(EngineApart, local_workers=workers)
        if made_up:
            engine = partial(engine, module="oracle.assembly.made_up_workers")
        answers = Path(folder) / "answers"
        named = f"dir:{store}" if by_digest else ""
        # Real pictures would fill the disk: 400 kB for each entry.
        publishes = by_digest and made_up
        crew = RayCrew(
            str(at_once) if made_up else LOCAL,
            answers,
            "cpu",
            store=named,
            store_publishes=publishes,
            open_engine=engine,
        )
        moments = _Moments(progress)
        content = Images(images, lambda digest: None, decoder.decode)
        judgement = judge(case, target, content, _keep, model=model, crew=crew, progress=moments)
        ranked = time.monotonic()
        bundle = build_bundle(judgement)
        built = time.monotonic()
        compare_sample(judgement, model, content, sample)
        answers_bytes = sum(file.stat().st_size for file in answers.rglob("*") if file.is_file())
    first, last = moments.first, moments.last
    return ClusterFigures(
        entries=entries,
        workers=workers,
        copies=spec.copies,
        train_seconds=trained - began,
        start_seconds=first["look"] - trained,
        look_seconds=last["look"] - first["look"],
        compare_seconds=first["score"] - last["look"],
        score_seconds=last["score"] - first["score"],
        rank_seconds=ranked - last["score"],
        bundle_seconds=built - ranked,
        start_processor_seconds=moments.processor["look"] - before,
        look_processor_seconds=moments.spent("look", "compare"),
        compare_processor_seconds=moments.spent("compare", "score"),
        score_processor_seconds=moments.spent("score", "end"),
        driver_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        all_mib=most[0] >> 20,
        answers_mib=answers_bytes >> 20,
        sample=sample,
        bundle=bundle.digest.hex(),
    )


def compare_sample(judgement: Judgement, model: TrainedJudge, images: Images, sample: int) -> None:
    """Scores some entries again by this process alone, evenly over the ranking.

    Raises `Mismatch` for one that comes out otherwise.
    """
    ranking = judgement.ranking
    for place in range(sample):
        row = ranking[place * len(ranking) // sample]
        if row.disqualified:
            continue
        score = model.score(images.pixels(row.entry.image_digest))
        if (score.value, dict(score.terms)) != (row.score, dict(row.terms)):
            raise Mismatch(
                f"ticket {row.entry.ticket_id}: the cluster scored {row.score}, and this process "
                f"{score.value}",
                "this machine computes wrong bits: see what judge selftest says",
            )


def _case(digests: list[Digest], spec: JudgingSpec) -> Case:
    entries = tuple(
        Entry(ticket, "0x" + ticket.to_bytes(20, "big").hex(), digest, ticket)
        for ticket, digest in enumerate(digests, start=1)
    )
    target = sha256(_drawn(0))
    return Case(Domain(1, "0x" + "11" * 20), 1, spec, _SEED, sha256(b"entries"), target, entries)


def _keep(picture: bytes) -> Digest:
    """As who ranks, to whom every picture is sent."""
    return sha256(picture)


def _content(numbers: dict[Digest, int], digest: Digest) -> bytes:
    return _drawn(numbers[digest])


def _made_up(number: int) -> bytes:
    return b"%d" % number


def _largest(digest: Digest) -> bytes:
    """As long as a submission that is not compressed."""
    return bytes(3 * IMAGE_SIDE * IMAGE_SIDE)


def _drawn(number: int) -> bytes:
    """A submission of blocks of colour: a few kilobytes, drawn in a few milliseconds."""
    cells = IMAGE_SIDE // _BLOCK
    colours = np.random.default_rng(number).integers(0, 256, (cells, cells, 3), np.uint8)
    lines = colours.repeat(_BLOCK, axis=1).reshape(cells, 3 * IMAGE_SIDE)
    # Each row begins with its filter: none for a block's first, "as above" with nothing added then.
    above = b"\x02" + bytes(3 * IMAGE_SIDE)
    rows = b"".join(b"\x00" + line.tobytes() + above * (_BLOCK - 1) for line in lines)
    header = struct.pack(">IIBBBBB", IMAGE_SIDE, IMAGE_SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
