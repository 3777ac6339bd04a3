"""What is known of the metrics that need PyTorch, told without it: sources, ranges, choices.

So that `judge metrics` and every `--help` answer at once.
"""

from __future__ import annotations

from typing import NamedTuple

from scoring.similarity.metric import Direction


class About(NamedTuple):
    """A metric's source, the way its number reads, and what the number can be."""

    source: str
    direction: Direction
    range: tuple[float, float]


_INFINITY = float("inf")

DPS = About(
    "Sjögren et al. 2022 (deep perceptual similarity); Zhang et al. 2018",
    Direction.LOWER,
    (0.0, _INFINITY),
)
LPIPS = About("Zhang et al. 2018, linear weights v0.1", Direction.LOWER, (0.0, _INFINITY))
AUTOENCODER = About(
    "the published contest system; MSE of B and its reconstruction, trained on A",
    Direction.LOWER,
    (0.0, 1.0),
)
LATENT = About(
    "datascience.stackexchange.com/questions/37827; encoder trained on A",
    Direction.HIGHER,
    (-1.0, 1.0),
)
CALIBRATED = About(
    "this project's judge (docs/judging.md), trained on A",
    Direction.LOWER,
    (-_INFINITY, _INFINITY),
)

# Child index of torchvision's `.features`; the feature map is the output after it. The choice is
# LPIPS's, and that of "Identifying and Mitigating Flaws of Deep Perceptual Similarity Metrics".
LAYERS = {
    "squeezenet": (1, 4, 7, 9, 10, 11, 12),
    "alexnet": (1, 4, 7, 9, 11),
    "vgg16": (3, 8, 15, 22, 29),
}
# The order of the paper's Table 1.
POOLS = ("spatial", "mean", "sort", "spatial+mean", "spatial+sort")
OWN_ENCODER = "autoencoder"
NETWORKS = (*LAYERS, OWN_ENCODER)
