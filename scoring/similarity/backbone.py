"""The convolution stages of torchvision's ImageNet networks, read at chosen layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torchvision import models  # type: ignore[import-untyped]

from scoring.similarity.about import LAYERS
from scoring.similarity.errors import MissingWeights
from scoring.similarity.weights import StateDict, load_weights
from scoring.submission.image import Pixels

_BUILD = {
    "squeezenet": models.squeezenet1_1,
    "alexnet": models.alexnet,
    "vgg16": models.vgg16,
}
_MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
_STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


def best_device() -> torch.device:
    """The GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def imagenet_input(batch: Sequence[Pixels], device: torch.device) -> Tensor:
    """Images of one size as ImageNet-normalised float32, (N, 3, H, W)."""
    return (unit_input(batch, device) - _MEAN.to(device)) / _STD.to(device)


def unit_input(batch: Sequence[Pixels], device: torch.device) -> Tensor:
    """Images of one size as float32 in [0, 1], (N, 3, H, W)."""
    stacked = torch.from_numpy(np.stack(batch)).to(device)
    return stacked.permute(0, 3, 1, 2).float() / 255


class Backbone(nn.Module):
    """A frozen network that gives its feature maps at `LAYERS`."""

    def __init__(self, network: str, weights: StateDict) -> None:
        super().__init__()
        self.network = network
        self.layers = LAYERS[network]
        with torch.device("meta"):  # no time for random weights that are replaced at once
            features = _BUILD[network](weights=None).features
        self.features = features[: max(self.layers) + 1]
        load_trunk(self.features, weights, network)
        self.eval().requires_grad_(False)

    @classmethod
    def published(cls, network: str, folder: Path | None = None) -> Backbone:
        """The network with its ImageNet weights. Raises `MissingWeights`."""
        return cls(network, load_weights(network, folder)).to(best_device())

    def forward(self, images: Tensor) -> list[Tensor]:
        """Feature maps [(N, C, H', W'), …] of normalised images (N, 3, H, W)."""
        maps = []
        for index, stage in enumerate(self.features):
            images = stage(images)
            if index in self.layers:
                maps.append(images)
        return maps

    @property
    def device(self) -> torch.device:
        device: torch.device = next(self.features.parameters()).device
        return device


def load_trunk(trunk: nn.Module, weights: StateDict, name: str) -> None:
    """Puts weights of the whole network, or of its `features` alone, into a truncated trunk, which
    may have been built on the meta device."""
    plain = {key.removeprefix("features."): value for key, value in weights.items()}
    wanted = {key: plain[key] for key in trunk.state_dict() if key in plain}
    try:
        trunk.load_state_dict(wanted, assign=True)
    except RuntimeError as error:
        raise MissingWeights(
            f"these are not the weights of torchvision's {name}",
            "replace the file by the published one",
        ) from error
