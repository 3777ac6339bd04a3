"""How much of an original is found in an image piece by piece: what survives bending and shaking.

Both images become 128 x 128 grey cells. Each of 36 blocks of 20 x 20 cells of the original is
looked for in the image at every shift up to 8 cells either way, by correlation. A picture that was
pulled about, waved, pinched, cut into jittered tiles or painted over has its pieces near where
they were. The median of the blocks counts, so that some can be lost. It is a remark and proves
nothing: plain pictures have such pieces in common.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.submission.image import Pixels

GRID = 128
BLOCK = 20
REACH = 8
FEWEST = 12
"""Blocks of the original, of 36, that must hold something to be found."""
UNIT = 1_000_000
_CELLS = BLOCK * BLOCK
_SHIFTS = 2 * REACH + 1
_CORNERS = range(4, GRID - BLOCK, BLOCK)
_FAINTEST = _CELLS * _CELLS * 3 * 3  # a standard deviation of 3 grey levels
_LUMA = (77, 150, 29)  # red, green, blue in 256ths

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SharedPatches:
    """How well the pieces of an original are found near their places."""

    correlation: int  # millionths, the median of the blocks that hold something
    blocks: int  # that hold something
    mirrored: bool


def grid_of(pixels: Pixels) -> Integers:
    """RGB uint8 (512, 512, 3) as grey levels, means of 4 x 4 pixels rounded down: (128, 128)."""
    red, green, blue = (pixels[:, :, c].astype(np.int64) * _LUMA[c] for c in range(3))
    sums = (red + green + blue).reshape(GRID, 4, GRID, 4).sum((1, 3))
    levels: Integers = sums // (16 * 256)
    return levels


class PatchedOriginal:
    """An original cut into blocks, as it is and mirrored."""

    def __init__(self, pixels: Pixels) -> None:
        grid = grid_of(pixels)
        self._ways = [_Way(grid, False), _Way(np.ascontiguousarray(grid[:, ::-1]), True)]

    def found_in(self, grid: Integers) -> SharedPatches | None:
        """What of it is in an image, given as `grid_of` gives it; None where it holds too little.

        Of the two ways the closer one; of equals as it is.
        """
        here = [found for way in self._ways if (found := way.found_in(grid))]
        return max(here, key=lambda found: found.correlation, default=None)


class _Way:
    """One look at the original."""

    def __init__(self, grid: Integers, mirrored: bool) -> None:
        self._mirrored = mirrored
        self._blocks: list[tuple[int, int, Integers, int]] = []
        for top in _CORNERS:
            for left in _CORNERS:
                block = grid[top : top + BLOCK, left : left + BLOCK].ravel()
                energy = _CELLS * int((block * block).sum()) - int(block.sum()) ** 2
                if energy >= _FAINTEST:
                    self._blocks.append((top, left, block, energy))

    def found_in(self, grid: Integers) -> SharedPatches | None:
        if len(self._blocks) < FEWEST:
            return None
        windows = np.lib.stride_tricks.sliding_window_view(grid, (BLOCK, BLOCK))
        sums, squares = _window_sums(grid), _window_sums(grid * grid)
        energies = _CELLS * squares - sums * sums
        best = sorted(
            _closest(windows, sums, energies, *block)  # whole numbers
            for block in self._blocks
        )
        return SharedPatches(best[len(best) // 2], len(best), self._mirrored)


def _closest(
    windows: Integers,
    sums: Integers,
    energies: Integers,
    top: int,
    left: int,
    block: Integers,
    energy: int,
) -> int:
    """The highest correlation of a block near its place, in millionths; 0 if none is positive."""
    near = (
        slice(max(0, top - REACH), top + REACH + 1),
        slice(max(0, left - REACH), left + REACH + 1),
    )
    places = windows[near].reshape(-1, _CELLS).astype(np.float64)
    # Whole numbers below 2**53 throughout: exact in fp64 in any order.
    dots = places @ block.astype(np.float64)
    dots = np.maximum(_CELLS * dots - float(block.sum()) * sums[near].ravel(), 0)
    below = np.where(energies[near].ravel() >= _FAINTEST, energies[near].ravel(), 1 << 62)
    # Which place is closest is a matter of single IEEE operations, the same everywhere.
    place = int((dots * dots / below).argmax())
    dot, here = int(dots[place]), int(below[place])
    return min(math.isqrt(dot * dot * UNIT**2 // (energy * here)), UNIT)


def _window_sums(values: Integers) -> Integers:
    """Of every block of cells: (128, 128) to (109, 109)."""
    running = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    rows = running[BLOCK:] - running[:-BLOCK]
    sums: Integers = rows[:, BLOCK:] - rows[:, :-BLOCK]
    return sums
