"""LPIPS: unit-length features, weighted channel by channel with the published linear layers.

Zhang, Isola, Efros, Shechtman, Wang, "The Unreasonable Effectiveness of Deep Features as a
Perceptual Metric" (2018), version 0.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from scoring.similarity.about import LAYERS, LPIPS
from scoring.similarity.backbone import Backbone, unit_input
from scoring.similarity.deep import SMALLEST
from scoring.similarity.difference import false_colour, side_by_side
from scoring.similarity.errors import BadInput, MissingWeights
from scoring.similarity.shape import at_least, same_size
from scoring.similarity.weights import StateDict, load_weights
from scoring.submission.image import Pixels

# The authors' own input scaling, of images in [-1, 1]; close to ImageNet's but not it.
_SHIFT = torch.tensor([-0.030, -0.088, -0.188]).view(3, 1, 1)
_SCALE = torch.tensor([0.458, 0.448, 0.450]).view(3, 1, 1)
_EPSILON = 1e-10
_BATCH = 8


class Lpips:
    """Learned perceptual image patch similarity."""

    name = "lpips"
    source, direction, range = LPIPS

    def __init__(self, backbone: Backbone, linear: StateDict) -> None:
        self._backbone = backbone
        try:
            self._linear = [
                linear[f"lin{i}.model.1.weight"].to(backbone.device)  # (1, C, 1, 1)
                for i in range(len(LAYERS[backbone.network]))
            ]
        except KeyError as error:
            raise MissingWeights(
                f"these are not LPIPS's linear weights for {backbone.network}",
                "replace the file by the published one",
            ) from error

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return self.many(a, [b])[0]

    def many(self, a: Pixels, others: Sequence[Pixels]) -> list[float]:
        """The distances from `a`, computed in batches; every image is brought to a's size."""
        distances: list[float] = []
        for start in range(0, len(others), _BATCH):
            fields = self._fields(a, others[start : start + _BATCH])
            total = torch.stack([field.mean(dim=(1, 2, 3)) for field in fields]).sum(dim=0)
            distances += total.tolist()
        return distances

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """The two images and the distance at every place, all layers added."""
        a, b = same_size(a, b)
        fields = self._fields(a, [b])
        size = a.shape[:2]
        layers = [F.interpolate(f.cpu(), size=size, mode="bilinear")[0, 0] for f in fields]
        return side_by_side(a, b, false_colour(torch.stack(layers).sum(dim=0).numpy()))

    @torch.inference_mode()
    def _fields(self, a: Pixels, others: Sequence[Pixels]) -> list[Tensor]:
        """The weighted differences [(N, 1, H', W'), …], one for each layer."""
        a = at_least(a, SMALLEST)
        batch = [a, *(same_size(a, at_least(b, SMALLEST))[1] for b in others)]
        device = self._backbone.device
        images = 2 * unit_input(batch, device) - 1
        maps = self._backbone((images - _SHIFT.to(device)) / _SCALE.to(device))
        return [
            (weight * (_unit(m[1:]) - _unit(m[:1])).square()).sum(dim=1, keepdim=True)
            for weight, m in zip(self._linear, maps, strict=True)
        ]


def published(network: str = "alexnet", *, weights: Path | None = None) -> Lpips:
    """LPIPS on a published network. Raises `MissingWeights`."""
    if network not in LAYERS:
        raise BadInput(f"no network is called {network}", f"choose one of {', '.join(LAYERS)}")
    return _published(network, weights)


@lru_cache(maxsize=4)
def _published(network: str, weights: Path | None) -> Lpips:
    backbone = Backbone.published(network, weights)
    return Lpips(backbone, load_weights(f"lpips-{network}", weights))


def _unit(maps: Tensor) -> Tensor:
    return maps / (maps.square().sum(dim=1, keepdim=True).sqrt() + _EPSILON)
