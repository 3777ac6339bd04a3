"""What Adam saw of the weights it wrote, so that nobody reads them all again: once for each use."""

import weakref
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]
Number = TypeVar("Number", int, float)


class Seen:
    """By array: the sum and the maximum of the parts that threads did, each given out once.

    Whoever changes weights by other means does so after both were asked for, as a training does.
    """

    def __init__(self) -> None:
        self._checksums: dict[int, tuple[weakref.ref[Weights], int]] = {}
        self._largest: dict[int, tuple[weakref.ref[Weights], float]] = {}

    def note(self, values: Weights, parts: Sequence[tuple[int, int]]) -> None:
        """parts: checksum and the bits of max |x| of each part."""
        itself = weakref.ref(values)
        top = np.int32(max(bits for _, bits in parts)).view(np.float32)
        self._checksums[id(values)] = itself, sum(int(part) for part, _ in parts) % (1 << 64)
        self._largest[id(values)] = itself, float(top)

    def checksum(self, values: Weights) -> int | None:
        """Of a parameter with these values; None if it was given out, or never seen."""
        return _taken(self._checksums, values)

    def largest(self, values: Any) -> float | None:
        """max |x|, likewise; of anything else None."""
        return _taken(self._largest, values)


def _taken(found: dict[int, tuple[weakref.ref[Weights], Number]], values: Any) -> Number | None:
    itself, number = found.pop(id(values), (None, None))
    return number if itself is not None and itself() is values else None
