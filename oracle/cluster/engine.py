"""What the foreman needs of a cluster, whichever runs it. Only `ray_engine.py` knows Ray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Hand = Any
"""A worker somewhere."""
Question = Any
"""What a worker was asked and has perhaps answered."""


class WorkerLost(Exception):
    """A worker, or the machine that it was on, is gone."""


class WorkerFailed(Exception):
    """A worker could not do what it was asked, and says why."""


class Engine(Protocol):
    """Hires workers and passes questions and answers."""

    def capacity(self) -> int:
        """How many workers can work at the same time."""
        ...

    def share(self, value: object) -> object:
        """The value as a worker's argument that is sent to each machine once."""
        ...

    def hire(self, place: int) -> Hand:
        """A new worker, which may take a while to start; `place` numbers those at work."""
        ...

    def ask(self, hand: Hand, method: str, *arguments: object) -> Question:
        """Asks a worker; does not wait."""
        ...

    def wait(self, answers: Sequence[Question], seconds: float) -> Sequence[Question]:
        """Those that are there, after so long at most; returns as soon as one is."""
        ...

    def result(self, answer: Question) -> Any:
        """What was answered; raises `WorkerLost` or `WorkerFailed`."""
        ...

    def dismiss(self, hand: Hand) -> None:
        """Ends a worker whatever it does now."""
        ...

    def close(self) -> None:
        """Leaves the cluster."""
        ...
