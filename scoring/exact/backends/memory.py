"""Memory that is taken up again: fresh pages from the system cost a training a fifth of its time.

A block is free when only its keeper refers to it, neither an array in it nor a view of one.
So nobody has to say when an array is done with, and none can be overwritten while it is in use.
"""

import math
import sys
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SMALLEST_BYTES = 1 << 20
"""The C library keeps smaller ones by itself."""
_WASTE = 1.5
"""A block may be so many times larger than what is asked for."""
FORGOTTEN_AFTER = 400
"""What was not taken for so many requests is given back; a training step makes a quarter of it."""


@dataclass(eq=False)
class _Block:
    memory: npt.NDArray[np.uint8]
    taken: int  # the number of the latest request that it served

    def array(self, size: int, kind: Any, shape: tuple[int, ...]) -> npt.NDArray[Any]:
        """The first `size` bytes as an array."""
        array: npt.NDArray[Any] = self.memory[:size].view(kind).reshape(shape)
        return array

    def references(self) -> int:
        """To the memory: this block's, this call's, and those of the arrays in it."""
        return sys.getrefcount(self.memory)


class Memory:
    """Big arrays for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._blocks: list[_Block] = []
        self._requests = 0
        self._most = 0  # bytes that were ever in use at once
        self._when_free = _Block(np.empty(0, np.uint8), 0).references()

    def empty(self, shape: tuple[int, ...], kind: Any) -> npt.NDArray[Any]:
        """As np.empty: what the array holds is whatever was left."""
        size = math.prod(shape) * np.dtype(kind).itemsize
        with self._lock:
            self._requests += 1
            free = self._free()
            if size < SMALLEST_BYTES:
                return np.empty(shape, kind)
            fit = [block for block in free if size <= block.memory.size <= _WASTE * size]
            block = min(fit, key=lambda block: block.memory.size) if fit else self._new(size, free)
            block.taken = self._requests
            return block.array(size, kind, shape)

    def _free(self) -> list[_Block]:
        """The free blocks, but for those that are given back."""
        free = [block for block in self._blocks if block.references() == self._when_free]
        last = self._requests - FORGOTTEN_AFTER
        for block in free:
            if block.taken < last:
                self._blocks.remove(block)
        return [block for block in free if block.taken >= last]

    def _new(self, size: int, free: list[_Block]) -> _Block:
        """What has been free for longest makes room, so that blocks of all sizes do not add up."""
        held = size + sum(block.memory.size for block in self._blocks)
        self._most = max(self._most, held - sum(block.memory.size for block in free))
        for block in sorted(free, key=lambda block: block.taken):
            if held > self._most:
                self._blocks.remove(block)
                held -= block.memory.size
        self._blocks.append(_Block(np.empty(size, np.uint8), 0))
        return self._blocks[-1]
