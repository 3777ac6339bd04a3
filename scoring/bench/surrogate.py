"""The judge's networks with gradients, for attackers: equal going forward, straight through back.

Rounding is kept in the forward pass of the frozen networks and ignored in the backward one. The
autoencoder is one that the attacker trained, with a seed of the attacker's own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.functional import (
    avg_pool2d,
    conv2d,
    conv_transpose2d,
    max_pool2d,
    normalize,
    pad,
)

from scoring.calibrated.lite0 import BLOCKS, CEILING, LIMIT, PIXEL_MEAN, STEM, padding
from scoring.calibrated.network_file import Convolution, Layer, Network
from scoring.calibrated.perceptual import (
    ACTIVATION_MAX,
    BGR_MEAN,
    FIRES,
    POOL_BEFORE,
    TAPS,
)
from scoring.calibrated.pictures import LEVELLED_REACH, Softening
from scoring.calibrated.terms import BLUR_SHARE
from scoring.exact.model import ExactModel
from scoring.submission.image import Pixels


class Surrogate:
    """SqueezeNet in whole numbers with gradients: images (N, 3, 128, 128) RGB in 0 … 255."""

    def __init__(self, network: Network) -> None:
        self._layers = {name: _tensors(layer) for name, layer in network.layers.items()}

    def features(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Feature maps (N, C, h, w) at TAPS."""
        x = images.flip(1) - torch.tensor(BGR_MEAN, dtype=torch.float32).reshape(1, 3, 1, 1)
        x = self._convolve("conv1", x, stride=2)
        taps = {"conv1": x}
        for name in FIRES:
            if name in POOL_BEFORE:
                x = max_pool2d(x, 3, 2, ceil_mode=True)
            squeezed = self._convolve(f"{name}/squeeze1x1", x)
            both = [self._convolve(f"{name}/expand{k}x{k}", squeezed) for k in (1, 3)]
            x = taps[name] = torch.cat(both, dim=1)
        return [taps[name] for name in TAPS]

    def _convolve(self, name: str, x: torch.Tensor, stride: int = 1) -> torch.Tensor:
        weight, bias, scale = self._layers[name]
        out = conv2d(x, weight, bias, stride=stride, padding=weight.shape[2] // 2) * scale
        return _round(out).clamp(0, ACTIVATION_MAX)


class SurrogateLite0:
    """Lite0 in whole numbers with gradients: images (N, 3, 128, 128) RGB in 0 … 255."""

    def __init__(self, network: Network) -> None:
        self._layers = {name: _tensors(layer) for name, layer in network.layers.items()}

    def last_block(self, images: torch.Tensor) -> torch.Tensor:
        """What the last block gives: (N, 192, h, w)."""
        x = self._sums(STEM, images - PIXEL_MEAN).clamp(0, CEILING)
        for block in BLOCKS:
            wide = self._sums(block.expand, x).clamp(0, CEILING) if block.expand else x
            wide = self._sums(block.depthwise, wide).clamp(0, CEILING)
            out = self._sums(block.project, wide)
            x = (out + x if block.adds else out).clamp(-LIMIT, LIMIT)
        return x

    def _sums(self, shape: Convolution, x: torch.Tensor) -> torch.Tensor:
        weight, bias, scale = self._layers[shape.name]
        sides = padding(x.shape[3], shape) + padding(x.shape[2], shape)
        groups = shape.inputs if shape.depthwise else 1
        return _round(conv2d(pad(x, sides), weight, bias, shape.stride, groups=groups) * scale)


def _tensors(layer: Layer) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Weights (outputs, inputs, k, k), biases, and what their sums are multiplied by."""
    shape = layer.shape
    weight = torch.from_numpy(layer.weight.astype(np.float32))
    weight = weight.reshape(shape.kernel, shape.kernel, -1, shape.outputs).permute(3, 2, 0, 1)
    bias = torch.from_numpy(layer.bias.astype(np.float32))
    scale = torch.from_numpy(2.0 ** -layer.shift.astype(np.float32))
    return weight.contiguous(), bias, scale.reshape(1, -1, 1, 1)


def _round(x: torch.Tensor) -> torch.Tensor:
    return x + (x.round() - x).detach()


class SurrogateAutoencoder:
    """A trained autoencoder in float32, as it scores: images (N, 3, S, S) RGB in 0 … 255."""

    def __init__(self, model: ExactModel) -> None:
        self._t = {name: torch.from_numpy(np.array(v)).float() for name, v in model.tensors.items()}
        self._side = model.spec.image_side // 16

    def features(self, images: torch.Tensor) -> list[torch.Tensor]:
        """The encoder's four feature maps (N, C, h, w)."""
        x, maps = (2 * images - 255) / 256, []
        for layer in range(4):
            weight = self._t[f"encoder.{layer}.weight"].permute(3, 2, 0, 1)
            x = self._normalised(f"encoder.{layer}", conv2d(x, weight, stride=2, padding=1))
            maps.append(x)
        return maps

    def unexplained(self, images: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
        """`unexplained_detail`: squared error of the output over that of a blur.

        `last` is the fourth map.
        """
        t = self._t
        flat = last.permute(0, 2, 3, 1).flatten(1)
        latent = flat @ t["squeeze.weight"] + t["squeeze.bias"]
        x = latent @ t["expand.weight"] + t["expand.bias"]
        x = x.reshape(len(x), self._side, self._side, -1).permute(0, 3, 1, 2)
        for layer in range(3):
            x = self._normalised(f"decoder.{layer}", self._up(x, layer))
        z = self._up(x, 3) + t["decoder.3.bias"].reshape(1, -1, 1, 1)
        missed = 0.5 + 0.5 * z / (1 + z.abs()) - images / 255
        reach = images.shape[2] // BLUR_SHARE
        by_blur = (box_mean(images, reach) - images) / 255
        return (missed**2).mean() / ((by_blur**2).mean() + 1e-4)

    def _up(self, x: torch.Tensor, layer: int) -> torch.Tensor:
        weight = self._t[f"decoder.{layer}.weight"].permute(3, 2, 0, 1)
        return conv_transpose2d(x, weight, stride=2, padding=1)

    def _normalised(self, name: str, x: torch.Tensor) -> torch.Tensor:
        def shaped(part: str) -> torch.Tensor:
            return self._t[f"{name}.{part}"].reshape(1, -1, 1, 1)

        spread = (shaped("running_variance") + 1e-5).sqrt()
        x = (x - shaped("running_mean")) / spread
        return (x * shaped("gamma") + shaped("beta")).relu()


def resized(images: torch.Tensor, side: int) -> torch.Tensor:
    """Square images at the autoencoder's side: means of blocks, or pixels repeated."""
    own = images.shape[2]
    if own >= side:
        return avg_pool2d(images, own // side)
    return images.repeat_interleave(side // own, 2).repeat_interleave(side // own, 3)


def box_mean(images: torch.Tensor, reach: int) -> torch.Tensor:
    """Means over 2 * reach + 1 pixels each way, edges repeated."""
    return avg_pool2d(pad(images, (reach,) * 4, mode="replicate"), 2 * reach + 1, 1)


def softened_tensor(images: torch.Tensor, how: Softening) -> torch.Tensor:
    """`pictures.softened`, unrounded."""
    blurred = box_mean(images, how.reach)
    return blurred[:, :, how.top : how.top + how.side, how.left : how.left + how.side]


def tensor_of(pixels: Pixels) -> torch.Tensor:
    return torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1)[None]


def in_another_light_tensor(images: torch.Tensor) -> torch.Tensor:
    """`terms.in_another_light`, unrounded, with the range held fixed for the gradient."""
    shares = torch.tensor([77.0, 150, 29]).reshape(1, 3, 1, 1) / 256
    grey = (box_mean(images, LEVELLED_REACH) * shares).sum(1, keepdim=True)
    ordered = grey.detach().flatten().sort().values
    cut = ordered.numel() // 50
    low, high = ordered[cut], ordered[-1 - cut]
    levels = ((grey - low) * 255 / (high - low).clamp(min=64)).clamp(0, 255)
    return levels.expand(-1, 3, -1, -1)


def spatial(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> torch.Tensor:
    terms = [
        ((normalize(x, dim=1, eps=1e-3) - normalize(y, dim=1, eps=1e-3)) ** 2).sum(1).mean()
        for x, y in zip(a, b, strict=True)
    ]
    return torch.stack(terms).sum()


def pooled(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> torch.Tensor:
    terms = [
        ((normalize(x.mean((2, 3)), dim=1) - normalize(y.mean((2, 3)), dim=1)) ** 2).sum()
        for x, y in zip(a, b, strict=True)
    ]
    return torch.stack(terms).sum()
