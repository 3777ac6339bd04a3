"""How pictures are looked at: the frozen networks' features, and what is computed from them.

`plain_sight.py` has these steps in numpy and torch, to be read; `compiled/` does the same faster,
and `device_sight.py` has the networks on a GPU. Which of them judges is found out by trying
(`choice.py`); the integers are the same.

Features are compared as directions over channels, ||a/|a| - b/|b|||^2 = 2 - 2 cos(a, b), which is 1
where one of two vectors is zero, 0 where both are. Feature maps are whole numbers, (h, w, c) with
c * max**2 < 2**23; sums are exact, and each rounding is written down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from scoring.submission.image import Pixels

Integers = npt.NDArray[np.int64]
Means = npt.NDArray[np.int32]
Maps = npt.NDArray[np.signedinteger[Any]]
"""int16, or int8 where numbers came from a GPU."""

ONE = 1 << 24
POSITION_BITS = 16  # what a single position's cosine is rounded to
ROOT_BITS = 8  # extra bits of the square root below it


class Sight(Protocol):
    """The steps of a measurement that take time. Nothing that is returned is changed later."""

    name: str
    group: int
    """How many pictures it is best given together."""

    def features(self, pixels: Pixels) -> list[Maps]:
        """SqueezeNet's features of one RGB image (H, W, 3): for each of its TAPS."""
        ...

    def subject(self, pixels: Pixels) -> Integers:
        """Sums over positions of what Lite0's last block gives of one RGB image: (192,)."""
        ...

    def features_of_each(self, pictures: Sequence[Pixels]) -> list[list[Maps]]:
        """`features` of several pictures of one size, at least one."""
        ...

    def subjects_of_each(self, pictures: Sequence[Pixels]) -> list[Integers]:
        """`subject` of several pictures of one size, at least one."""
        ...

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        """Means over positions of the distance: (R, h, w, c) and (h, w, c) to (R,).

        `squares`, (R, h, w), are the sums of the references' squares over channels.
        """
        ...

    def channel_sums(self, x: Maps) -> Integers:
        """Sums over positions, (h, w, c) to (c,): the image's content wherever it stands."""
        ...

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        """Means over 2 * reach + 1 pixels each way, edges repeated, in `unit`ths, rounded half up.

        (S, S, 3) to (S, S, 3); reach is at most 16, unit at most 16.
        """
        ...


class OneByOne:
    """What sights share that look at one picture at a time."""

    group = 1

    def features_of_each(self: Sight, pictures: Sequence[Pixels]) -> list[list[Maps]]:
        return [self.features(pixels) for pixels in pictures]

    def subjects_of_each(self: Sight, pictures: Sequence[Pixels]) -> list[Integers]:
        return [self.subject(pixels) for pixels in pictures]


def mean_distances(halves: Integers, positions: int) -> Integers:
    """From sums of half the distance of each position, in units of 2**-POSITION_BITS."""
    mean: Integers = halves * (2 * ONE >> POSITION_BITS) // positions
    return mean


def squares_over_channels(maps: Maps) -> Integers:
    """Sums of squares, (R, h, w, c) to (R, h, w): what `spatial_distances` wants to be given."""
    squares: Integers = np.square(maps, dtype=np.int64).sum(-1)
    return squares


def exact_isqrt(values: Integers) -> Integers:
    """floor(sqrt(values)) for 0 <= values < 2**62; fp64 gives a first guess, integers decide."""
    root = np.sqrt(values.astype(np.float64)).astype(np.int64)
    root -= root * root > values
    root += (root + 1) * (root + 1) <= values
    return root


def direction_distance(a: Integers, b: Integers) -> int:
    """Distance of the directions of two vectors of whole numbers, as `channel_sums` gives them.

    From 0 to 2 * ONE; to 4 * ONE where numbers are below 0 too.
    """
    # Sums over 63 * 63 positions of values up to 63, or 8 * 8 up to 1023: totals below 2**46.
    dot = int((a * b).sum())
    squares = int((a * a).sum()) * int((b * b).sum())
    if squares == 0:
        return 0 if not a.any() and not b.any() else ONE
    root = math.isqrt(squares << 64)  # 32 bits below the point
    return max(0, 2 * (ONE - (dot << 56) // root))
