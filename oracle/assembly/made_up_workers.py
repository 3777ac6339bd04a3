"""In Ray's place, for `judge bench cluster --made-up`: workers whose answers cost nothing.

What is left to measure is the driver: reading, handing out, writing answers down, ranking, tree and
bundle. Its process is reached as Ray's driver is, and messages are as long as real ones.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from oracle.cluster.briefing import Briefing, Ready, Scored
from oracle.cluster.engine import Engine
from oracle.cluster.ray_process import Desk, serve
from oracle.cluster.worker import ImageWorker
from oracle.judging.crew import Pictures
from scoring.copies.look import Look
from scoring.digest import Digest, sha256
from scoring.submission.stored_png import encode_stored

_SIDE = 256  # of the pictures that a score comes with


@dataclass(frozen=True, eq=False)
class Answered:
    """A question with its answer."""

    answer: Any


class MadeUp:
    """An `oracle.cluster.engine.Engine`; its workers know the judge, and look at nothing."""

    def __init__(self, workers: int, at_once: int = 1) -> None:
        self._workers, self._at_once = workers, at_once
        grey = np.full((_SIDE, _SIDE, 3), 128, np.uint8)
        self._picture = encode_stored(grey)
        self._pictures = Pictures(*(sha256(self._picture),) * 2)
        self._sends_pictures = True
        self._ready: Ready | None = None

    def capacity(self) -> int:
        """See `Engine`."""
        return self._workers

    def share(self, value: object) -> object:
        """See `Engine`."""
        return value

    def hire(self, place: int) -> int:
        """See `Engine`."""
        return place

    def ask(self, hand: int, method: str, *arguments: Any) -> Answered:
        """See `Engine`."""
        match method, arguments:
            case "prepare", (briefing, place):
                return Answered(self._prepare(briefing, place))
            case "look", (images,):
                return Answered([Look(sha256(digest), None) for digest, _ in images])
            case "score", (images,):
                return Answered([self._score(digest) for digest, _ in images])
        raise ValueError(f"{method} is not made up")

    def wait(self, answers: Sequence[Answered], seconds: float) -> Sequence[Answered]:
        """See `Engine`."""
        return answers[:1]

    def result(self, answer: Answered) -> Any:
        """See `Engine`."""
        return answer.answer

    def dismiss(self, hand: int) -> None:
        """See `Engine`."""

    def close(self) -> None:
        """See `Engine`."""

    def _prepare(self, briefing: Briefing, place: int) -> Ready:
        if self._ready is None:
            ready = ImageWorker("cpu").prepare(briefing, place)
            self._ready = replace(ready, at_once=dict.fromkeys(ready.at_once, self._at_once))
            self._sends_pictures = briefing.pictures == "files"
        return self._ready

    def _score(self, digest: Digest) -> Scored:
        value = int.from_bytes(digest[:4], "big")
        files = (self._picture,) * 2 if self._sends_pictures else ()
        return Scored(value, {"made_up": value}, self._pictures, files)


def _join(address: str, device: str, local_workers: int) -> Engine:
    """`address` says how many images go into a question."""
    return MadeUp(local_workers, int(address))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])), Desk(_join))
