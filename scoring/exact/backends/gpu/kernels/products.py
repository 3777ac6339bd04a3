"""Implicit GEMMs of int8 digits, in Triton: what `gpu/products.py` launches.

A tile of one digit meets a tile of another in the tensor cores, and the digits' sums are put
together in registers. Windows are read in place, without im2col. What is to be rounded leaves its
largest |z| behind as it is written, so that no pass has to look for it.
"""

import triton
import triton.language as tl


@triton.jit
def _times(left, right, high, middle, low):
    """The sums of products of digits, with a tile's added; by how many digits the two have."""
    if left.dtype == tl.int16:
        left_low = ((left + 64) & 127) - 64
        left_high = ((left - left_low) >> 7).to(tl.int8)
        left_low = left_low.to(tl.int8)
        if right.dtype == tl.int16:
            right_low = ((right + 64) & 127) - 64
            right_high = ((right - right_low) >> 7).to(tl.int8)
            right_low = right_low.to(tl.int8)
            high = tl.dot(left_high, right_high, high, out_dtype=tl.int32)
            middle = tl.dot(left_high, right_low, middle, out_dtype=tl.int32)
            middle = tl.dot(left_low, right_high, middle, out_dtype=tl.int32)
            low = tl.dot(left_low, right_low, low, out_dtype=tl.int32)
        else:
            middle = tl.dot(left_high, right, middle, out_dtype=tl.int32)
            low = tl.dot(left_low, right, low, out_dtype=tl.int32)
    else:
        if right.dtype == tl.int16:
            right_low = ((right + 64) & 127) - 64
            right_high = ((right - right_low) >> 7).to(tl.int8)
            middle = tl.dot(left, right_high, middle, out_dtype=tl.int32)
            low = tl.dot(left, right_low.to(tl.int8), low, out_dtype=tl.int32)
        else:
            low = tl.dot(left, right, low, out_dtype=tl.int32)
    return high, middle, low


@triton.jit
def _put_together(high, middle, low, KIND: tl.constexpr):
    return high.to(KIND) * 16384 + middle.to(KIND) * 128 + low.to(KIND)


@triton.jit
def _note(largest, z, rows, image, inside, count, OF: tl.constexpr):
    """The largest |z| of a tile, to that of all, of its image, or of each row's image."""
    size = tl.max(tl.where(inside, tl.abs(z), 0), axis=1)
    if OF == "rows":
        tl.atomic_max(largest + image, size, mask=rows < count, sem="relaxed")
    else:
        if OF == "image":
            largest += tl.min(image, axis=0)
        tl.atomic_max(largest, tl.max(size, axis=0), sem="relaxed")


