"""What a judge says about one image, whichever judge it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAP_SIDE = 256
"""Width and height of a score's reconstruction and error map, in pixels."""
MSE_UNIT = 10**9
"""A mean squared error is given times this, values counted from 0 to 1: 10⁹ is the worst."""


@dataclass(frozen=True, eq=False)
class Score:
    """How one image did."""

    value: int
    """Lower is better. `calibrated`: millionths, 0 is a typical variation of the target and
    1 000 000 a typical unrelated image. `autoencoder-mse`: billionths of MSE, 0 to 10⁹."""
    terms: Mapping[str, int]
    """What the value is made of. `calibrated`: the contribution of each term and the `offset`,
    which add up to the value, and the raw distances (`target_features_distance` …) in units of
    2**-24.
    `autoencoder-mse`: `mse` alone, the value itself."""
    reconstruction: NDArray[np.uint8]
    """What the autoencoder made of the image: uint8 (256, 256, 3)."""
    error_map: NDArray[np.uint8]
    """Root mean square difference of each pixel's channels, in 8-bit levels: uint8 (256, 256)."""


def billionths(sum_of_squares: int, count: int, levels: int) -> int:
    """The mean of `count` squared differences, each of values from 0 to `levels`, in `MSE_UNIT`.

    Rounded half up, all in integers.
    """
    divisor = count * levels**2
    return (2 * sum_of_squares * MSE_UNIT + divisor) // (2 * divisor)


def enlarge(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Each pixel repeated until the side is MAP_SIDE."""
    factor = MAP_SIDE // len(pixels)
    return pixels.repeat(factor, axis=1).repeat(factor, axis=0)
