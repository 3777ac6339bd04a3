"""Compiled: int16 tensors as int8 digits, laid out for a library's matrix products, and back.

A number v with |v| ≤ 64 is one digit, any other one v = 128 · high + low with |high|, |low| ≤ 64.
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.

import numpy as np

from scoring.exact.backends.compiling import compiled

LARGEST_DIGIT = 64


@compiled
def spread(source, geometry, out, lo, hi):  # pragma: no cover
    """Each pixel's window of lines lo … hi − 1 as a row of `out`, which is flat, in one digit.

    Returns max |v|: above LARGEST_DIGIT one digit was not enough, and `out` is of no use.
    source: flat int16. geometry, in elements: the first line; lines in an image, pixels in a line;
    where the first window begins, and the steps from image to image, line to line and pixel to
    pixel; then how many runs a window has, how long each is, and the step between them.
    """
    first, lines, width = geometry[:3]
    start, image_step, line_step, pixel_step, runs, length, run_step = geometry[3:]
    to, largest = lo * width * runs * length, np.int16(0)
    for line in range(lo, hi):
        n, y = (first + line) // lines, (first + line) % lines
        for x in range(width):
            at = start + n * image_step + y * line_step + x * pixel_step
            for _ in range(runs):
                window, row = source[at : at + length], out[to : to + length]
                for i in range(length):
                    row[i] = np.int8(window[i])
                    largest = max(largest, abs(window[i]))
                at += run_step
                to += length
    return largest


@compiled
def spread_two(source, geometry, out, lo, hi):  # pragma: no cover
    """As `spread`, in two digits: the low ones fill the first half of `out`, the high the rest."""
    first, lines, width = geometry[:3]
    start, image_step, line_step, pixel_step, runs, length, run_step = geometry[3:]
    to, half = lo * width * runs * length, out.size // 2
    for line in range(lo, hi):
        n, y = (first + line) // lines, (first + line) % lines
        for x in range(width):
            at = start + n * image_step + y * line_step + x * pixel_step
            for _ in range(runs):
                window = source[at : at + length]
                low, high = out[to : to + length], out[half + to : half + to + length]
                for i in range(length):
                    digit = np.int16(((window[i] + 64) & 127) - 64)
                    low[i] = np.int8(digit)
                    high[i] = np.int8((window[i] - digit) >> 7)
                at += run_step
                to += length


@compiled
def place(sums, geometry, out, lo, hi):  # pragma: no cover
    """out[…] = low + 128 · high for lines lo … hi − 1.

    sums: int32 (digits · pixels, columns), the low ones first. geometry: the first line, how many
    lines there are here, lines in an image, pixels in a line; then for `out`, flat, the first
    element and the steps from image to image, line to line and pixel to pixel.
    """
    first, here, lines, width, start, image_step, line_step, pixel_step = geometry
    columns, pixels = sums.shape[1], here * width
    two = sums.shape[0] > pixels
    for line in range(lo, hi):
        n, y = (first + line) // lines, (first + line) % lines
        for x in range(width):
            at = start + n * image_step + y * line_step + x * pixel_step
            to, low = out[at : at + columns], sums[line * width + x]
            if two:
                high = sums[pixels + line * width + x]
                for c in range(columns):
                    to[c] = low[c] + (high[c] << 7)
            else:
                for c in range(columns):
                    to[c] = low[c]
