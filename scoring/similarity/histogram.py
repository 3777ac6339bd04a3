"""Colour histograms and grey correlation: the two whole-image comparisons of the first system."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.similarity.drawing import figure, to_pixels
from scoring.similarity.metric import Direction
from scoring.similarity.shape import grey, require_rgb, same_size
from scoring.submission.image import Pixels

_CHANNELS = (("red", "#d62728"), ("green", "#2ca02c"), ("blue", "#1f77b4"))


def histograms(pixels: Pixels) -> NDArray[np.float64]:
    """The share of pixels at each level, (3 channels, 256 levels), each row summing to 1.

    Raises `BadInput` for what is no image.
    """
    require_rgb(pixels)
    counts = [np.bincount(pixels[..., c].ravel(), minlength=256) for c in range(3)]
    return np.asarray(np.stack(counts) / (pixels.shape[0] * pixels.shape[1]))


class HistogramDifference:
    """Half the summed difference of the channel histograms: the share of pixels to repaint."""

    name = "histogram"
    source = "Swain & Ballard 1991, 1 - histogram intersection; 256 levels, mean over R, G, B"
    direction = Direction.LOWER
    range = (0.0, 1.0)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return float(np.abs(histograms(a) - histograms(b)).sum(axis=1).mean() / 2)

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """Both histograms laid over each other, one panel a channel."""
        fig = figure(width_inches=9, height_inches=2.6)
        axes = fig.subplots(1, 3, sharey=True)
        shares = zip(axes, _CHANNELS, histograms(a), histograms(b), strict=True)
        for axis, (channel, colour), first, second in shares:
            axis.fill_between(range(256), first, step="mid", color=colour, alpha=0.35, label="A")
            axis.step(range(256), second, where="mid", color="#222", linewidth=0.9, label="B")
            axis.set(title=channel, xlim=(0, 255), xlabel="level")
            axis.set_ylim(0, _readable_top(first, second))
            axis.spines[["top", "right"]].set_visible(False)
        axes[0].set_ylabel("share of pixels")
        axes[0].legend(frameon=False)
        return to_pixels(fig)


class GreyCorrelation:
    """Pearson's correlation of the two grey images, flattened to vectors."""

    name = "pearson"
    source = "Pearson 1895, over flattened grey levels (ITU-R 601)"
    direction = Direction.HIGHER
    range = (-1.0, 1.0)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        a, b = same_size(a, b)
        x, y = (grey(p).astype(np.float64).ravel() for p in (a, b))
        x, y = x - x.mean(), y - y.mean()
        scale = float(np.sqrt(x @ x) * np.sqrt(y @ y))
        if scale == 0:
            # A flat image correlates with nothing; two equal ones are still equal.
            return 1.0 if np.array_equal(a, b) else 0.0
        return float(np.clip(x @ y / scale, -1, 1))


def _readable_top(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """A height that one clipped spike (a flat sky, a black border) does not squash."""
    both = np.concatenate([first, second])
    return float(max(np.percentile(both, 98) * 1.6, 1e-3))
