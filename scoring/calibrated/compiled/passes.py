"""The compiled passes: the frozen networks' layers, distances of feature maps, means of pixels.

Feature maps are int16 (h, w, c), values from 0 to 63. `terms.py`, `sight.py` and `perceptual.py`
say what is calculated; every sum here is one of integers and fits where it is added up.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.
# ruff: noqa: PLR2004

import numpy as np

from scoring.exact.backends.compiling import compiled
from scoring.exact.backends.microkernel import DOT_STEP, TILE_COLUMNS, TILE_ROWS, dot, tile

CONVOLVE, DEPTHWISE, POOL = range(3)
NOTHING = -1
BLOCK_PIXELS = 64
"""For about so many pixels every weight is used before the next ones are."""


@compiled
def run_network(steps, weights, unit, bias, work):  # pragma: no cover
    """Every layer after the other, each in `work`, flat; see `plan.py` for the steps."""
    for i in range(len(steps)):
        if steps[i].kind == CONVOLVE:
            convolve(steps[i], weights, unit, bias, work)
        elif steps[i].kind == DEPTHWISE:
            depthwise(steps[i], weights, unit, bias, work)
        else:
            pool(steps[i], work)


@compiled
def convolve(step, weights, unit, bias, work):  # pragma: no cover
    """Every sum of a convolution, settled.

    Some lines at a time, so that the weights are not read anew for every few pixels.
    """
    columns, width = step.columns, step.width
    across = -(-columns // TILE_COLUMNS)
    row, wide = across * TILE_COLUMNS, -(-width // TILE_ROWS) * TILE_ROWS
    block = max(1, BLOCK_PIXELS // wide)
    sums = np.empty(block * wide * row, np.int32)
    for top in range(0, step.lines, block):
        lines = min(block, step.lines - top)
        for panel in range(across):
            at = step.weights + panel * step.run * step.runs * TILE_COLUMNS
            for y in range(lines):
                for x in range(0, wide, TILE_ROWS):
                    from_ = step.source + (top + y) * step.line_step + x * step.pixel_step
                    to = (y * wide + x) * row + panel * TILE_COLUMNS
                    tile(work.ctypes.data + 2 * from_, 2 * step.pixel_step, 4, step.run, step.runs,
                         2 * step.run_step, weights.ctypes.data + 4 * at,
                         sums.ctypes.data + 4 * to, 4 * row, 0)  # fmt: skip
        for y in range(lines):
            for x in range(width):
                settle(step, top + y, x, sums, (y * wide + x) * row, unit, bias, work)


@compiled
def depthwise(step, weights, unit, bias, work):  # pragma: no cover
    """Every sum of a convolution in which each channel stands alone, settled; 3 x 3 or 5 x 5."""
    sums = np.empty(step.columns, np.int32)
    line, tap = np.uintp(step.run_step), np.uintp(step.weights)
    for y in range(step.lines):
        for x in range(step.width):
            at = np.uintp(step.source + y * step.line_step + x * step.pixel_step)
            if step.runs == 3:
                sum_of_nine(sums, work, at, line, weights, tap)
            else:
                sum_of_twenty_five(sums, work, at, line, weights, tap)
            settle(step, y, x, sums, 0, unit, bias, work)


@compiled
def sum_of_nine(sums, values, at, line, weights, tap):  # pragma: no cover
    """For every channel the products of 3 x 3 values from `at` on and its weights from `tap` on.

    Its size is written out, so that a sum stays in a register until it is whole. Places are
    unsigned, since a negative one would mean one from the end, and there are no slices, which cost
    more than what few channels take.
    """
    channels = np.uintp(len(sums))
    for c in range(channels):
        total = np.int32(0)
        for i in range(3):
            for j in range(3):
                value = np.int32(values[at + np.uintp(i) * line + np.uintp(j) * channels + c])
                total += value * weights[tap + np.uintp(3 * i + j) * channels + c]
        sums[c] = total


@compiled
def sum_of_twenty_five(sums, values, at, line, weights, tap):  # pragma: no cover
    """As `sum_of_nine`, of 5 x 5."""
    channels = np.uintp(len(sums))
    for c in range(channels):
        total = np.int32(0)
        for i in range(5):
            for j in range(5):
                value = np.int32(values[at + np.uintp(i) * line + np.uintp(j) * channels + c])
                total += value * weights[tap + np.uintp(5 * i + j) * channels + c]
        sums[c] = total


@compiled
def settle(step, y, x, sums, first, unit, bias, work):  # pragma: no cover
    """One pixel, whose sums begin with number `first`: bias, rounding half to even after a shift,
    what is added, and the limits."""
    at = y * step.out_line_step + x * step.out_pixel_step
    first, out, channel = np.uintp(first), np.uintp(step.target + at), np.uintp(step.channel)
    lowest, largest = np.float32(step.lowest), np.float32(step.largest)
    if step.added == NOTHING:
        for c in range(np.uintp(step.columns)):
            value = np.rint(np.float32(sums[first + c]) * unit[channel + c] + bias[channel + c])
            work[out + c] = np.int16(min(max(value, lowest), largest))
    else:
        before = np.uintp(step.added + at)
        for c in range(np.uintp(step.columns)):
            value = np.rint(np.float32(sums[first + c]) * unit[channel + c] + bias[channel + c])
            value += np.float32(work[before + c])
            work[out + c] = np.int16(min(max(value, lowest), largest))


@compiled
def pool(step, work):  # pragma: no cover
    """3 x 3 maximum with stride 2 of what is not negative; a last, partial window counts."""
    channels = step.columns
    for y in range(step.lines):
        for x in range(step.width):
            to = step.target + (y * step.width + x) * channels
            out = work[to : to + channels]
            out[:] = 0
            for row in range(2 * y, min(2 * y + 3, step.source_lines)):
                for column in range(2 * x, min(2 * x + 3, step.source_width)):
                    at = step.source + (row * step.source_width + column) * channels
                    raise_to(out, work[at : at + channels])


@compiled
def raise_to(out, other):  # pragma: no cover
    """The larger of every two numbers."""
    for c in range(len(out)):
        out[c] = max(out[c], other[c])


@compiled
def load_pixels(pixels, means, work):  # pragma: no cover
    """Three colours (H, W, 3) less their means and a zero, into a border of zeros."""
    height, width, _ = pixels.shape
    for y in range(height):
        for x in range(width):
            to = 4 * ((y + 1) * (width + 2) + x + 1)
            for c in range(3):
                work[to + c] = np.int16(pixels[y, x, c]) - means[c]


@compiled
def half_distances(references, squares, x, position_bits, root_bits):  # pragma: no cover
    """Half of each position's distance to each reference, summed over the positions.

    references: (R * positions, channels), squares: int64 (R, positions), x: (positions, channels).
    """
    one, positions = np.int64(1) << position_bits, len(x)
    own = np.empty(positions, np.int64)
    for p in range(positions):
        own[p] = product(x, p, x, p)
    totals = np.zeros(len(squares), np.int64)
    for r in range(len(squares)):  # one after the other: they are large, and read from memory
        for p in range(positions):
            root = floor_root(own[p] * squares[r, p] << 2 * root_bits)
            if root > 0:
                along = product(x, p, references, r * positions + p)
                totals[r] += max(one - (along << (position_bits + root_bits)) // root, 0)
            elif own[p] > 0 or squares[r, p] > 0:
                totals[r] += one // 2
    return totals


@compiled
def product(a, row, b, other):  # pragma: no cover
    """Σ a[row, i] · b[other, i] of contiguous arrays, which fits into an int32."""
    channels = a.shape[1]
    whole = channels // DOT_STEP
    total = dot(a.ctypes.data + 2 * row * channels, b.ctypes.data + 2 * other * channels, whole)
    for i in range(whole * DOT_STEP, channels):
        total += np.int64(a[row, i]) * np.int64(b[other, i])
    return total


@compiled
def floor_root(value):  # pragma: no cover
    """The floor of the root of 0 … 2**62 - 1; float64 gives a first guess, integers decide."""
    root = np.int64(np.sqrt(np.float64(value)))
    if root * root > value:
        root -= 1
    if (root + 1) * (root + 1) <= value:
        root += 1
    return root


@compiled
def channel_sums(x):  # pragma: no cover
    """Sums over positions: (positions, channels) to int32 (channels,)."""
    sums = np.zeros(x.shape[1], np.int32)
    for p in range(len(x)):
        row = x[p]
        for c in range(len(sums)):
            sums[c] += row[c]
    return sums


@compiled
def box_mean(view, reach, unit):  # pragma: no cover
    """Means over 2 * reach + 1 pixels each way, edges repeated, in `unit`ths, rounded half up."""
    height, width, channels = view.shape
    across = np.empty((height, width * channels), np.int32)
    for y in range(height):
        for c in range(channels):
            total = np.int32(0)
            for x in range(-reach, reach + 1):
                total += np.int32(view[y, min(max(x, 0), width - 1), c])
            across[y, c] = total
            for x in range(1, width):
                total += np.int32(view[y, min(x + reach, width - 1), c])
                total -= np.int32(view[y, max(x - reach - 1, 0), c])
                across[y, x * channels + c] = total
    sums = np.zeros(width * channels, np.int32)
    for y in range(-reach, reach + 1):
        add(sums, across[min(max(y, 0), height - 1)], np.int32(1))
    means = np.empty((height, width * channels), np.int32)
    area = (2 * reach + 1) ** 2
    for y in range(height):
        if y > 0:
            add(sums, across[min(y + reach, height - 1)], np.int32(1))
            add(sums, across[max(y - reach - 1, 0)], np.int32(-1))
        row = means[y]
        for i in range(len(row)):
            # A quotient that is not whole is too far below the next whole number to reach it.
            row[i] = np.int32(np.float64(2 * unit * sums[i] + area) / np.float64(2 * area))
    return means.reshape(view.shape)


@compiled
def add(sums, values, times):  # pragma: no cover
    """Add every value so many times."""
    for i in range(len(sums)):
        sums[i] += times * values[i]
