"""The frozen networks' features and what is computed from them, in numpy and torch, to be read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from scoring.calibrated.network_file import Layer, Network
from scoring.calibrated.perceptual import (
    ACTIVATION_MAX,
    BGR_MEAN,
    FIRES,
    POOL_BEFORE,
    TAPS,
)
from scoring.calibrated.plain_lite0 import PlainLite0
from scoring.calibrated.sight import (
    POSITION_BITS,
    ROOT_BITS,
    Integers,
    Maps,
    Means,
    OneByOne,
    exact_isqrt,
    mean_distances,
)
from scoring.submission.image import Pixels


class PlainSight(OneByOne):
    """Every step in numpy and torch."""

    name = "plain"

    def __init__(self, network: Network, subject_network: Network) -> None:
        self._perceptual = Perceptual(network)
        self._lite0 = PlainLite0(subject_network)

    def features(self, pixels: Pixels) -> list[Maps]:
        layers = self._perceptual.features(pixels[None])
        return [layer[0].numpy().astype(np.int16) for layer in layers]

    def subject(self, pixels: Pixels) -> Integers:
        last = self._lite0.last_block(pixels[None])[0]
        return self.channel_sums(last.numpy().astype(np.int16))

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        # In fp32, whose sums are exact here in any order.
        own, others = x.astype(np.float32), references.astype(np.float32)
        dot = np.einsum("rhwc,hwc->rhw", others, own).astype(np.int64)
        squares_of_x = np.einsum("hwc,hwc->hw", own, own).astype(np.int64)
        root = exact_isqrt((squares_of_x * squares) << (2 * ROOT_BITS))
        one = 1 << POSITION_BITS
        half = one - (dot << (POSITION_BITS + ROOT_BITS)) // np.maximum(root, 1)
        empty = np.where((squares_of_x == 0) & (squares == 0), 0, one // 2)
        half = np.where(root == 0, empty, np.maximum(half, 0))
        return mean_distances(half.reshape(len(half), -1).sum(1), squares[0].size)

    def channel_sums(self, x: Maps) -> Integers:
        sums: Integers = x.sum((0, 1), dtype=np.int64)
        return sums

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        width = 2 * reach + 1  # at most 33, so that nothing here comes near 2**31
        sums = _window_sums(_window_sums(view.astype(np.int32), reach).swapaxes(0, 1), reach)
        return (2 * unit * sums.swapaxes(0, 1) + width * width) // (2 * width * width)


def _window_sums(values: Means, reach: int) -> Means:
    """Sums over 2 * reach + 1 rows around each row, the first and last repeated."""
    padded = np.pad(values, ((reach + 1, reach), (0, 0), (0, 0)), mode="edge")
    running = padded.cumsum(axis=0, dtype=np.int32)
    result: Means = running[2 * reach + 1 :] - running[: -(2 * reach + 1)]
    return result


@dataclass(frozen=True)
class _Matrices:
    weight: torch.Tensor  # (depth, outputs) whole numbers times 2**-shift
    bias: torch.Tensor  # (outputs,) the same
    kernel: int


class Perceptual:
    """Runs a `Network` on batches of images; the batch never changes a value."""

    def __init__(
        self, network: Network, device: str = "cpu", products: torch.dtype = torch.float32
    ) -> None:
        """`products`: what matrices are multiplied in. fp32 will do where that is never less."""
        self.sha256 = network.sha256
        self.device, self._products = torch.device(device), products
        self._layers = {name: self._matrices(layer) for name, layer in network.layers.items()}

    def _matrices(self, layer: Layer) -> _Matrices:
        # A power of two for each output channel: sums have as many bits as without it.
        unit = 2.0 ** -layer.shift.astype(np.float64)
        weight, bias = self._tensor(layer.weight * unit), self._tensor(layer.bias * unit)
        return _Matrices(weight, bias, layer.shape.kernel)

    def _tensor(self, values: npt.NDArray[np.float64]) -> torch.Tensor:
        return torch.from_numpy(values).to(self.device, self._products)

    @torch.no_grad()
    def features(self, images: npt.NDArray[np.uint8]) -> list[torch.Tensor]:
        """Features of RGB uint8 images (N, H, W, 3): for each of TAPS (N, h, w, channels).

        Values are whole numbers in [0, 63], held in fp32.
        """
        pixels = torch.from_numpy(np.ascontiguousarray(images[..., ::-1])).to(self.device)
        x = pixels.float() - torch.tensor(BGR_MEAN, dtype=torch.float32, device=self.device)
        taps = {}
        x = self._convolve("conv1", x, stride=2)  # (N, H/2, W/2, 64)
        taps["conv1"] = x
        for name in FIRES:
            if name in POOL_BEFORE:
                x = _max_pool(x)
            squeezed = self._convolve(f"{name}/squeeze1x1", x)
            one = self._convolve(f"{name}/expand1x1", squeezed)
            three = self._convolve(f"{name}/expand3x3", squeezed)
            x = taps[name] = torch.cat([one, three], dim=3)
        return [taps[name] for name in TAPS]

    def _convolve(self, name: str, x: torch.Tensor, stride: int = 1) -> torch.Tensor:
        layer = self._layers[name]
        if layer.kernel == 3:
            x = _columns(x, stride)
        out = torch.addmm(layer.bias, x.reshape(-1, x.shape[-1]).to(self._products), layer.weight)
        return out.round_().clamp_(0, ACTIVATION_MAX).float().reshape(*x.shape[:-1], -1)


def _columns(x: torch.Tensor, stride: int) -> torch.Tensor:
    """(N, H, W, C) -> (N, h, w, 9 C): the zero-padded 3 x 3 patch around every stride-th pixel."""
    count, height, width, channels = x.shape
    padded = functional.pad(x, (0, 0, 1, 1, 1, 1))
    n, r, c, _ = padded.stride()
    rows, columns = (height - 1) // stride + 1, (width - 1) // stride + 1
    shape = (count, rows, columns, 3, 3, channels)
    patches = padded.as_strided(shape, (n, r * stride, c * stride, r, c, 1))
    return patches.reshape(count, rows, columns, 9 * channels)


def _max_pool(x: torch.Tensor) -> torch.Tensor:
    pooled = functional.max_pool2d(x.permute(0, 3, 1, 2), 3, 2, ceil_mode=True)
    return pooled.permute(0, 2, 3, 1).contiguous()
