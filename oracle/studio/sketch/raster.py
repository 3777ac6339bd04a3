"""Which part of each pixel a shape covers: exact areas along a row, four lines to a pixel.

The signed areas that a shape's edges cut off are added up and summed along each row, as font
renderers do it. Coordinates are sixteenths of a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.studio.sketch.integers import Plane

SUBPIXELS = 16
FULL = 64
"""The coverage of a pixel that lies wholly inside."""

Loop = NDArray[np.int64]
"""A closed outline: int64 (points, 2), x and y in sixteenths of a pixel."""


@dataclass(frozen=True, slots=True)
class Mask:
    """What a shape covers: `cover`, 0 to 64, of the pixels from (`top`, `left`) on."""

    top: int
    left: int
    cover: Plane


def rasterise(loops: Sequence[Loop], height: int, width: int) -> Mask | None:
    """The union of the loops on a canvas, or None if they do not touch it.

    A loop may not cross itself; its direction does not matter.
    """
    points = loops[0] if len(loops) == 1 else np.concatenate(loops)
    lowest, highest = points.min(axis=0), points.max(axis=0)
    left, top = (max(int(value) // SUBPIXELS, 0) for value in lowest)
    right = min(int(highest[0]) // SUBPIXELS + 1, width)
    bottom = min(int(highest[1]) // SUBPIXELS + 1, height)
    if right <= left or bottom <= top:
        return None
    rows, columns = bottom - top, right - left
    corner = np.array((left * SUBPIXELS, top * SUBPIXELS), np.int64)
    sums = _edges(points - corner, [len(loop) for loop in loops], rows, columns)
    area = sums.reshape(rows, columns + 2)[:, :columns].cumsum(axis=1, dtype=np.int32)
    cover = np.minimum(np.abs(area), FULL).astype(np.int16)
    return Mask(top, left, cover)


def _edges(points: Loop, sizes: list[int], rows: int, columns: int) -> NDArray[np.int32]:
    """What each edge cuts off: int32 (rows · (columns + 2)), to be summed along the rows."""
    starts = np.zeros(len(sizes), np.int64)
    starts[1:] = np.cumsum(sizes[:-1])
    after = np.arange(1, len(points) + 1)
    after[starts + sizes - 1] = starts
    x0, y0 = points[:, 0], points[:, 1]
    x1, y1 = x0[after], y0[after]
    turns = np.add.reduceat(x0 * y1 - x1 * y0, starts)
    sign = np.repeat(np.where(turns >= 0, 1, -1), sizes)
    down = y1 > y0
    # Lines lie at 2, 6, 10 and 14 sixteenths of a row; an edge meets those in [upper, lower).
    first = np.minimum(np.maximum((np.minimum(y0, y1) + 1) // 4, 0), rows * 4)
    count = np.minimum(np.maximum((np.maximum(y0, y1) + 1) // 4, 0), rows * 4) - first
    sums = np.zeros(rows * (columns + 2), np.int32)
    edge = np.repeat(np.arange(len(points)), count)
    if not len(edge):
        return sums
    line = np.arange(len(edge)) - np.repeat(count.cumsum() - count, count) + first[edge]
    x = x0[edge] + (x1 - x0)[edge] * (line * 4 + 2 - y0[edge]) // (y1 - y0)[edge]
    x = np.minimum(np.maximum(x, 0), columns * SUBPIXELS)
    part = (x % SUBPIXELS).astype(np.int32)
    place = (line >> 2) * (columns + 2) + x // SUBPIXELS
    direction = np.where(down, -sign, sign)[edge].astype(np.int32)
    np.add.at(sums, place, direction * (SUBPIXELS - part))
    np.add.at(sums, place + 1, direction * part)
    return sums
