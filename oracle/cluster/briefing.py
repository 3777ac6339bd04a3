"""What goes between driver and workers: the case, its images, and what a worker says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import scoring
from oracle.judging.crew import Pictures
from scoring.digest import Digest, sha256
from scoring.exact.model import ExactModel
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

SentImage = tuple[Digest, bytes | None]
"""An image's digest and its file; None: the worker reads it from the store."""


Wanted = Literal["files", "in the store", "digests"]
"""What of its pictures a score comes with: their files, their digests once the store has them, or
their digests alone."""


@dataclass(frozen=True, eq=False)
class Briefing:
    """A case's target and trained model; the judge is worked out again from them by each worker."""

    spec: JudgingSpec
    target: Pixels
    model: ExactModel  # without a backend: each worker takes its own
    backends: tuple[str, ...] = ()  # by the worker's place, in turn; empty: the fastest
    store: str = ""  # where images that come without their files are read; empty: none does
    pictures: Wanted = "files"  # what scores come with; digests always do


@dataclass(frozen=True)
class Ready:
    """What a worker says when it can begin."""

    model_hash: Digest  # of the judge as it worked it out
    sources: Digest  # of the code that it runs
    where: str  # for messages: its machine, process and backend
    at_once: Mapping[str, int]  # how many things it is best asked about together, by method


@dataclass(frozen=True)
class Scored:
    """One image's score, its pictures, and where they are wanted their PNG files."""

    value: int
    terms: dict[str, int]
    pictures: Pictures
    files: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Unread:
    """In an answer's place: the worker could not read the image from the store."""

    why: str


@cache
def sources_digest() -> Digest:
    """sha256 over the files of `scoring`, since other code could give another look or score, and of
    this folder, since it could put its answers otherwise."""
    roots = (Path(scoring.__file__).parent, Path(__file__).parent)
    files = [(path, root.parent) for root in roots for path in sorted(root.rglob("*.py"))]
    named = (
        path.relative_to(above).as_posix().encode() + sha256(path.read_bytes())
        for path, above in files
    )
    return sha256(b"".join(named))
