"""What a worker has to know of a case, and what it shows to prove that it gives the same bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import scoring
from scoring.digest import Digest, sha256
from scoring.exact.model import ExactModel
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels


@dataclass(frozen=True, eq=False)
class Briefing:
    """A case's target and trained model; the judge is worked out again from them by each worker."""

    spec: JudgingSpec
    target: Pixels
    model: ExactModel  # without a backend: each worker takes its own
    backends: tuple[str, ...] = ()  # by the worker's place, in turn; empty: the fastest


@dataclass(frozen=True)
class Ready:
    """What a worker says when it can begin."""

    model_hash: Digest  # of the judge as it worked it out
    sources: Digest  # of the code that it runs
    where: str  # for messages: its machine, process and backend
    at_once: Mapping[str, int]  # how many things it is best asked about together, by method


@dataclass(frozen=True)
class Scored:
    """One image's score, and its pictures as PNG files."""

    value: int
    terms: dict[str, int]
    reconstruction: bytes
    error_map: bytes


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
