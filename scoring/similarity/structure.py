"""SSIM and VIFP, computed by sewar: structure, and information, that survives."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from scoring.similarity.difference import false_colour, side_by_side
from scoring.similarity.extras import require
from scoring.similarity.metric import Direction
from scoring.similarity.shape import at_least, same_size
from scoring.submission.image import Pixels

_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
# Four scales, each a "valid" filter and a halving, must leave something to average.
_VIFP_SMALLEST = 64


class StructuralSimilarity:
    """Mean SSIM with the paper's Gaussian window, averaged over R, G, B."""

    name = "ssim"
    source = "Wang et al. 2004, by sewar; 11x11 Gaussian window, sigma 1.5"
    direction = Direction.HIGHER
    range = (-1.0, 1.0)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        sewar = require("sewar.full_ref")
        a, b = (at_least(p, _WINDOW) for p in same_size(a, b))
        window = dict(fltr=sewar.Filter.GAUSSIAN, sigma=_SIGMA, ws=_WINDOW)
        return float(sewar.ssim(a, b, ws=_WINDOW, MAX=255, fltr_specs=window)[0])

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """The two images and where structure is lost: dark is alike, bright is not."""
        a, b = same_size(a, b)
        return side_by_side(a, b, false_colour(1 - ssim_map(a, b)))


class VisualInformationFidelity:
    """How much of A's information, as an eye would get it, is still in B (not symmetric)."""

    name = "vifp"
    source = "Sheikh & Bovik 2006, pixel domain, by sewar; mean over R, G, B"
    direction = Direction.HIGHER
    range = (0.0, float("inf"))

    def __call__(self, a: Pixels, b: Pixels) -> float:
        sewar = require("sewar.full_ref")
        a, b = (at_least(p, _VIFP_SMALLEST) for p in same_size(a, b))
        with warnings.catch_warnings():
            # A channel without variance holds no information: 0/0, answered below.
            warnings.simplefilter("ignore", RuntimeWarning)
            channels = [float(sewar.vifp(a[..., c], b[..., c])) for c in range(3)]
        kept = [_defined(value, a[..., c], b[..., c]) for c, value in enumerate(channels)]
        return float(np.mean(kept))


def ssim_map(a: Pixels, b: Pixels) -> NDArray[np.float64]:
    """SSIM at every pixel, (H, W): the mean over channels, edges reflected."""
    gaussian = require("sewar.full_ref").gaussian_filter

    def smooth(field: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(gaussian(field, (_SIGMA, _SIGMA, 0), truncate=3.5))

    x, y = a.astype(np.float64), b.astype(np.float64)
    mean_x, mean_y = smooth(x), smooth(y)
    variances = smooth(x * x) - mean_x**2 + smooth(y * y) - mean_y**2
    covariance = smooth(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + _C1) / (mean_x**2 + mean_y**2 + _C1)
    return np.asarray((luminance * (2 * covariance + _C2) / (variances + _C2)).mean(axis=2))


def _defined(value: float, a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    if np.isfinite(value):
        return value
    return 1.0 if np.array_equal(a, b) else 0.0
