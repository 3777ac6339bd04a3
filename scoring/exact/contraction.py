"""The compiled contractions of the fused backend: exact sums of integer products.

Each works on a range lo … hi − 1, so that threads can share the work. Tensors that are convolved
stand as int16 in a border of one zero: (N, H + 2, W + 2, C). A line is one (n, y) of a tensor.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.

import numpy as np

from scoring.exact.microkernel import TILE_COLUMNS, TILE_ROWS, compiled, tile

BLOCK_BYTES = 192 * 1024
"""How much of the left matrix is used for all columns before the next part is begun."""


@compiled
def convolve(a, line_step, image_step, lines, pixel_step, run, runs, run_step, panels, out,
             out_start, out_image_step, out_line_step, out_pixel_step, width, columns, lo, hi):  # fmt: skip # pragma: no cover
    """out[line, x, :] = windows of `a` × panels; steps of `a` in bytes, of `out` in elements."""
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
    """(K, columns) → (panels, K/2, TILE_COLUMNS, 2), zero where there is no column."""
    depth, columns = matrix.shape
    for panel in range(lo, hi):
        first = panel * TILE_COLUMNS
        for k in range(depth // 2):
            for c in range(TILE_COLUMNS):
                there = first + c < columns
                panels[panel, k, c, 0] = matrix[2 * k, first + c] if there else 0
                panels[panel, k, c, 1] = matrix[2 * k + 1, first + c] if there else 0


@compiled
def pack_narrow(x, panels, lo, hi):  # pragma: no cover
    """Bordered (N, H+2, W+2, C) → (panels, N·H·W/2, TILE_COLUMNS, 2): pairs along the line."""
    _, tall, wide, channels = x.shape
    height, half = tall - 2, (wide - 2) // 2
    for line in range(lo, hi):
        n, y = line // height, line % height
        for j in range(half):
            for panel in range(panels.shape[0]):
                first = panel * TILE_COLUMNS
                for c in range(min(TILE_COLUMNS, channels - first)):
                    panels[panel, line * half + j, c, 0] = x[n, y + 1, 2 * j + 1, first + c]
                    panels[panel, line * half + j, c, 1] = x[n, y + 1, 2 * j + 2, first + c]


@compiled
def pack_wide(x, pairs, lo, hi):  # pragma: no cover
    """Bordered (N, H+2, W+2, C) → (N, H+2, ⌈C/4⌉, W, 4, 2): each value beside the one 2 on."""
    _, tall, wide, channels = x.shape
    for line in range(lo, hi):
        n, y = line // tall, line % tall
        for block in range(pairs.shape[2]):
            for u in range(wide - 2):
                for c in range(min(4, channels - 4 * block)):
                    pairs[n, y, block, u, c, 0] = x[n, y, u, 4 * block + c]
                    pairs[n, y, block, u, c, 1] = x[n, y, u + 2, 4 * block + c]


@compiled
def correlate(pairs, panels, height, most, sums, total, lo, hi):  # pragma: no cover
    """total[ky, block, kx, 4, column] of int64: Σ over positions, flushed from int32 `sums`.

    Units (ky, block, kx) number lo … hi − 1; `most` positions fit into an int32 sum.
    sums, total: (units, 4, columns).
    """
    n_images, tall, blocks, width, _, _ = pairs.shape
    half = width // 2 // 2
    block_lines = max(1, min(height, 128 // half))
    row = width * 4 * 2 * 2
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
                a = pairs.ctypes.data + line * row + kx * 16
                for panel in range(panels.shape[0]):
                    at = (panel * panels.shape[1] + (n * height + top) * half) * TILE_COLUMNS
                    tile(a, 4, 64, half, count, 2 * blocks * row, panels.ctypes.data + at * 4,
                         sums.ctypes.data + (unit * 4 * columns + panel * TILE_COLUMNS) * 4,
                         columns * 4, stored)  # fmt: skip
            stored += count * 2 * half
    flush(sums, total, lo, hi)


@compiled
def flush(sums, total, lo, hi):  # pragma: no cover
    """Add the int32 sums of some units to their int64 totals."""
    for unit in range(lo, hi):
        total[unit] += sums[unit]


@compiled
def dense(x, w, z, lo, hi):  # pragma: no cover
    """z[n, o] = Σ x[n, i] · w[i, o] in int32 for columns lo … hi − 1."""
    step = 512
    for start in range(lo, hi, step):
        end = min(start + step, hi)
        for n in range(x.shape[0]):
            sums = np.zeros(end - start, np.int32)
            for i in range(x.shape[1]):
                value = np.int32(x[n, i])
                for o in range(start, end):
                    sums[o - start] += value * np.int32(w[i, o])
            for o in range(start, end):
                z[n, o] = sums[o - start]


@compiled
def dense_back(d, w, z, lo, hi):  # pragma: no cover
    """z[n, i] = Σ d[n, o] · w[i, o] in int64 for rows lo … hi − 1 of w, 4096 at a time in int32."""
    for i in range(lo, hi):
        for n in range(d.shape[0]):
            total = np.int64(0)
            for start in range(0, d.shape[1], 4096):
                part = np.int32(0)
                for o in range(start, min(start + 4096, d.shape[1])):
                    part += np.int32(d[n, o]) * np.int32(w[i, o])
                total += np.int64(part)
            z[n, i] = total


@compiled
def outer(x, d, z, lo, hi):  # pragma: no cover
    """z[i, o] = Σ x[n, i] · d[n, o] in int32 for rows lo … hi − 1."""
    for i in range(lo, hi):
        row = z[i]
        row[:] = 0
        for n in range(x.shape[0]):
            value = np.int32(x[n, i])
            for o in range(d.shape[1]):
                row[o] += value * np.int32(d[n, o])
