"""Mean squared error, its root, and the peak signal-to-noise ratio, over 8-bit samples."""

from __future__ import annotations

import math

import numpy as np

from scoring.similarity.difference import difference_map
from scoring.similarity.metric import Direction
from scoring.similarity.shape import same_size
from scoring.submission.image import Pixels

_PEAK = 255.0


class MeanSquaredError:
    """The mean of the squared differences over all samples."""

    name = "mse"
    source = "Gauss 1809; over 8-bit RGB samples"
    direction = Direction.LOWER
    range = (0.0, _PEAK**2)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        a, b = same_size(a, b)
        # Exact: squares of byte differences fit an int32, their sum an int64.
        difference = a.astype(np.int32) - b.astype(np.int32)
        return float(np.square(difference).sum(dtype=np.int64) / difference.size)

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        return difference_map(a, b)


class RootMeanSquaredError(MeanSquaredError):
    """The square root of the mean squared error: in the units of a sample."""

    name = "rmse"
    range = (0.0, _PEAK)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return math.sqrt(super().__call__(a, b))


class PeakSignalToNoise(MeanSquaredError):
    """10 log10(255² / mse), in decibels; infinite for equal images."""

    name = "psnr"
    source = "10 log10(peak² / mse), peak 255"
    direction = Direction.HIGHER
    range = (0.0, math.inf)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        error = super().__call__(a, b)
        return math.inf if error == 0 else 10 * math.log10(_PEAK**2 / error)
