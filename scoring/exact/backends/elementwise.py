"""The compiled elementwise passes of the fused backend: integers and single IEEE operations.

Each works on lines lo … hi − 1 (a line is one (n, y) of a tensor), so that threads can share the
lines; sums are of integers, so no result depends on how. What fits is kept as int16; tensors that
will be convolved are written into a border of one zero: (N, H + 2, W + 2, C).
"""
# What is compiled cannot be traced, hence "no cover"; the tests run every line of it.
# ruff: noqa: PLR2004

import numpy as np

from scoring.exact.backends.compiling import compiled

_PIXELS = 16
"""Whose products of two numbers below 2^13 surely add up within an int32."""
_AT_HAND = 2048
"""Numbers of three arrays that a processor's nearest memory holds."""


@compiled
def normalised(q, scale, shift):  # pragma: no cover
    """q · scale + shift of single numbers: one multiplication, rounded, then one addition."""
    y = np.float32(q) * scale
    return y + shift


@compiled
def mixed(d, q, by_d, by_q, constant):  # pragma: no cover
    """(d · by_d + q · by_q) + constant of single numbers, rounded after every operation."""
    value = np.float32(d) * by_d
    value = value + np.float32(q) * by_q
    return value + constant


@compiled
def within_14_bits(value):  # pragma: no cover
    """A single number, rounded, as a gradient is kept."""
    return np.int16(min(max(np.rint(value), np.float32(-8191)), np.float32(8191)))


@compiled
def largest_integer(z, lo, hi):  # pragma: no cover
    """max |z| over a part of a flat integer array."""
    low, high, z = z[lo], z[lo], z[lo:hi]
    for i in range(len(z)):
        low, high = min(low, z[i]), max(high, z[i])
    return max(-np.int64(low), np.int64(high))


@compiled
def largest_bits(x, lo, hi):  # pragma: no cover
    """The bits of max |x| over a part of a flat float32 array given as int32: they order alike."""
    top, x = np.int32(0), x[lo:hi]
    for i in range(len(x)):
        top = max(top, x[i] & np.int32(0x7FFFFFFF))
    return top


@compiled
def quantise_weights(x, scale, most, q, lo, hi):  # pragma: no cover
    """rint(x · scale) within ±most, as int8; flat arrays."""
    x, q = x[lo:hi], q[lo:hi]
    for i in range(hi - lo):
        q[i] = np.int8(min(max(np.rint(np.float64(x[i]) * scale), -most), most))


@compiled
def add_up(sums, total, others):  # pragma: no cover
    """total, others += sums, which begin anew: few are of 64 bits, for half as many go at once."""
    for c in range(len(total)):
        total[c] += np.int64(sums[0, c])
        others[c] += np.int64(sums[1, c])
    sums[:] = 0


@compiled
def measure(z, unit, q, total, squares, low, high, lo, hi):  # pragma: no cover
    """rint(z · unit) of int32 (lines, W, C) as int16, with Σq, Σq², min and max per channel."""
    _, width, channels = z.shape
    sums = np.zeros((2, channels), np.int32)
    for line in range(lo, hi):
        for start in range(0, width, _PIXELS):
            for x in range(start, min(start + _PIXELS, width)):
                for c in range(channels):
                    real = np.rint(np.float64(z[line, x, c]) * unit)
                    value = np.int32(min(max(real, -8191.0), 8191.0))
                    q[line, x, c] = np.int16(value)
                    low[c] = min(low[c], value)
                    high[c] = max(high[c], value)
                    sums[0, c] += value
                    sums[1, c] += np.int32(value * value)
            add_up(sums, total, squares)


@compiled
def activate(q, scale, shift, unit, y, lo, hi):  # pragma: no cover
    """max(q · scale + shift, 0) · unit, rounded, into the border of y."""
    _, width, channels = q.shape
    height = y.shape[1] - 2
    for line in range(lo, hi):
        n, row = line // height, line % height + 1
        for x in range(width):
            for c in range(channels):
                value = normalised(q[line, x, c], scale[c], shift[c])
                value = max(value, np.float32(0)) * unit
                y[n, row, x + 1, c] = np.int8(min(np.rint(value), np.float32(63)))


