"""Near-copies found in whole numbers: is this image an edit of that one?

Both are reduced to a 64 x 64 grid of grey with slow changes of light taken out. The middle of
the one is then correlated with the other at every shift up to 7 cells, at four crops, as it is
and mirrored. The square of the correlation decides, so an inverted copy is a copy. Brightness,
contrast, colour, compression, noise and blur hardly change it; another picture of the same thing
does not come near. What is found here may disqualify: it is the same on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GRID = 64
REACH = 7  # cells the one may be shifted against the other, either way
WINDOW = GRID - 2 * REACH - 2  # cells of the middle that are compared
CROPS = (512, 480, 448, 416)  # pixels of the original's side that a copy may show
THRESHOLD = 800_000  # millionths of |correlation| from which on an image is a copy
_NEARLY = 0.01
_SMALLEST_ENERGY = WINDOW * WINDOW * 81 * 81 * 9  # about a grey level of detail per cell


@dataclass(frozen=True)
class CopyEvidence:
    """The best match found: how alike, and how the original was cut to get there."""

    correlation: int  # millionths, negative when one is the other's negative
    mirrored: bool
    crop: int  # pixels of the original's side
    shift: tuple[int, int]  # rows, columns, in 64ths of the crop

    @property
    def is_copy(self) -> bool:
        """Whether the match is close enough to disqualify."""
        return abs(self.correlation) >= THRESHOLD


@dataclass(frozen=True, eq=False)
class Sketch:
    """What is kept of an image to be compared with others."""

    middle: Integers  # (WINDOW * WINDOW,) with its mean taken out, times their count
    energy: int
    crops: tuple[tuple[bool, int, Integers], ...]  # mirrored, crop side, detail (64, 64)


def sketch(pixels: Pixels) -> Sketch:
    """Reduce one image, RGB uint8 (512, 512, 3)."""
    grey = pixels.astype(np.int64) @ np.array([77, 150, 29])  # in 256ths of a level
    crops = []
    for mirrored in (False, True):
        turned = grey[:, ::-1] if mirrored else grey
        crops += [(mirrored, side, _detail(turned, side)) for side in CROPS]
    start = (GRID - WINDOW) // 2
    middle = crops[0][2][start : start + WINDOW, start : start + WINDOW].ravel()
    centred = middle - middle.sum() // middle.size
    return Sketch(centred, int((centred * centred).sum()), tuple(crops))


def _detail(grey: Integers, side: int) -> Integers:
    """The central square of `side` pixels as a 64 x 64 grid, less its 9 x 9 surroundings."""
    edges = (512 - side) // 2 + np.arange(GRID + 1) * side // GRID
    sums = np.pad(grey.cumsum(0).cumsum(1), ((1, 0), (1, 0)))[edges][:, edges]
    area = np.diff(edges)[:, None] * np.diff(edges)[None, :]
    cells = np.diff(np.diff(sums, axis=0), axis=1) // (area * 256)  # grey levels
    smooth = _box(cells, 1)
    detail: Integers = 81 * smooth - _box(smooth, 4)
    return detail


def _box(values: Integers, reach: int) -> Integers:
    """Sums over a square window, edges repeated."""
    padded = np.pad(values, reach, mode="edge")
    width = 2 * reach + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (width, width))
    sums: Integers = windows.sum(axis=(2, 3))
    return sums


def compare(image: Sketch, original: Sketch) -> CopyEvidence | None:
    """The closest match of `image` within `original`; None where one of them is empty of detail."""
    if image.energy < _SMALLEST_ENERGY:
        return None
    best: tuple[int, int, CopyEvidence] | None = None
    for mirrored, side, detail in original.crops:
        windows = np.lib.stride_tricks.sliding_window_view(detail, (WINDOW, WINDOW))
        shifts = windows.shape[0]
        rows = windows.reshape(shifts * shifts, WINDOW * WINDOW).astype(np.float64)
        # Whole numbers: every partial sum is below 2**53, so fp64 is exact in any order.
        totals = rows.sum(1)
        squares = (rows * rows).sum(1)
        energy = squares - totals * totals / rows.shape[1]
        dots = rows @ image.middle.astype(np.float64)
        ratio = np.where(energy < _SMALLEST_ENERGY, 0, dots * dots / np.maximum(energy, 1))
        for index in np.flatnonzero(ratio >= ratio.max() * (1 - _NEARLY)):
            dot, own = int(dots[index]), image.energy
            # Sums of the window times its count, so that the mean comes out in whole numbers.
            other = rows.shape[1] * int(squares[index]) - int(totals[index]) ** 2
            if other < _SMALLEST_ENERGY * rows.shape[1]:
                continue
            square = dot * dot * rows.shape[1] * 10**12 // (own * other)
            if best is None or square > best[0]:
                correlation = math.isqrt(square) * (1 if dot > 0 else -1)
                shift = (int(index) // shifts - REACH - 1, int(index) % shifts - REACH - 1)
                best = (square, dot, CopyEvidence(correlation, mirrored, side, shift))
    return None if best is None else best[2]


def find_copy(pixels: Pixels, originals: list[Sketch]) -> tuple[int, CopyEvidence] | None:
    """The first of `originals` (the target, then earlier submissions) that this image copies."""
    image = sketch(pixels)
    for position, original in enumerate(originals):
        evidence = compare(image, original)
        if evidence is not None and evidence.is_copy:
            return position, evidence
    return None
