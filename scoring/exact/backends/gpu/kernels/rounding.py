"""What a step does number by number, in Triton: what `gpu/rounding.py` launches.

Each line is one IEEE operation: no multiplication and addition may become one, and roots and
quotients are the correctly rounded ones. Sums and largest values are of integers, of floats by
their bits, so that the order in which they are taken is no matter.
"""

import triton
import triton.language as tl


@triton.jit
def _rounded(x, unit, BITS: tl.constexpr):
    """x · unit, float64, half to even, within `BITS` bits."""
    scaled = x.to(tl.float64) * unit
    # Beside so large a number a float64 has no place for a fraction.
    whole = (scaled + 6755399441055744.0) - 6755399441055744.0
    return tl.minimum(tl.maximum(whole.to(tl.int32), 1 - (1 << BITS)), (1 << BITS) - 1)


@triton.jit
def exponents(
    largest, before, after, unit, count, step,
    BITS: tl.constexpr, SMALLEST: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Of numbers up to `largest` · 2^before the exponent, and by what `_rounded` multiplies."""
    i = tl.arange(0, BLOCK)
    top = tl.load(largest + i, mask=i < count, other=0).to(tl.float64)
    e = tl.load(before + i * step, mask=i < count, other=0)
    # Of a float64's bits, 52 are the fraction and 11 the exponent, which counts from -1023.
    ceiling = ((top.to(tl.int64, bitcast=True) >> 52) & 2047) - 1022 + e
    nothing = (top == 0.0) | (ceiling < SMALLEST)
    found = tl.where(nothing, 0, ceiling - BITS)
    power = ((e - found + 1023) << 52).to(tl.float64, bitcast=True)
    tl.store(after + i, found, mask=i < count)
    tl.store(unit + i, tl.where(nothing, 0.0, power), mask=i < count)


@triton.jit
def values(x, unit, q, count, BITS: tl.constexpr, BLOCK: tl.constexpr):
    """Rounds: a row of the grid is an image, which has a unit of its own."""
    image = tl.program_id(1).to(tl.int64)
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    place = image * count + i
    found = _rounded(tl.load(x + place, mask=i < count, other=0), tl.load(unit + image), BITS)
    tl.store(q + place, found, mask=i < count)


@triton.jit
def _sum(x):
    """Of each column, int64."""
    return tl.sum(x.to(tl.int64), axis=0)


@triton.jit
def measured(
    z, unit, q, totals, squares, highest, lowest, rows, channels,
    BITS: tl.constexpr, LOOPS: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    """Rounds, and takes the sums and the range of each channel."""
    image = tl.program_id(2).to(tl.int64)
    c = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    scale = tl.load(unit + image)
    # Sums of at most 16 squares of 13 bits: as int32, and put together only at the end.
    total = tl.zeros((ROWS, COLUMNS), tl.int32)
    square = tl.zeros((ROWS, COLUMNS), tl.int32)
    high = tl.full((ROWS, COLUMNS), -(1 << BITS), tl.int32)
    low = tl.full((ROWS, COLUMNS), -(1 << BITS), tl.int32)
    for loop in range(LOOPS):
        r = (tl.program_id(0) * LOOPS + loop) * ROWS + tl.arange(0, ROWS)
        inside = (r < rows)[:, None] & (c < channels)[None, :]
        place = (image * rows + r)[:, None] * channels + c[None, :]
        found = _rounded(tl.load(z + place, mask=inside, other=0), scale, BITS)
        tl.store(q + place, found, mask=inside)
        total += found
        square += found * found
        high = tl.maximum(high, tl.where(inside, found, -(1 << BITS)))
        low = tl.maximum(low, tl.where(inside, -found, -(1 << BITS)))
    there = c < channels
    tl.atomic_add(totals + c, _sum(total), mask=there, sem="relaxed")
    tl.atomic_add(squares + c, _sum(square), mask=there, sem="relaxed")
    tl.atomic_max(highest + image * channels + c, tl.max(high, axis=0), mask=there, sem="relaxed")
    tl.atomic_max(lowest + image * channels + c, tl.max(low, axis=0), mask=there, sem="relaxed")


@triton.jit
def _normalised(q, scale, shift):
    return q.to(tl.float32) * scale[None, :] + shift[None, :]


@triton.jit
def activated(
    q, scale, shift, unit, y, rows, channels, scale_step,
    BITS: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    """max(q · scale + shift, 0), rounded."""
    image = tl.program_id(2).to(tl.int64)
    r = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    c = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    inside = (r < rows)[:, None] & (c < channels)[None, :]
    place = (image * rows + r)[:, None] * channels + c[None, :]
    by = tl.load(scale + image * scale_step + c, mask=c < channels, other=0.0)
    plus = tl.load(shift + c, mask=c < channels, other=0.0)
    found = _normalised(tl.load(q + place, mask=inside, other=0), by, plus)
    found = _rounded(tl.maximum(found, 0.0), tl.load(unit + image), BITS)
    tl.store(y + place, found, mask=inside)


@triton.jit
def largest_masked(
    d, q, scale, shift, largest, rows, channels,
    LOOPS: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    """The largest |d| where q · scale + shift > 0."""
    c = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    by = tl.load(scale + c, mask=c < channels, other=0.0)
    plus = tl.load(shift + c, mask=c < channels, other=0.0)
    size = tl.zeros((ROWS, COLUMNS), d.dtype.element_ty)
    for loop in range(LOOPS):
        r = (tl.program_id(0) * LOOPS + loop) * ROWS + tl.arange(0, ROWS)
        inside = (r < rows)[:, None] & (c < channels)[None, :]
        place = r.to(tl.int64)[:, None] * channels + c[None, :]
        passes = _normalised(tl.load(q + place, mask=inside, other=0), by, plus) > 0.0
        found = tl.load(d + place, mask=inside & passes, other=0)
        size = tl.maximum(size, tl.abs(found))
    tl.atomic_max(largest, tl.max(tl.max(size, axis=1), axis=0), sem="relaxed")


@triton.jit
def masked(
    d, q, scale, shift, unit, out, totals, products, rows, channels,
    BITS: tl.constexpr, LOOPS: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    """d where q · scale + shift > 0, rounded, and of each channel Σd and Σd·q."""
    c = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    by = tl.load(scale + c, mask=c < channels, other=0.0)
    plus = tl.load(shift + c, mask=c < channels, other=0.0)
    to = tl.load(unit)
    total = tl.zeros((ROWS, COLUMNS), tl.int32)  # as in `measured`
    product = tl.zeros((ROWS, COLUMNS), tl.int32)
    for loop in range(LOOPS):
        r = (tl.program_id(0) * LOOPS + loop) * ROWS + tl.arange(0, ROWS)
        inside = (r < rows)[:, None] & (c < channels)[None, :]
        place = r.to(tl.int64)[:, None] * channels + c[None, :]
        before = tl.load(q + place, mask=inside, other=0)
        passes = _normalised(before, by, plus) > 0.0
        found = _rounded(tl.load(d + place, mask=inside & passes, other=0), to, BITS)
        tl.store(out + place, found, mask=inside)
        total += found
        product += found * before
    tl.atomic_add(totals + c, _sum(total), mask=c < channels, sem="relaxed")
    tl.atomic_add(products + c, _sum(product), mask=c < channels, sem="relaxed")


@triton.jit
def _mixture(d, q, by_d, by_q, constant):
    found = d.to(tl.float32) * by_d[None, :]
    found = found + q.to(tl.float32) * by_q[None, :]
    return found + constant[None, :]


@triton.jit
def largest_mixed(
    d, q, by_d, by_q, constant, largest, rows, channels,
    LOOPS: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    """The bits of the largest |d · by_d + q · by_q + constant|: as integers they have its order."""
    c = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    first = tl.load(by_d + c, mask=c < channels, other=0.0)
    second = tl.load(by_q + c, mask=c < channels, other=0.0)
    third = tl.load(constant + c, mask=c < channels, other=0.0)
    size = tl.zeros((ROWS, COLUMNS), tl.float32)
    for loop in range(LOOPS):
        r = (tl.program_id(0) * LOOPS + loop) * ROWS + tl.arange(0, ROWS)
        inside = (r < rows)[:, None] & (c < channels)[None, :]
        place = r.to(tl.int64)[:, None] * channels + c[None, :]
        left = tl.load(d + place, mask=inside, other=0)
        right = tl.load(q + place, mask=inside, other=0)
        found = tl.abs(_mixture(left, right, first, second, third))
        size = tl.maximum(size, tl.where(inside, found, 0.0))
    bits = tl.max(tl.max(size, axis=1), axis=0).to(tl.int32, bitcast=True)
    tl.atomic_max(largest, bits, sem="relaxed")


@triton.jit
def mixed(
    d, q, by_d, by_q, constant, unit, out, rows, channels,
    BITS: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr,
):  # fmt: skip
    """The same, rounded."""
    r = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    c = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    first = tl.load(by_d + c, mask=c < channels, other=0.0)
    second = tl.load(by_q + c, mask=c < channels, other=0.0)
    third = tl.load(constant + c, mask=c < channels, other=0.0)
    inside = (r < rows)[:, None] & (c < channels)[None, :]
    place = r.to(tl.int64)[:, None] * channels + c[None, :]
    left = tl.load(d + place, mask=inside, other=0)
    right = tl.load(q + place, mask=inside, other=0)
    found = _rounded(_mixture(left, right, first, second, third), tl.load(unit), BITS)
    tl.store(out + place, found, mask=inside)


@triton.jit
def adam(
    values, mean, square, gradient, factor, rate, correction, count,
    weight_decay, keep_mean, take_mean, keep_square, take_square, epsilon,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """One step, in place."""
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    there = i < count
    w = tl.load(values + i, mask=there, other=0.0)
    g = w * weight_decay
    slope = tl.load(gradient + i, mask=there, other=0).to(tl.float32)
    g = g + slope * tl.load(factor)
    m = tl.load(mean + i, mask=there, other=0.0) * keep_mean
    m = m + g * take_mean
    s = tl.load(square + i, mask=there, other=0.0) * keep_square
    g = g * g
    s = s + g * take_square
    below = tl.sqrt_rn(s) * tl.load(correction)
    below = below + epsilon
    w = w - tl.div_rn(m * tl.load(rate), below)
    tl.store(values + i, w, mask=there)
    tl.store(mean + i, m, mask=there)
    tl.store(square + i, s, mask=there)


@triton.jit
def _unsigned(x, there):
    return tl.load(x, mask=there, other=0).to(tl.int64) & 0xFFFFFFFF


@triton.jit
def checksum(values, mean, square, total, count, BLOCK: tl.constexpr):
    """Of the bits of a parameter and its moments, as int32; sums of int64 wrap as they shall."""
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    found = _unsigned(values + i, i < count) * (6 * i + 1)
    found += _unsigned(mean + i, i < count) * (6 * i + 3)
    found += _unsigned(square + i, i < count) * (6 * i + 5)
    tl.atomic_add(total, tl.sum(found, axis=0), sem="relaxed")
