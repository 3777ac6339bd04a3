"""The integers that a sketch is made of: sines, chance and noise, the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.digest import sha256

Plane = NDArray[np.int16]
"""One number per pixel: int16 (height, width)."""

_MASK = (1 << 64) - 1


def sine(degrees: int) -> int:
    """1024 · sin, by Bhaskara's rational approximation (off by 2 at most)."""
    turn = degrees % 360
    half = turn % 180
    arc = half * (180 - half)
    value = 4 * arc * 1024 // (40_500 - arc)
    return value if turn < 180 else -value


def cosine(degrees: int) -> int:
    """1024 · cos."""
    return sine(degrees + 90)


class Chance:
    """A stream of numbers that follows from its name: splitmix64."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._state = int.from_bytes(sha256(name.encode("utf-8"))[:8], "big")

    def named(self, part: str | int) -> Chance:
        """The stream of a part; what other parts draw does not change it."""
        return Chance(f"{self._name}/{part}")

    def number(self) -> int:
        """The next number, 0 to 2^64 − 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((self._state ^ self._state >> 30) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _MASK
        return mixed ^ mixed >> 31

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + self.number() % (high - low + 1)

    def around(self, reach: int) -> int:
        """A number from −reach to reach."""
        return self.between(-reach, reach)

    def lattice(self, height: int, width: int) -> NDArray[np.int64]:
        """Independent values 0 to 255: int64 (height, width)."""
        counter = np.arange(height * width, dtype=np.uint64) + np.uint64(self.number() >> 1)
        mixed = counter * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return (mixed >> np.uint64(56)).astype(np.int64).reshape(height, width)


def noise(chance: Chance, height: int, width: int, cell_y: int, cell_x: int) -> Plane:
    """Smooth noise, 0 to 255, whose features are `cell_y` × `cell_x` pixels."""
    # 255 · 255 fits easily into 32 bits, which are mixed twice as fast as 64.
    grid = chance.lattice(height // cell_y + 2, width // cell_x + 2).astype(np.int32)
    row, down = _eased(height, cell_y)
    column, right = _eased(width, cell_x)
    # One direction after the other: rows are mixed on the small grid.
    steps = np.diff(grid, axis=0)[row] * down[:, None].astype(np.int32) >> 8
    rows = grid[row] + steps
    mixed = np.diff(rows, axis=1).take(column, axis=1)
    mixed *= right.astype(np.int32)
    mixed >>= 8
    mixed += rows.take(column, axis=1)
    return mixed.astype(np.int16)


def ridge(chance: Chance, width: int, cell: int, octaves: int = 4) -> NDArray[np.int64]:
    """A skyline: heights 0 to about 255 along `width` pixels, coarse features `cell` wide."""
    heights = np.zeros(width, np.int64)
    for octave in range(octaves):
        size = max(cell >> octave, 2)
        line = noise(chance.named(octave), 1, width, 1, size)[0].astype(np.int64)
        heights += line >> octave + 1
    return heights


def _eased(length: int, cell: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each pixel its lattice cell and how far into it, 0 to 255, eased at both ends."""
    at = np.arange(length, dtype=np.int64)
    part = at % cell * 256 // cell
    return at // cell, part * part * (768 - 2 * part) // 65_536
