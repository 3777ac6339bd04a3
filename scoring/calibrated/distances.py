"""Distances between feature maps in fixed point: exact sums, one written rounding each.

Features are whole numbers held in fp32 or integer tensors, (h, w, channels) per image, scaled by
any common factor: every distance is between directions, so the factor does not matter. A distance
is a whole number of 2**-24; two directions differ by ||a/|a| - b/|b|||^2 = 2 - 2 cos(a, b).
Where one of two vectors is zero that is 1, where both are, 0.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch

Integers = npt.NDArray[np.int64]

ONE = 1 << 24
_POSITION_BITS = 16  # what a single position's cosine is rounded to
_ROOT_BITS = 8  # extra bits of the square root below it


def spatial_distance(x: torch.Tensor, reference: torch.Tensor) -> Integers:
    """Mean over positions of the distance of directions, for x (N, h, w, c) and one reference.

    Whole numbers with c * max**2 < 2**24, so that the fp32 sums over channels are exact.
    """
    dot = _whole((x * reference).sum(-1))  # (N, h, w)
    own, other = _whole((x * x).sum(-1)), _whole((reference * reference).sum(-1))
    root = exact_isqrt((own * other) << (2 * _ROOT_BITS))
    one = 1 << _POSITION_BITS
    half = one - (dot << (_POSITION_BITS + _ROOT_BITS)) // np.maximum(root, 1)
    empty = np.where((own == 0) & (other == 0), 0, one // 2)
    half = np.where(root == 0, empty, np.maximum(half, 0))
    count = half.shape[1] * half.shape[2]
    total = half.reshape(len(half), -1).sum(1) * (2 * ONE >> _POSITION_BITS)
    mean: Integers = total // count
    return mean


def _whole(values: torch.Tensor) -> Integers:
    whole: Integers = values.to(torch.int64).cpu().numpy()
    return whole


def exact_isqrt(values: Integers) -> Integers:
    """floor(sqrt(values)) for 0 <= values < 2**62; fp64 gives a first guess, integers decide."""
    root = np.sqrt(values.astype(np.float64)).astype(np.int64)
    root -= root * root > values
    root += (root + 1) * (root + 1) <= values
    return root


def channel_sums(x: torch.Tensor) -> Integers:
    """Sums over positions, (N, h, w, c) -> (N, c): the image's content wherever it stands."""
    return _whole(x.to(torch.int64).sum((1, 2)))


def direction_distance(a: Integers, b: Integers) -> int:
    """Distance of the directions of two vectors of whole numbers, as `channel_sums` gives them."""
    # Sums over 63 * 63 positions of values up to 63: each product's total is below 2**46.
    dot = int((a * b).sum())
    squares = int((a * a).sum()) * int((b * b).sum())
    if squares == 0:
        return 0 if not a.any() and not b.any() else ONE
    root = math.isqrt(squares << 64)  # 32 bits below the point
    return max(0, 2 * (ONE - (dot << 56) // root))