@compiled
def largest_masked(d, q, scale, shift, low, high, lo, hi):  # pragma: no cover
    """min and max per channel of d where q · scale + shift is positive, 0 elsewhere."""
    _, width, channels = q.shape
    for line in range(lo, hi):
        for x in range(width):
            for c in range(channels):
                y = normalised(q[line, x, c], scale[c], shift[c])
                value = d[line, x, c] if y > np.float32(0) else np.int32(0)
                low[c] = min(low[c], value)
                high[c] = max(high[c], value)


@compiled
def mask(d, unit, q, scale, shift, out, total, products, lo, hi):  # pragma: no cover
    """Masked gradients, rint(d · unit) as int16, with Σd and Σd·q per channel."""
    _, width, channels = q.shape
    sums = np.zeros((2, channels), np.int32)
    for line in range(lo, hi):
        for start in range(0, width, _PIXELS):
            for x in range(start, min(start + _PIXELS, width)):
                for c in range(channels):
                    before = np.int32(q[line, x, c])
                    y = normalised(before, scale[c], shift[c])
                    # Chosen before it is rounded, not after: so the compiler makes vectors of it.
                    through = d[line, x, c] if y > np.float32(0) else np.int32(0)
                    real = np.rint(np.float64(through) * unit)
                    value = np.int32(min(max(real, -8191.0), 8191.0))
                    out[line, x, c] = np.int16(value)
                    sums[0, c] += value
                    sums[1, c] += np.int32(value * before)
            add_up(sums, total, products)


@compiled
def settle(d, unit, q, total, lo, hi):  # pragma: no cover
    """rint(d · unit) of columns lo … hi − 1 as int16, with the sum of each column."""
    for n in range(d.shape[0]):
        for k in range(lo, hi):
            value = np.int16(min(max(np.rint(np.float64(d[n, k]) * unit), -8191.0), 8191.0))
            q[n, k] = value
            total[k] += np.int64(value)


@compiled
def largest_mixed(d, q, by_d, by_q, constant, top, lo, hi):  # pragma: no cover
    """max |(d · by_d + q · by_q) + constant| per channel."""
    _, width, channels = q.shape
    for line in range(lo, hi):
        for x in range(width):
            for c in range(channels):
                value = mixed(d[line, x, c], q[line, x, c], by_d[c], by_q[c], constant[c])
                value = np.abs(value)
                top[c] = value if value > top[c] else top[c]


@compiled
def mix(d, q, by_d, by_q, constant, unit, out, lo, hi):  # pragma: no cover
    """((d · by_d + q · by_q) + constant) · unit, rounded, into the border of out."""
    _, width, channels = q.shape
    height = out.shape[1] - 2
    for line in range(lo, hi):
        n, row = line // height, line % height + 1
        for x in range(width):
            for c in range(channels):
                value = mixed(d[line, x, c], q[line, x, c], by_d[c], by_q[c], constant[c])
                out[n, row, x + 1, c] = within_14_bits(value * unit)


@compiled
def head(z, unit, bias, pixels, error, lo, hi):  # pragma: no cover
    """Flat int32 (pixels, 3) → float32 gradients of the loss; returns Σ residual²."""
    total = np.int64(0)
    for i in range(lo, hi):
        for c in range(3):
            t = np.float32(z[i, c]) * unit
            t = t + bias[c]
            below = np.abs(t) + np.float32(1)
            y = np.float32(0.5) * (t / below)
            y = np.float32(0.5) + y
            residual = np.int64(np.rint(y * np.float32(4080))) - 16 * np.int64(pixels[i, c])
            total += residual * residual
            wrong = y - np.float32(pixels[i, c]) / np.float32(255)
            error[i, c] = wrong / (below * below)
    return total


