"""The compiled contractions of int8 digits, by blocks: exact sums of integer products.

Each works on a range lo … hi − 1, so that threads can share the work.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.

import numpy as np

from scoring.exact.backends.block_shape import COLUMNS, ROWS, STEP, TILE
from scoring.exact.backends.byte_block import begin, block, combine, end
from scoring.exact.backends.compiling import compiled


@compiled
def convolve(shapes, left, places, counts, steps, panels, out, part, lo, hi):  # pragma: no cover
    """out[…] = windows of the left matrix × panels, for groups 2 · lo … 2 · hi − 1 of TILE pixels.

    left: int8 (one or two digits, bytes), with a block's rows more than the windows reach.
    places: int64 (groups, 2), where in `left` the first window begins and where in `out`, flat, its
    sums. counts: how many pixels of each group there are. steps: in bytes from pixel to pixel, how
    many STEPs a run has, how many runs, and the bytes between them; then, in `out`, elements from
    pixel to pixel, columns, how many of these lie together, and the elements from one such run to
    the next. part: how many groups are used for all columns before the next.
    """
    pixel_step, run, runs, run_step, out_step, columns, together, apart = steps
    two, (base, to) = left.shape[0] == 2, (left.ctypes.data, out.ctypes.data)
    high = left[left.shape[0] - 1].ctypes.data - base
    side = np.empty((ROWS, COLUMNS), np.int32)
    sides = (side.ctypes.data, side[TILE:].ctypes.data)
    begin(shapes.ctypes.data)
    for first in range(2 * lo, min(2 * hi, len(places)), part):
        last = min(first + part, 2 * hi, len(places))
        for panel in range(panels.shape[0]):
            b, column = panels[panel].ctypes.data, panel * COLUMNS
            here = min(COLUMNS, columns - column)
            for group in range(first, last, 1 if two else 2):
                other = group if two else min(group + 1, last - 1)
                a, c = base + places[group, 0], base + high + places[other, 0]
                whole = counts[group] == TILE and counts[other] == TILE
                whole = whole and here == COLUMNS and together == columns
                place, beside = places[group, 1] + column, places[other, 1] + column
                if whole and not two:
                    block(a, c, pixel_step, run, runs, run_step, b,
                          to + place * 4, to + beside * 4, out_step * 4, 0)  # fmt: skip
                    continue
                block(a, c, pixel_step, run, runs, run_step, b,
                      sides[0], sides[1], COLUMNS * 4, 0)  # fmt: skip
                if whole:
                    combine(sides[0], to + place * 4, out_step * 4)
                    continue
                if two:
                    side[:TILE] += side[TILE:] << 7
                for start in range(0, here, together):
                    some, offset = side[:, start : min(start + together, here)], start // together
                    copy(some[:TILE], out, place + offset * apart, out_step, counts[group])
                    if not two:
                        copy(some[TILE:], out, beside + offset * apart, out_step, counts[other])
    end()


@compiled
def copy(side, out, place, step, rows):  # pragma: no cover
    """out[…] = some columns of half a block, as far as there are rows."""
    columns = side.shape[1]
    for r in range(rows):
        to = out[place : place + columns]
        for i in range(columns):
            to[i] = side[r, i]
        place += step


@compiled
def multiply_rows(shapes, left, panels, out, lo, hi):  # pragma: no cover
    """out[n, i] = Σ left[i, k] · d[n, k] for blocks of ROWS rows lo … hi − 1 of left.

    left: int8 (I, K), K a multiple of STEP and I of ROWS. panels: int8 (⌈N / TILE⌉, K / STEP,
    2 · STEP / 4, TILE, 4), the low digits of TILE rows of d, then the high ones. out: (N, I).
    """
    depth = left.shape[1]
    side = np.empty((ROWS, COLUMNS), np.int32)
    sides = (side.ctypes.data, side[TILE:].ctypes.data)
    begin(shapes.ctypes.data)
    for i in range(lo * ROWS, hi * ROWS, ROWS):
        a = left[i].ctypes.data
        for panel in range(panels.shape[0]):
            block(a, a + TILE * depth, depth, depth // STEP, 1, 0, panels[panel].ctypes.data,
                  sides[0], sides[1], COLUMNS * 4, 0)  # fmt: skip
            for n in range(min(TILE, out.shape[0] - panel * TILE)):
                to = out[panel * TILE + n, i : i + ROWS]
                for r in range(ROWS):
                    to[r] = np.int64(side[r, n]) + (np.int64(side[r, TILE + n]) << 7)
    end()


@compiled
def correlate(shapes, planes, units, panels, part, sums, lo, hi):  # pragma: no cover
    """sums[unit] = Σ over positions, for units lo … hi − 1: a tap, two row tiles and a panel.

    planes: as `byte_layout.planes` leaves them, as bytes. units: int64 (units, 4): where in an
    image's planes the two row tiles begin, the panel, and where the sums go. panels: as
    `byte_layout.position_panels` makes them. part: how many steps are taken for all units before
    the next. sums: (units, ROWS, COLUMNS).
    """
    images, positions, steps = planes.shape[1], planes.shape[4], panels.shape[2]
    per_image = planes[0, 0].size
    whole_images, run = max(1, part // steps), min(part, steps)
    begin(shapes.ctypes.data)
    for image in range(0, images, whole_images):
        runs = min(whole_images, images - image)
        for first in range(0, steps, run):
            here = min(run, steps - first)
            a = planes.ctypes.data + image * per_image + first * STEP
            for unit in range(lo, hi):
                one, other, panel, place = units[unit]
                b, to = panels[panel, image, first].ctypes.data, sums[place].ctypes.data
                block(a + one, a + other, positions, here, runs, per_image, b,
                      to, to + TILE * COLUMNS * 4, COLUMNS * 4, image + first)  # fmt: skip
    end()


@compiled
def collect(sums, tiles, out, lo, hi):  # pragma: no cover
    """out[tap, c, column] = Σ of the digits' sums, for rows (tap, c) lo … hi − 1; int64.

    sums: (taps, pairs of row tiles, panels, ROWS, COLUMNS). tiles: row tiles of one digit, how many
    digits they have, and the same of the column tiles.
    """
    row_tiles, row_digits, column_tiles, column_digits = tiles
    _, channels, columns = out.shape
    for line in range(lo, hi):
        tap, c = line // channels, line % channels
        for i in range(row_digits):
            row = i * row_tiles * TILE + c
            for j in range(column_digits):
                for tile in range(column_tiles):
                    at = j * column_tiles + tile
                    start, first = tile * TILE, at % 2 * TILE
                    found = sums[tap, row // ROWS, at // 2, row % ROWS, first : first + TILE]
                    to = out[tap, c, start : start + TILE]
                    for k in range(min(TILE, columns - start)):
                        value = np.int64(found[k]) << (7 * (i + j))
                        to[k] = value if i + j == 0 else to[k] + value
