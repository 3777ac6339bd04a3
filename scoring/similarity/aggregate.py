"""The weighted aggregate of classical metrics: kept as the negative example it is.

The published contest system first added up hand-crafted metrics, each squeezed into [0, 1] and
weighted by hand, and dropped the idea. On ordinary edits it orders well, which makes it tempting;
but the parts answer different questions (colour, layout, keypoints), so whoever buys the weak
ones wins: the target's own pieces, shuffled, beat nearly every honest picture of the same thing
(docs/similarity.md has the numbers). Do not judge with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoring.similarity.histogram import GreyCorrelation, HistogramDifference
from scoring.similarity.keypoints import orb, sift
from scoring.similarity.metric import Direction, Metric
from scoring.similarity.pixel_error import RootMeanSquaredError
from scoring.similarity.structure import StructuralSimilarity, VisualInformationFidelity
from scoring.submission.image import Pixels

# The published weights were never printed, only that they were set by hand; ours are equal.
EQUAL_WEIGHTS = {
    "histogram": 1.0,
    "pearson": 1.0,
    "rmse": 1.0,
    "ssim": 1.0,
    "vifp": 1.0,
    "orb": 1.0,
    "sift": 1.0,
}


class Aggregate:
    """The weighted mean of seven classical metrics, each mapped onto [0, 1]."""

    name = "aggregate"
    source = "the published system's first attempt, rejected by it; do not judge with it"
    direction = Direction.HIGHER
    range = (0.0, 1.0)

    def __init__(self, weights: Mapping[str, float] = EQUAL_WEIGHTS) -> None:
        parts: tuple[Metric, ...] = (
            HistogramDifference(),
            GreyCorrelation(),
            RootMeanSquaredError(),
            StructuralSimilarity(),
            VisualInformationFidelity(),
            orb(),
            sift(),
        )
        self._parts = [(part, weights[part.name]) for part in parts if weights.get(part.name)]

    def __call__(self, a: Pixels, b: Pixels) -> float:
        total = sum(weight for _, weight in self._parts)
        return sum(w * unit_closeness(part, part(a, b)) for part, w in self._parts) / total


def unit_closeness(metric: Metric, value: float) -> float:
    """The value as a closeness in [0, 1]: linear over the metric's range, an open end cut at 1."""
    low, high = metric.range[0], min(metric.range[1], 255.0)
    if metric.range[1] == float("inf"):
        high = 1.0
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return share if metric.direction is Direction.HIGHER else 1 - share