@triton.jit
def down(
    x, w, z, largest, count, height, width, outputs,
    INPUTS: tl.constexpr, OF: tl.constexpr,
    ROWS: tl.constexpr, COLUMNS: tl.constexpr, DEPTH: tl.constexpr,
):  # fmt: skip
    """A 4×4 convolution, stride 2, padding 1. Rows are positions of the output."""
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    columns = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    image = rows // (height * width)
    top = rows // width % height * 2 - 1
    left_edge = rows % width * 2 - 1
    high = tl.zeros((ROWS, COLUMNS), tl.int32)
    middle = tl.zeros((ROWS, COLUMNS), tl.int32)
    low = tl.zeros((ROWS, COLUMNS), tl.int32)
    for start in range(0, 16 * INPUTS, DEPTH):
        k = start + tl.arange(0, DEPTH)
        tap = k // INPUTS
        y = top[:, None] + (tap // 4)[None, :]
        across = left_edge[:, None] + (tap % 4)[None, :]
        seen = (y >= 0) & (y < 2 * height) & (across >= 0) & (across < 2 * width)
        seen &= (rows < count)[:, None] & (k < 16 * INPUTS)[None, :]
        place = (image.to(tl.int64)[:, None] * (2 * height) + y) * (2 * width) + across
        left = tl.load(x + place * INPUTS + (k % INPUTS)[None, :], mask=seen, other=0)
        met = (k < 16 * INPUTS)[:, None] & (columns < outputs)[None, :]
        right = tl.load(w + k[:, None] * outputs + columns[None, :], mask=met, other=0)
        high, middle, low = _times(left, right, high, middle, low)
    sums = _put_together(high, middle, low, tl.int32)
    inside = (rows < count)[:, None] & (columns < outputs)[None, :]
    tl.store(z + rows.to(tl.int64)[:, None] * outputs + columns[None, :], sums, mask=inside)
    _note(largest, sums, rows, image, inside, count, OF)


@triton.jit
def up(
    x, w, z, largest, count, height, width, outputs,
    INPUTS: tl.constexpr, OF: tl.constexpr,
    ROWS: tl.constexpr, COLUMNS: tl.constexpr, DEPTH: tl.constexpr,
):  # fmt: skip
    """Its adjoint. Rows are positions of the input; an output of each parity sees 2×2 of them."""
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    columns = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    a = tl.program_id(2) // 2
    b = tl.program_id(2) % 2
    image = rows // (height * width)
    row = rows // width % height
    column = rows % width
    high = tl.zeros((ROWS, COLUMNS), tl.int32)
    middle = tl.zeros((ROWS, COLUMNS), tl.int32)
    low = tl.zeros((ROWS, COLUMNS), tl.int32)
    for start in range(0, 4 * INPUTS, DEPTH):
        k = start + tl.arange(0, DEPTH)
        tap = k // INPUTS
        y = row[:, None] + (a + tap // 2 - 1)[None, :]
        across = column[:, None] + (b + tap % 2 - 1)[None, :]
        seen = (y >= 0) & (y < height) & (across >= 0) & (across < width)
        seen &= (rows < count)[:, None] & (k < 4 * INPUTS)[None, :]
        place = (image.to(tl.int64)[:, None] * height + y) * width + across
        left = tl.load(x + place * INPUTS + (k % INPUTS)[None, :], mask=seen, other=0)
        # `TAPS` of the kernel: 3 and 1 for even outputs, 2 and 0 for odd ones.
        met = (3 - a - 2 * (tap // 2)) * 4 + 3 - b - 2 * (tap % 2)
        weight = w + (met[:, None] * outputs + columns[None, :]) * INPUTS + (k % INPUTS)[:, None]
        there = (k < 4 * INPUTS)[:, None] & (columns < outputs)[None, :]
        right = tl.load(weight, mask=there, other=0)
        high, middle, low = _times(left, right, high, middle, low)
    sums = _put_together(high, middle, low, tl.int32)
    inside = (rows < count)[:, None] & (columns < outputs)[None, :]
    place = (image.to(tl.int64) * 2 * height + 2 * row + a) * 2 * width + 2 * column + b
    tl.store(z + place[:, None] * outputs + columns[None, :], sums, mask=inside)
    _note(largest, sums, rows, image, inside, count, OF)


@triton.jit
def window_gradient(
    wide, narrow, z, count, height, width, outputs,
    INPUTS: tl.constexpr, PART: tl.constexpr, ALONE: tl.constexpr,
    ROWS: tl.constexpr, COLUMNS: tl.constexpr, DEPTH: tl.constexpr,
):  # fmt: skip
    """Rows are taps and channels of the wide side; a program adds up a part of the positions."""
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    columns = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    begin = tl.program_id(2) * PART
    tap = rows // INPUTS
    high = tl.zeros((ROWS, COLUMNS), tl.int32)
    middle = tl.zeros((ROWS, COLUMNS), tl.int32)
    low = tl.zeros((ROWS, COLUMNS), tl.int32)
    for start in range(begin, tl.minimum(begin + PART, count), DEPTH):
        k = start + tl.arange(0, DEPTH)
        y = (k // width % height * 2 - 1)[None, :] + (tap // 4)[:, None]
        across = (k % width * 2 - 1)[None, :] + (tap % 4)[:, None]
        seen = (y >= 0) & (y < 2 * height) & (across >= 0) & (across < 2 * width)
        seen &= (rows < 16 * INPUTS)[:, None] & (k < count)[None, :]
        image = (k // (height * width)).to(tl.int64)
        place = (image[None, :] * (2 * height) + y) * (2 * width) + across
        left = tl.load(wide + place * INPUTS + (rows % INPUTS)[:, None], mask=seen, other=0)
        there = (k < count)[:, None] & (columns < outputs)[None, :]
        met = narrow + k.to(tl.int64)[:, None] * outputs + columns[None, :]
        right = tl.load(met, mask=there, other=0)
        high, middle, low = _times(left, right, high, middle, low)
    sums = _put_together(high, middle, low, z.dtype.element_ty)
    inside = (rows < 16 * INPUTS)[:, None] & (columns < outputs)[None, :]
    place = z + rows[:, None] * outputs + columns[None, :]
    if ALONE:
        tl.store(place, sums, mask=inside)
    else:
        tl.atomic_add(place, sums, mask=inside, sem="relaxed")


@triton.jit
def matrix(
    a, b, z, count, depth, outputs,
    a_row, a_depth, b_depth, b_column,
    PART: tl.constexpr, ALONE: tl.constexpr,
    ROWS: tl.constexpr, COLUMNS: tl.constexpr, DEPTH: tl.constexpr,
):  # fmt: skip
    """Matrices of any strides; a program adds up a part of the depth."""
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    columns = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    begin = tl.program_id(2) * PART
    high = tl.zeros((ROWS, COLUMNS), tl.int32)
    middle = tl.zeros((ROWS, COLUMNS), tl.int32)
    low = tl.zeros((ROWS, COLUMNS), tl.int32)
    for start in range(begin, tl.minimum(begin + PART, depth), DEPTH):
        k = (start + tl.arange(0, DEPTH)).to(tl.int64)
        there = (rows < count)[:, None] & (k < depth)[None, :]
        left = tl.load(
            a + rows.to(tl.int64)[:, None] * a_row + k[None, :] * a_depth, mask=there, other=0
        )
        there = (k < depth)[:, None] & (columns < outputs)[None, :]
        met = b + k[:, None] * b_depth + columns.to(tl.int64)[None, :] * b_column
        right = tl.load(met, mask=there, other=0)
        high, middle, low = _times(left, right, high, middle, low)
    sums = _put_together(high, middle, low, z.dtype.element_ty)
    inside = (rows < count)[:, None] & (columns < outputs)[None, :]
    place = z + rows.to(tl.int64)[:, None] * outputs + columns[None, :]
    if ALONE:
        tl.store(place, sums, mask=inside)
    else:
        tl.atomic_add(place, sums, mask=inside, sem="relaxed")
