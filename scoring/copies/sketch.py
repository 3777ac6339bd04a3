"""What is kept of an image to recognise copies of it by: four small grids of grey, 17 KB.

The central square of each size in CROPS becomes a 64 x 64 grid of grey levels. What is compared is
its detail: the grid smoothed a little, less its wider surroundings, so that slow changes of light
do not matter. Detail is calculated when it is asked for, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.submission.image import Pixels

Integers = npt.NDArray[np.int64]

GRID = 64
WINDOW = 48  # cells of the middle that are compared
CELLS = WINDOW * WINDOW
REACH = (GRID - WINDOW) // 2  # cells the one may be shifted against the other, either way
SHIFTS = 2 * REACH + 1
CROPS = (512, 480, 448, 416)  # pixels of the original's side that a copy may show
SMALLEST_ENERGY = CELLS * 81 * 81 * 9  # about a grey level of detail per cell
_LUMA = (77, 150, 29)  # red, green, blue in 256ths


@dataclass(frozen=True, eq=False)
class Sketch:
    """One image, reduced."""

    grids: npt.NDArray[np.uint8]  # (4, 64, 64) grey levels, for each of CROPS

    def detail(self, crop: int) -> Integers:
        """(64, 64): 81 times the 3 x 3 sums around each cell, less their own 9 x 9 sums."""
        smooth = _box(self.grids[crop].astype(np.int64), 1)
        return 81 * smooth - _box(smooth, 4)

    def middles(self) -> tuple[Integers, Integers]:
        """The middle of the largest crop, as it is and mirrored: (CELLS,), mean taken out."""
        middle = self.detail(0)[REACH:-REACH, REACH:-REACH]
        middle = middle - middle.sum() // CELLS
        return middle.ravel(), middle[:, ::-1].ravel()


def sketch(pixels: Pixels) -> Sketch:
    """Reduce one image, RGB uint8 (512, 512, 3)."""
    red, green, blue = (pixels[:, :, c].astype(np.int32) * _LUMA[c] for c in range(3))
    grey = red + green + blue  # in 256ths of a level
    return Sketch(np.stack([_grid(grey, side) for side in CROPS]))


def energy(middle: Integers) -> int:
    """The sum of squares: how much there is in a picture to be recognised by."""
    return int((middle * middle).sum())


def _grid(grey: npt.NDArray[np.int32], side: int) -> npt.NDArray[np.uint8]:
    """The central square of `side` pixels as a 64 x 64 grid of means, rounded down."""
    edges = (512 - side) // 2 + np.arange(GRID + 1) * side // GRID
    square = grey[: edges[-1], : edges[-1]]
    sums = np.add.reduceat(np.add.reduceat(square, edges[:-1], axis=0), edges[:-1], axis=1)
    area = np.diff(edges)[:, None] * np.diff(edges)[None, :]
    levels: Pixels = (sums // (area * 256)).astype(np.uint8)
    return levels


def _box(values: Integers, reach: int) -> Integers:
    """Sums over a square window, edges repeated."""
    width = 2 * reach + 1
    running = np.pad(values, reach, mode="edge").cumsum(0).cumsum(1)
    running = np.pad(running, ((1, 0), (1, 0)))
    rows = running[width:] - running[:-width]
    sums: Integers = rows[:, width:] - rows[:, :-width]
    return sums
