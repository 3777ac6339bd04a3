"""The compiled contractions of the fused backend: exact sums of integer products.

Each works on a range lo … hi − 1, so that threads can share the work. Tensors that are convolved
stand as int16 in a border of one zero: (N, H + 2, W + 2, C). A line is one (n, y) of a tensor.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.

import numpy as np

from scoring.exact.backends.compiling import compiled
from scoring.exact.backends.microkernel import DOT_STEP, TILE_COLUMNS, TILE_ROWS, dot, tile

BLOCK_BYTES = 192 * 1024
"""How much of the left matrix is used for all columns before the next part is begun."""
SURE_TO_FIT = 4096
"""Products of a gradient and a weight whose sum surely fits into an int32."""


@compiled
def convolve(geometry, panels, out, lo, hi):  # pragma: no cover
    """out[line, x, :] = windows of the left matrix × panels.

    geometry: the left matrix's address, its steps in bytes from line to line, image to image and
    pixel to pixel, how many pairs a run has, how many runs, and the step between them; then for
    `out`, flat, the first element and the steps in elements from image to image, line to line and
    pixel to pixel; lines in an image, pixels in a line, and columns.
    """
    (a, line_step, image_step, pixel_step, run, runs, run_step) = geometry[:7]
    (out_start, out_image_step, out_line_step, out_pixel_step) = geometry[7:11]
    lines, width, columns = geometry[11:]
    block = max(1, BLOCK_BYTES // (width * pixel_step))
    side = np.empty((TILE_ROWS, TILE_COLUMNS), np.int32)
    base = out.ctypes.data
    for start in range(lo, hi, block):
        for panel in range(panels.shape[0]):
            b = panels.ctypes.data + panel * run * runs * TILE_COLUMNS * 4
            left = min(TILE_COLUMNS, columns - panel * TILE_COLUMNS)
            for line in range(start, min(start + block, hi)):
                n, y = line // lines, line % lines
                from_ = a + n * image_step + y * line_step
                to = out_start + n * out_image_step + y * out_line_step + panel * TILE_COLUMNS
                for x in range(0, width, TILE_ROWS):
                    at = from_ + x * pixel_step
                    place = to + x * out_pixel_step
                    if left == TILE_COLUMNS:
                        tile(at, pixel_step, 4, run, runs, run_step, b,
                             base + place * 4, out_pixel_step * 4, 0)  # fmt: skip
                    else:
                        tile(at, pixel_step, 4, run, runs, run_step, b,
                             side.ctypes.data, TILE_COLUMNS * 4, 0)  # fmt: skip
                        for r in range(TILE_ROWS):
                            for c in range(left):
                                out[place + r * out_pixel_step + c] = side[r, c]


@compiled
def pack_panels(matrix, panels, lo, hi):  # pragma: no cover
    """(K, columns) → int32 (panels, ⌈K/2⌉, TILE_COLUMNS): pairs along K, zero where none is."""
    depth, columns = matrix.shape
    for k in range(lo, hi):
        last = 2 * k + 1 == depth
        for panel in range(panels.shape[0]):
            first = panel * TILE_COLUMNS
            count = min(TILE_COLUMNS, columns - first)
            for c in range(count):
                low = np.int32(np.uint16(matrix[2 * k, first + c]))
                high = np.int32(0) if last else np.int32(matrix[2 * k + 1, first + c])
                panels[panel, k, c] = low | np.int32(high << 16)
            for c in range(count, TILE_COLUMNS):
                panels[panel, k, c] = 0


@compiled
def pack_narrow(x, panels, lo, hi):  # pragma: no cover
    """Bordered (N, H+2, W+2, C) → int32 (panels, N·H·W/2, TILE_COLUMNS): pairs along the line."""
    _, tall, wide, channels = x.shape
    height, half = tall - 2, (wide - 2) // 2
    for line in range(lo, hi):
        n, y = line // height, line % height + 1
        for panel in range(panels.shape[0]):
            first = panel * TILE_COLUMNS
            count = min(TILE_COLUMNS, channels - first)
            for j in range(half):
                for c in range(count):
                    low = np.int32(np.uint16(x[n, y, 2 * j + 1, first + c]))
                    high = np.int32(x[n, y, 2 * j + 2, first + c])
                    panels[panel, line * half + j, c] = low | np.int32(high << 16)
                for c in range(count, TILE_COLUMNS):
                    panels[panel, line * half + j, c] = 0


@compiled
def pack_wide(x, pairs, lo, hi):  # pragma: no cover
    """Bordered (N, H+2, W+2, C) → int32 (N, H+2, C/group, W, group): each beside the one 2 on."""
    _, tall, wide, channels = x.shape
    group = pairs.shape[4]
    for line in range(lo, hi):
        n, y = line // tall, line % tall
        for block in range(pairs.shape[2]):
            first = group * block
            count = min(group, channels - first)
            for u in range(wide - 2):
                for c in range(count):
                    low = np.int32(np.uint16(x[n, y, u, first + c]))
                    high = np.int32(x[n, y, u + 2, first + c])
                    pairs[n, y, block, u, c] = low | np.int32(high << 16)
                for c in range(count, group):
                    pairs[n, y, block, u, c] = 0


@compiled
def correlate(pairs, panels, height, most, sums, total, lo, hi):  # pragma: no cover
    """total[ky, block, kx, channel, column] of int64: Σ over positions, flushed from int32 sums.

    Units (ky, block, kx) number lo … hi − 1; `most` positions fit into an int32 sum.
    sums, total: (units, group, columns).
    """
    n_images, tall, blocks, width, group = pairs.shape
    half = width // 2 // 2
    block_lines = max(1, min(height, 64 // half))
    row = width * group * 4
    stored, columns = 0, sums.shape[2]
    for n in range(n_images):
        for top in range(0, height, block_lines):
            count = min(block_lines, height - top)
            if stored + count * 2 * half > most:
                flush(sums, total, lo, hi)
                stored = 0
            for unit in range(lo, hi):
                ky, block, kx = unit // (4 * blocks), unit // 4 % blocks, unit % 4
                line = (n * tall + 2 * top + ky) * blocks + block
                a = pairs.ctypes.data + line * row + kx * group * 4
                c = sums.ctypes.data + unit * group * columns * 4
                for panel in range(panels.shape[0]):
                    at = (panel * panels.shape[1] + (n * height + top) * half) * TILE_COLUMNS
                    b = panels.ctypes.data + at * 4
                    for r in range(0, group, TILE_ROWS):
                        place = c + (r * columns + panel * TILE_COLUMNS) * 4
                        tile(a + 4 * r, 4, 16 * group, half, count, 2 * blocks * row, b,
                             place, columns * 4, stored)  # fmt: skip
            stored += count * 2 * half
    flush(sums, total, lo, hi)


@compiled
def flush(sums, total, lo, hi):  # pragma: no cover
    """Add the int32 sums of some units to their int64 totals."""
    for unit in range(lo, hi):
        total[unit] += sums[unit]


@compiled
def multiply(a, row_step, step, panels, out, lo, hi):  # pragma: no cover
    """out = A × panels, for panels lo … hi − 1; out is int32 (rows, columns of all the panels).

    a: the address of A's first pair, with its steps in bytes from row to row and pair to pair;
    there are as many rows as out has, a multiple of TILE_ROWS.
    """
    rows, columns = out.shape
    depth = panels.shape[1]
    for panel in range(lo, hi):
        b = panels.ctypes.data + panel * depth * TILE_COLUMNS * 4
        for row in range(0, rows, TILE_ROWS):
            c = out.ctypes.data + (row * columns + panel * TILE_COLUMNS) * 4
            tile(a + row * row_step, row_step, step, depth, 1, 0, b, c, columns * 4, 0)


@compiled
def multiply_rows(a, row_step, step, panels, out, lo, hi):  # pragma: no cover
    """As `multiply`, for rows lo · TILE_ROWS … hi · TILE_ROWS − 1 and all panels."""
    columns = out.shape[1]
    depth = panels.shape[1]
    for row in range(lo * TILE_ROWS, hi * TILE_ROWS, TILE_ROWS):
        for panel in range(panels.shape[0]):
            b = panels.ctypes.data + panel * depth * TILE_COLUMNS * 4
            c = out.ctypes.data + (row * columns + panel * TILE_COLUMNS) * 4
            tile(a + row * row_step, row_step, step, depth, 1, 0, b, c, columns * 4, 0)


@compiled
def dense_back(d, w, z, lo, hi):  # pragma: no cover
    """z[n, i] = Σ d[n, o] · w[i, o] for rows lo … hi − 1 of w, SURE_TO_FIT at a time in int32."""
    rows, depth = d.shape
    wide = np.empty(min(depth, SURE_TO_FIT), np.int16)
    for i in range(lo, hi):
        for start in range(0, depth, SURE_TO_FIT):
            count = min(SURE_TO_FIT, depth - start)
            for o in range(count):
                wide[o] = w[i, start + o]
            steps = count // DOT_STEP
            for n in range(rows):
                total = dot(wide.ctypes.data, d.ctypes.data + 2 * (n * depth + start), steps)
                for o in range(steps * DOT_STEP, count):
                    total += np.int64(d[n, start + o]) * np.int64(wide[o])
                z[n, i] = total if start == 0 else z[n, i] + total
