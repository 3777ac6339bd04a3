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
    sums = np.zeros(rows * (columns + 2), np.int32)
    for loop in loops:
        _add(sums, loop, top, left, rows, columns)
    area = sums.reshape(rows, columns + 2)[:, :columns].cumsum(axis=1, dtype=np.int32)
    cover = np.minimum(np.abs(area), FULL).astype(np.int16)
    return Mask(top, left, cover)


def _add(sums: NDArray[np.int32], loop: Loop, top: int, left: int, rows: int, columns: int) -> None:
    x0, y0 = loop[:, 0] - left * SUBPIXELS, loop[:, 1] - top * SUBPIXELS
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    sign = 1 if int((x0 * y1 - x1 * y0).sum()) >= 0 else -1
    down = y1 > y0
    upper, lower = np.where(down, y0, y1), np.where(down, y1, y0)
    # Lines lie at 2, 6, 10 and 14 sixteenths of a row; an edge meets those in [upper, lower).
    first = np.clip((upper + 1) // 4, 0, rows * 4)
    count = np.clip((lower + 1) // 4, 0, rows * 4) - first
    edge = np.repeat(np.arange(len(loop)), count)
    if not len(edge):
        return
    line = np.arange(len(edge)) - np.repeat(count.cumsum() - count, count) + first[edge]
    y = line * 4 + 2
    x = x0[edge] + (x1 - x0)[edge] * (y - y0[edge]) // (y1 - y0)[edge]
    x = np.clip(x, 0, columns * SUBPIXELS)
    part = x % SUBPIXELS
    place = (line >> 2) * (columns + 2) + x // SUBPIXELS
    direction = np.where(down[edge], -sign, sign)
    np.add.at(sums, place, (direction * (SUBPIXELS - part)).astype(np.int32))
    np.add.at(sums, place + 1, (direction * part).astype(np.int32))
