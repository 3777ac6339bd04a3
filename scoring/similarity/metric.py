"""What every similarity method is: a small object with a name, a source and a number to give."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

from scoring.submission.image import Pixels


class Direction(StrEnum):
    """Which way the number grows."""

    LOWER = "lower is more similar"
    HIGHER = "higher is more similar"


@runtime_checkable
class Metric(Protocol):
    """Compares two images. Third parties implement this; nothing has to be inherited.

    `range` is what the number can be, both ends included; `inf` where it has no bound.
    """

    name: str
    source: str
    direction: Direction
    range: tuple[float, float]

    def __call__(self, a: Pixels, b: Pixels) -> float:
        """The similarity of two uint8 RGB images (H, W, 3) of any size."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """A metric that can also draw why."""

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """A picture, uint8 RGB (H, W, 3)."""
        ...


@runtime_checkable
class Batched(Protocol):
    """A metric that compares one image with many at once, on a GPU when there is one."""

    def many(self, a: Pixels, others: Sequence[Pixels]) -> list[float]:
        """One number for each of `others`, equal to calling the metric on each."""
        ...


def compare_many(metric: Metric, a: Pixels, others: Sequence[Pixels]) -> list[float]:
    """`metric(a, x)` for every x of `others`, batched where the metric knows how."""
    if isinstance(metric, Batched):
        return metric.many(a, others)
    return [metric(a, other) for other in others]


def closeness(metric: Metric, value: float) -> float:
    """The value turned so that higher is always more similar; only its order means something."""
    return value if metric.direction is Direction.HIGHER else -value
