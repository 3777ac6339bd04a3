"""Images as feature vectors, so that a gallery can be searched: four kinds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision import models  # type: ignore[import-untyped]

from scoring.similarity import deep
from scoring.similarity.backbone import best_device, load_trunk, unit_input
from scoring.similarity.shape import resized
from scoring.similarity.tfjs_resnet import find_tfjs_resnet, keras_input, load_tfjs_resnet
from scoring.similarity.weights import load_weights
from scoring.submission.image import Pixels

SIDE = 200
"""Width and height that the painting source gives its networks, in pixels."""

Vectors = NDArray[np.float32]  # (N, D)


class Embedding(Protocol):
    """Turns images into vectors. Equal fingerprints mean equal vectors for equal images."""

    name: str
    fingerprint: str

    def vectors(self, batch: Sequence[Pixels]) -> Vectors:
        """float32 (N, D) of uint8 RGB images of any sizes."""
        ...


class TruncatedNetwork:
    """The flattened last feature maps of a classifier without its head, at 200x200."""

    def __init__(self, name: str, trunk: nn.Module, *, keras: bool = False) -> None:
        self.name = name
        self.fingerprint = fingerprint(name, trunk)
        self._trunk = trunk.to(best_device()).eval()
        self._keras = keras

    @torch.inference_mode()
    def vectors(self, batch: Sequence[Pixels]) -> Vectors:
        squares = [resized(pixels, SIDE, SIDE) for pixels in batch]
        device = next(self._trunk.parameters()).device
        images = unit_input(squares, device)
        # The source scales to [-1, 1] instead of by ImageNet's statistics; so do we.
        images = keras_input(images) if self._keras else (images - 0.5) / 0.5
        maps: Tensor = self._trunk(images)  # (N, C, H', W')
        return maps.flatten(1).cpu().numpy()


class PerceptualMeans:
    """Channel means at every layer: the Euclidean distance squared is DPS with `mean` pooling."""

    def __init__(self, features: deep.FeatureMaps, name: str, identity: str) -> None:
        self.name = name
        self.fingerprint = identity
        self._metric = deep.DeepPerceptualSimilarity(features, "mean")

    def vectors(self, batch: Sequence[Pixels]) -> Vectors:
        pooled = self._metric.pooled([resized(pixels, SIDE, SIDE) for pixels in batch])
        return torch.cat([means.flatten(1) for means in pooled], dim=1).cpu().numpy()


def vgg16(weights: Path | None = None) -> TruncatedNetwork:
    """VGG16's convolutions up to the last one: 512 maps of 12x12."""
    with torch.device("meta"):
        trunk = models.vgg16(weights=None).features[:-2]
    load_trunk(trunk, load_weights("vgg16", weights), "vgg16")
    return TruncatedNetwork("vgg16", trunk)


def resnet50(weights: Path | None = None) -> TruncatedNetwork:
    """ResNet-50 without pooling and classifier: 2048 maps of 7x7."""
    if weights is not None and (model_json := find_tfjs_resnet(weights)) is not None:
        return TruncatedNetwork("resnet50", load_tfjs_resnet(model_json), keras=True)
    with torch.device("meta"):
        network = models.resnet50(weights=None)
    load_trunk(network, load_weights("resnet50", weights), "resnet50")
    # Without the average over positions and the classifier.
    return TruncatedNetwork("resnet50", nn.Sequential(*list(network.children())[:-2]))


def perceptual(weights: Path | None = None, network: str = "squeezenet") -> PerceptualMeans:
    """Deep perceptual features (`dps`) of a published network."""
    maps = deep.published_maps(network, weights)
    return PerceptualMeans(maps, "dps", fingerprint(f"dps-{network}", maps.backbone))


def fingerprint(name: str, module: nn.Module) -> str:
    """The name and a hash of every weight, as 16 hexadecimal digits."""
    digest = hashlib.sha256(name.encode())
    for key, value in module.state_dict().items():
        digest.update(key.encode())
        digest.update(value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
