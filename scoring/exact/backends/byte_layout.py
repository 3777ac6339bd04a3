"""Compiled: tensors as int8 digits, laid out for `byte_products.py`.

An int8 number is one digit; an int16 one, of at most 14 bits, is two, low and high: it is low +
128 · high with |digit| ≤ 64. Tensors stand in a border of one zero: (N, H + 2, W + 2, C). Each
works on a range lo … hi − 1, so that threads can share the work. Four digits that are multiplied
at once lie together.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.
# ruff: noqa: PLR2004

import numpy as np

from scoring.exact.backends.block_shape import COLUMNS, STEP, TILE
from scoring.exact.backends.byte_digits import HIGH, LOW, ONE, fours, sixteens
from scoring.exact.backends.compiling import compiled
from scoring.exact.backends.elementwise import mixed, within_14_bits


@compiled
def digit_of(value, digit):  # pragma: no cover
    """A number's low or high digit, or a number of one digit as it is."""
    if digit == ONE:
        return np.int8(value)
    return np.int8(((value + 64) & 127) - 64 if digit == LOW else (value + 64) >> 7)


@compiled
def which_digit(number, count):  # pragma: no cover
    """What number 0 or 1 of one or two digits is."""
    if count == 1:
        return ONE
    return LOW if number == 0 else HIGH


@compiled
def digits(x, out, lo, hi):  # pragma: no cover
    """(pixels, C) → (one or two digits, pixels, C or more) for pixels lo … hi − 1.

    What is more than C is zero.
    """
    channels = x.shape[1]
    for number in range(out.shape[0]):
        digit = which_digit(number, out.shape[0])
        if channels < out.shape[2]:
            out[number, lo:hi] = 0
        for pixel in range(lo, hi):
            for c in range(channels):
                out[number, pixel, c] = digit_of(x[pixel, c], digit)


@compiled
def turn(x, out, lo, hi):  # pragma: no cover
    """The first bit of every byte turned, for words lo … hi − 1 of flat uint64."""
    for i in range(lo, hi):
        out[i] = x[i] ^ np.uint64(0x8080808080808080)


@compiled
def mix(d, q, by_d, by_q, constant, unit, low, high, lo, hi):  # pragma: no cover
    """As `elementwise.mix`, into the low and the high digits, each in a border."""
    _, width, channels = q.shape
    height = low.shape[1] - 2
    for line in range(lo, hi):
        n, row = line // height, line % height + 1
        for x in range(width):
            for c in range(channels):
                value = mixed(d[line, x, c], q[line, x, c], by_d[c], by_q[c], constant[c])
                number = within_14_bits(value * unit)
                low[n, row, x + 1, c] = digit_of(number, LOW)
                high[n, row, x + 1, c] = digit_of(number, HIGH)


@compiled
def weight_panels(matrix, panels, lo, hi):  # pragma: no cover
    """int8 (K, columns) → int8 (panels, steps, 2 · STEP / 4, TILE, 4), for steps lo … hi − 1.

    Four of a column go together. Zero where the columns have ended.
    """
    columns, quads = matrix.shape[1], STEP // 4
    for panel in range(panels.shape[0]):
        for step in range(lo, hi):
            for half in range(2):
                first = panel * COLUMNS + half * TILE
                for quad in range(quads):
                    rows = matrix[step * STEP + quad * 4 : step * STEP + quad * 4 + 4]
                    to = panels[panel, step, half * quads + quad]
                    if columns - first >= TILE and columns % TILE == 0:
                        fours(rows[0, first:].ctypes.data, columns, to.ctypes.data, ONE)
                        continue
                    to[:] = 0
                    for c in range(min(max(columns - first, 0), TILE)):
                        for j in range(4):
                            to[c, j] = rows[j, first + c]


