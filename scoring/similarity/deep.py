"""Deep perceptual similarity: distances between feature maps, compared in five ways.

Sjögren, Pihlgren, Sandin, Liwicki, "Identifying and Mitigating Flaws of Deep Perceptual Similarity
Metrics" (2022). Features are compared where they stand (`spatial`), as means over the picture
(`mean`), or as sorted values (`sort`), so that a moved or turned image can still be alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from scoring.similarity.about import DPS, LAYERS, POOLS
from scoring.similarity.backbone import Backbone, imagenet_input
from scoring.similarity.difference import false_colour, side_by_side
from scoring.similarity.errors import BadInput
from scoring.similarity.shape import at_least, same_size
from scoring.submission.image import Pixels

NETWORKS = tuple(LAYERS)
# AlexNet's first stages need this much to leave a feature map at all.
SMALLEST = 64
_BATCH = 8

_POOL: dict[str, Callable[[Tensor], Tensor]] = {
    "spatial": lambda maps: maps,  # (N, C, H, W)
    "mean": lambda maps: maps.mean(dim=(2, 3), keepdim=True),  # (N, C, 1, 1)
    "sort": lambda maps: maps.flatten(2).sort(dim=2).values.unsqueeze(3),  # (N, C, H·W, 1)
}


class FeatureMaps(Protocol):
    """Anything that turns images of one size into feature maps: a network, an autoencoder."""

    def maps(self, batch: Sequence[Pixels]) -> list[Tensor]:
        """[(N, C, H', W'), …], one for each layer."""
        ...


class PublishedMaps:
    """A published network's feature maps of ImageNet-normalised images."""

    def __init__(self, backbone: Backbone) -> None:
        self.backbone = backbone

    @torch.inference_mode()
    def maps(self, batch: Sequence[Pixels]) -> list[Tensor]:
        maps: list[Tensor] = self.backbone(imagenet_input(batch, self.backbone.device))
        return maps


class DeepPerceptualSimilarity:
    """Squared feature differences: summed over channels and layers, averaged over positions."""

    name = "dps"
    source, direction, range = DPS

    def __init__(
        self, features: FeatureMaps, pool: str, *, name: str = "dps", unit_normalize: bool = False
    ) -> None:
        self.name = name
        self._features = features
        self._pools = _parse_pool(pool)
        self._unit_normalize = unit_normalize

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return self.many(a, [b])[0]

    def many(self, a: Pixels, others: Sequence[Pixels]) -> list[float]:
        """The distances from `a`, computed in batches; every image is brought to a's size."""
        a = at_least(a, SMALLEST)
        distances: list[float] = []
        own = self.pooled([a])
        for start in range(0, len(others), _BATCH):
            batch = [same_size(a, at_least(b, SMALLEST))[1] for b in others[start : start + _BATCH]]
            distances += self.distance(own, self.pooled(batch)).tolist()
        return distances

    @torch.inference_mode()
    def pooled(self, batch: Sequence[Pixels]) -> list[Tensor]:
        """What is compared: [(N, C, ., .), …], one for each layer and pooling."""
        both = [_POOL[pool](maps) for maps in self._features.maps(batch) for pool in self._pools]
        return [_unit(x) for x in both] if self._unit_normalize else both

    @torch.inference_mode()
    def distance(self, ours: list[Tensor], theirs: list[Tensor]) -> Tensor:
        """Distances (N,) between what `pooled` gave for one image and for N."""
        return torch.stack(
            [
                (x - y).square().sum(dim=1).mean(dim=(1, 2))
                for x, y in zip(ours, theirs, strict=True)
            ]
        ).sum(dim=0)

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """The two images and where their features differ most, over all layers."""
        a, b = same_size(a, b)
        maps = [self._features.maps([at_least(p, SMALLEST)]) for p in (a, b)]
        field = torch.zeros(a.shape[:2])
        for x, y in zip(*maps, strict=True):
            away = (_unit(x) - _unit(y)).square().sum(dim=1, keepdim=True)
            field += F.interpolate(away.cpu(), size=a.shape[:2], mode="bilinear")[0, 0]
        # Unit vectors are at most 4 apart, squared, in each layer; half of that is already far.
        return side_by_side(a, b, false_colour((field / (2 * len(maps[0]))).numpy()))


def published(
    network: str = "squeezenet",
    pool: str = "spatial+mean",
    *,
    unit_normalize: bool = False,
    weights: Path | None = None,
) -> DeepPerceptualSimilarity:
    """Deep perceptual similarity on a published network. Raises `MissingWeights`."""
    maps = published_maps(network, weights)
    return DeepPerceptualSimilarity(maps, pool, unit_normalize=unit_normalize)


@lru_cache(maxsize=4)
def published_maps(network: str, weights: Path | None = None) -> PublishedMaps:
    """A published network's feature maps. Raises `MissingWeights`."""
    if network not in NETWORKS:
        raise BadInput(f"no network is called {network}", f"choose one of {', '.join(NETWORKS)}")
    return PublishedMaps(Backbone.published(network, weights))


def _parse_pool(pool: str) -> tuple[str, ...]:
    if pool not in POOLS:
        raise BadInput(f"no pooling is called {pool}", f"choose one of {', '.join(POOLS)}")
    return tuple(pool.split("+"))


def _unit(maps: Tensor) -> Tensor:
    return F.normalize(maps, dim=1)