@compiled
def quantise_error(error, unit, out, total, lo, hi):  # pragma: no cover
    """rint(error · unit) of float32 (lines, W, C) within ±8191, into the border of out, with Σ."""
    height = out.shape[1] - 2
    for line in range(lo, hi):
        n, row = line // height, line % height + 1
        for x in range(error.shape[1]):
            for c in range(error.shape[2]):
                value = np.int16(min(max(np.rint(error[line, x, c] * unit), -8191.0), 8191.0))
                out[n, row, x + 1, c] = value
                total[c] += np.int64(value)


@compiled
def predict(z, unit, bias, out, lo, hi):  # pragma: no cover
    """Flat int32 (pixels, 3) → the output on the grid of 1/4080."""
    for i in range(lo, hi):
        for c in range(3):
            t = np.float32(z[i, c]) * unit
            t = t + bias[c]
            y = np.float32(0.5) * (t / (np.abs(t) + np.float32(1)))
            y = np.float32(0.5) + y
            out[i, c] = np.int16(np.rint(y * np.float32(4080)))


@compiled
def adam(w, mean, square, gradient, factor, constants, lo, hi):  # pragma: no cover
    """One Adam step of flat float32 arrays; constants in the order of `AdamStep`."""
    decay, keep_mean, take_mean, keep_square, take_square, rate, correction, epsilon = constants
    w, mean, square, gradient = w[lo:hi], mean[lo:hi], square[lo:hi], gradient[lo:hi]
    for i in range(hi - lo):
        g = w[i] * decay
        g = g + np.float32(gradient[i]) * factor
        m = mean[i] * keep_mean
        m = m + g * take_mean
        s = square[i] * keep_square
        g = g * g
        s = s + g * take_square
        mean[i], square[i] = m, s
        below = np.sqrt(s) * correction
        below = below + epsilon
        w[i] = w[i] - (m * rate) / below


@compiled
def checksum(values, mean, square, lo, hi):  # pragma: no cover
    """Part of the checksum of flat arrays given as uint32."""
    total = np.uint64(0)
    values, mean, square = values[lo:hi], mean[lo:hi], square[lo:hi]
    for i in range(hi - lo):
        # Factors of 32 bits by themselves, which processors multiply faster than those of 64.
        factor = np.uint64(np.uint32(6 * (lo + i)))
        v, m, s = np.uint64(values[i]), np.uint64(mean[i]), np.uint64(square[i])
        total += v * factor + m * factor + s * factor
        total += v + (m + m + m) + (s + (s << np.uint64(2)))
    return total


@compiled
def adam_seen(w, mean, square, gradient, factor, constants, bits, lo, hi):  # pragma: no cover
    """`adam`; returns the same part's checksum and max |w|, as bits, while they are at hand.

    bits: the three arrays as uint32.
    """
    values, means, squares = bits
    total, top = np.uint64(0), np.int32(0)
    for start in range(lo, hi, _AT_HAND):
        end = min(start + _AT_HAND, hi)
        adam(w, mean, square, gradient, factor, constants, start, end)
        total += checksum(values, means, squares, start, end)
        top = max(top, largest_bits(values.view(np.int32), start, end))
    return total, top


@compiled
def largest_affine(z, unit, bias, lo, hi):  # pragma: no cover
    """max |z · unit + bias| of columns lo … hi − 1 of (N, K)."""
    top = np.float32(0)
    for n in range(z.shape[0]):
        for k in range(lo, hi):
            value = np.abs(normalised(z[n, k], unit, bias[k]))
            top = value if value > top else top
    return top


@compiled
def affine(z, unit, bias, scale, q, lo, hi):  # pragma: no cover
    """rint((z · unit + bias) · scale) within ±63, of columns lo … hi − 1 of (N, K)."""
    for n in range(z.shape[0]):
        for k in range(lo, hi):
            value = np.rint(np.float64(normalised(z[n, k], unit, bias[k])) * scale)
            q[n, k] = np.int8(min(max(value, -63.0), 63.0))
