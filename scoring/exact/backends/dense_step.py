"""The compiled Adam step of a dense layer, whose gradient is used as it is multiplied.

Written out, it would be as large as the weights, and be read once.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.

import numpy as np

from scoring.exact.backends.compiling import compiled
from scoring.exact.backends.elementwise import adam, checksum, largest_bits
from scoring.exact.backends.microkernel import TILE_COLUMNS, TILE_ROWS, tile

_MOST_COLUMNS = 512
_AT_HAND = 2048
"""Numbers of a gradient, and of the weights and their moments, that the nearest memory holds."""


@compiled
def adam_by_outer(
    a, row_step, panels, shape, w, mean, square, factor, constants, bits, lo, hi
):  # pragma: no cover
    """`elementwise.adam_seen` by the gradient A × panels, for rows lo · TILE_ROWS … hi · TILE_ROWS.

    a, row_step, panels: as `contraction.multiply_rows` has them. shape: the rows and columns of the
    weights, which are flat, as everything behind them. Returns what `adam_seen` does.
    """
    rows, columns = shape
    values, means, squares = bits
    signed = values.view(np.int32)
    total, top = np.uint64(0), np.int32(0)
    at_once = min(panels.shape[0], _MOST_COLUMNS // TILE_COLUMNS)
    width = at_once * TILE_COLUMNS
    # Rows that are whole lie together, and are taken together.
    whole = width == columns
    lines = TILE_ROWS * max(1, _AT_HAND // (TILE_ROWS * width) if whole else 1)
    side = np.empty((lines, width), np.int32)
    flat, end = side.reshape(-1), min(hi * TILE_ROWS, rows)
    for first in range(0, panels.shape[0], at_once):
        last = min(first + at_once, panels.shape[0])
        count = min(last * TILE_COLUMNS, columns) - first * TILE_COLUMNS
        for row in range(lo * TILE_ROWS, end, lines):
            here = min(lines, end - row)
            for r in range(0, here, TILE_ROWS):
                for panel in range(first, last):
                    to = side[r, (panel - first) * TILE_COLUMNS :].ctypes.data
                    tile(a + (row + r) * row_step, row_step, 4, panels.shape[1], 1, 0,
                         panels[panel].ctypes.data, to, width * 4, 0)  # fmt: skip
            for r in range(1 if whole else here):
                start = (row + r) * columns + first * TILE_COLUMNS
                stop = start + (here * columns if whole else count)
                adam(w[start:stop], mean[start:stop], square[start:stop], flat[r * width :],
                     factor, constants, 0, stop - start)  # fmt: skip
                total += checksum(values, means, squares, start, stop)
                top = max(top, largest_bits(signed, start, stop))
    return total, top