@compiled
def planes(x, row, out, lo, hi):  # pragma: no cover
    """Every second pixel of every second line by channel, for lines lo … hi − 1 of all images.

    Bordered (N, 2H + 2, 2W + 2, C) → int8 (digits, N, 4, C or more, positions). The four are of
    even and odd lines and, in each, even and odd columns; a position is a line of theirs times
    `row` plus a column; `row` divides by 4. What belongs to no pixel holds whatever was left.
    """
    _, tall, wide, channels = x.shape
    half, size = wide // 2, x.itemsize
    pixel = 2 * channels * size  # from one to the next but one
    tiled = channels // TILE * TILE
    together = half // TILE * TILE
    for line in range(lo, hi):
        n, y = line // tall, line % tall
        start = y // 2 * row
        for number in range(out.shape[0]):
            digit = which_digit(number, out.shape[0])
            for parity in range(2):
                plane = out[number, n, 2 * (y % 2) + parity]
                first = x[n, y, parity:].ctypes.data
                # A few channels at a time: their lines lie on as many pages of memory.
                for tile in range(0, tiled, TILE):
                    at = first + tile * size
                    to = plane[tile:].ctypes.data + start
                    for left in range(0, together, TILE):
                        sixteens(at + left * pixel, pixel, to + left, plane.shape[1], digit)
                for left in range(together, half):
                    for c in range(tiled):
                        plane[c, start + left] = digit_of(x[n, y, 2 * left + parity, c], digit)
                for c in range(tiled, channels):
                    for left in range(half):
                        plane[c, start + left] = digit_of(x[n, y, 2 * left + parity, c], digit)


@compiled
def row_panels(d, panels, lo, hi):  # pragma: no cover
    """int16 (N, K) → int8 (⌈N / TILE⌉, K / STEP, 2 · STEP / 4, TILE, 4), for steps lo … hi − 1.

    TILE rows go together: their low digits, then the high ones. Zero where the rows have ended.
    """
    rows, quads = d.shape[0], STEP // 4
    for panel in range(panels.shape[0]):
        for step in range(lo, hi):
            low, high = panels[panel, step, :quads], panels[panel, step, quads:]
            for r in range(TILE):
                n = panel * TILE + r
                if n >= rows:
                    low[:, r], high[:, r] = 0, 0
                    continue
                row = d[n, step * STEP : step * STEP + STEP]
                for quad in range(quads):
                    for j in range(4):
                        low[quad, r, j] = digit_of(row[quad * 4 + j], LOW)
                        high[quad, r, j] = digit_of(row[quad * 4 + j], HIGH)


@compiled
def position_panels(x, row, number, count, out, lo, hi):  # pragma: no cover
    """What is inside the border, along the positions of `planes`, for images lo … hi − 1.

    Bordered (N, H + 2, W + 2, C) → int8 (panels, N, steps, 2 · STEP / 4, TILE, 4). The columns are
    the channels in tiles, of the low digits and then, if `count` is 2, of the high ones. This call
    writes those of digit `number`, which x holds if it is int8. Zero where no pixel stands.
    """
    _, tall, wide, channels = x.shape
    width, quads, tiles = wide - 2, STEP // 4, -(-channels // TILE)
    pixel = channels * x.itemsize
    digit = ONE if x.itemsize == 1 else which_digit(number, count)
    few = np.zeros((4, tiles * TILE), x.dtype)  # where there are not enough pixels, or channels
    for n in range(lo, hi):
        for y in range(tall - 2):
            for left in range(0, row, 4):
                at, step_bytes = x[n, y + 1, left + 1 :].ctypes.data, pixel
                if left + 4 > width or channels % TILE:
                    few[:] = 0
                    for j in range(min(4, width - left)):
                        for c in range(channels):
                            few[j, c] = x[n, y + 1, left + j + 1, c]
                    at, step_bytes = few.ctypes.data, few.shape[1] * x.itemsize
                step, quad = (y * row + left) // STEP, (y * row + left) // 4 % quads
                for tile in range(tiles):
                    panel, side = (number * tiles + tile) // 2, (number * tiles + tile) % 2
                    to = out[panel, n, step, side * quads + quad].ctypes.data
                    fours(at + tile * TILE * x.itemsize, step_bytes, to, digit)
        # Steps are whole, and panels are full, whether there is something for them or not.
        for quad in range((tall - 2) * row // 4, out.shape[2] * quads):
            out[:, n, quad // quads, quad % quads] = 0
            out[:, n, quad // quads, quads + quad % quads] = 0
        if count * tiles % 2:
            out[out.shape[0] - 1, n, :, quads:] = 0
