"""How pictures are looked at: the frozen network's features, and what is reckoned from them.

`PlainSight` is these steps in numpy and torch, to be read; `compiled/` does the same sooner. Which
of them judges is found out by trying (`choice.py`); the integers are the same.

Features are compared as directions over channels, ||a/|a| - b/|b|||^2 = 2 - 2 cos(a, b), which is 1
where one of two vectors is zero, 0 where both are. Feature maps are whole numbers, int16 (h, w, c)
with c * max**2 < 2**23; sums are exact, and each rounding is written down.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
import numpy.typing as npt

from scoring.calibrated.perceptual import Network, Perceptual

Pixels = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Means = npt.NDArray[np.int32]
Maps = npt.NDArray[np.int16]

ONE = 1 << 24
POSITION_BITS = 16  # what a single position's cosine is rounded to
ROOT_BITS = 8  # extra bits of the square root below it


class Sight(Protocol):
    """The steps of a measurement that take time. Nothing that is returned is changed later."""

    name: str

    def features(self, pixels: Pixels) -> list[Maps]:
        """The frozen network's features of one RGB image (H, W, 3): for each of its TAPS."""
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


class PlainSight:
    """Every step in numpy and torch."""

    name = "plain"

    def __init__(self, network: Network) -> None:
        self._perceptual = Perceptual(network)

    def features(self, pixels: Pixels) -> list[Maps]:
        layers = self._perceptual.features(pixels[None])
        return [layer[0].cpu().numpy().astype(np.int16) for layer in layers]

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        # In fp32, whose sums are exact here in any order.
        own, others = x.astype(np.float32), references.astype(np.float32)
        dot = np.einsum("rhwc,hwc->rhw", others, own).astype(np.int64)
        squares_of_x = np.einsum("hwc,hwc->hw", own, own).astype(np.int64)
        root = exact_isqrt((squares_of_x * squares) << (2 * ROOT_BITS))
        one = 1 << POSITION_BITS
        half = one - (dot << (POSITION_BITS + ROOT_BITS)) // np.maximum(root, 1)
        empty = np.where((squares_of_x == 0) & (squares == 0), 0, one // 2)
        half = np.where(root == 0, empty, np.maximum(half, 0))
        return mean_distances(half.reshape(len(half), -1).sum(1), squares[0].size)

    def channel_sums(self, x: Maps) -> Integers:
        sums: Integers = x.sum((0, 1), dtype=np.int64)
        return sums

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        width = 2 * reach + 1  # at most 33, so that nothing here comes near 2**31
        sums = _window_sums(_window_sums(view.astype(np.int32), reach).swapaxes(0, 1), reach)
        return (2 * unit * sums.swapaxes(0, 1) + width * width) // (2 * width * width)


def mean_distances(halves: Integers, positions: int) -> Integers:
    """From sums of half the distance of each position, in units of 2**-POSITION_BITS."""
    mean: Integers = halves * (2 * ONE >> POSITION_BITS) // positions
    return mean


def _window_sums(values: Means, reach: int) -> Means:
    """Sums over 2 * reach + 1 rows around each row, the first and last repeated."""
    padded = np.pad(values, ((reach + 1, reach), (0, 0), (0, 0)), mode="edge")
    running = padded.cumsum(axis=0, dtype=np.int32)
    result: Means = running[2 * reach + 1 :] - running[: -(2 * reach + 1)]
    return result


def exact_isqrt(values: Integers) -> Integers:
    """floor(sqrt(values)) for 0 <= values < 2**62; fp64 gives a first guess, integers decide."""
    root = np.sqrt(values.astype(np.float64)).astype(np.int64)
    root -= root * root > values
    root += (root + 1) * (root + 1) <= values
    return root


def direction_distance(a: Integers, b: Integers) -> int:
    """Distance of the directions of two vectors of whole numbers, as `channel_sums` gives them."""
    # Sums over 63 * 63 positions of values up to 63: each product's total is below 2**46.
    dot = int((a * b).sum())
    squares = int((a * a).sum()) * int((b * b).sum())
    if squares == 0:
        return 0 if not a.any() and not b.any() else ONE
    root = math.isqrt(squares << 64)  # 32 bits below the point
    return max(0, 2 * (ONE - (dot << 56) // root))
