"""How pictures are looked at: the frozen networks' features, and what is computed from them.

`PlainSight` is these steps in numpy and torch, to be read; `compiled/` does the same faster. Which
of them judges is found out by trying (`choice.py`); the integers are the same.

Features are compared as directions over channels, ||a/|a| - b/|b|||^2 = 2 - 2 cos(a, b), which is 1
where one of two vectors is zero, 0 where both are. Feature maps are whole numbers, int16 (h, w, c)
with c * max**2 < 2**23; sums are exact, and each rounding is written down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

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
from scoring.submission.image import Pixels

Integers = npt.NDArray[np.int64]
Means = npt.NDArray[np.int32]
Maps = npt.NDArray[np.int16]

ONE = 1 << 24
POSITION_BITS = 16  # what a single position's cosine is rounded to
ROOT_BITS = 8  # extra bits of the square root below it


class Sight(Protocol):
    """The steps of a measurement that take time. Nothing that is returned is changed later."""

    name: str

    def features(self, pixels: Pixels) -> list[Maps]:
        """SqueezeNet's features of one RGB image (H, W, 3): for each of its TAPS."""
        ...

    def subject(self, pixels: Pixels) -> Integers:
        """Sums over positions of what Lite0's last block gives of one RGB image: (192,)."""
        ...

    def spatial_distances(self, references: Maps, squares: Integers, x: Maps) -> Integers:
        """Means over positions of the distance: (R, h, w, c) and (h, w, c) to (R,).

        `squares`, (R, h, w), are the sums of the references' squares over channels.
        """
        ...

    def channel_sums(self, x: Maps) -> Integers:
        """Sums over positions, (h, w, c) to (c,): the image's content wherever it stands."""
        ...

    def box_mean(self, view: Pixels, reach: int, unit: int) -> Means:
        """Means over 2 * reach + 1 pixels each way, edges repeated, in `unit`ths, rounded half up.

        (S, S, 3) to (S, S, 3); reach is at most 16, unit at most 16.
        """
        ...


class PlainSight:
    """Every step in numpy and torch."""

    name = "plain"

    def __init__(self, network: Network, subject_network: Network) -> None:
        self._perceptual = Perceptual(network)
        self._lite0 = PlainLite0(subject_network)

    def features(self, pixels: Pixels) -> list[Maps]:
        layers = self._perceptual.features(pixels[None])
        return [layer[0].cpu().numpy().astype(np.int16) for layer in layers]

    def subject(self, pixels: Pixels) -> Integers:
        return self.channel_sums(self._lite0.last_block(pixels).numpy().astype(np.int16))

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


def mean_distances(halves: Integers, positions: int) -> Integers:
    """From sums of half the distance of each position, in units of 2**-POSITION_BITS."""
    mean: Integers = halves * (2 * ONE >> POSITION_BITS) // positions
    return mean


def squares_over_channels(maps: Maps) -> Integers:
    """Sums of squares, (R, h, w, c) to (R, h, w): what `spatial_distances` wants to be given."""
    squares: Integers = np.square(maps, dtype=np.int64).sum(-1)
    return squares


def _window_sums(values: Means, reach: int) -> Means:
    """Sums over 2 * reach + 1 rows around each row, the first and last repeated."""
    padded = np.pad(values, ((reach + 1, reach), (0, 0), (0, 0)), mode="edge")
    running = padded.cumsum(axis=0, dtype=np.int32)
    result: Means = running[2 * reach + 1 :] - running[: -(2 * reach + 1)]
    return result


def exact_isqrt(values: Integers) -> Integers:
    """floor(sqrt(values)) for 0 <= values < 2**62; fp64 gives a first guess, integers decide."""
    root = np.sqrt(values.astype(np.float64)).astype(np.int64)
    root -= root * root > values
    root += (root + 1) * (root + 1) <= values
    return root


def direction_distance(a: Integers, b: Integers) -> int:
    """Distance of the directions of two vectors of whole numbers, as `channel_sums` gives them.

    From 0 to 2 * ONE; to 4 * ONE where numbers are below 0 too.
    """
    # Sums over 63 * 63 positions of values up to 63, or 8 * 8 up to 1023: totals below 2**46.
    dot = int((a * b).sum())
    squares = int((a * a).sum()) * int((b * b).sum())
    if squares == 0:
        return 0 if not a.any() and not b.any() else ONE
    root = math.isqrt(squares << 64)  # 32 bits below the point
    return max(0, 2 * (ONE - (dot << 56) // root))


@dataclass(frozen=True)
class _Matrices:
    weight: torch.Tensor  # (depth, outputs) whole numbers times 2**-shift
    bias: torch.Tensor  # (outputs,) the same
    kernel: int


class Perceptual:
    """Runs a `Network` on batches of images; the batch never changes a value."""

    def __init__(self, network: Network, device: str = "cpu") -> None:
        self.sha256 = network.sha256
        self.device = torch.device(device)
        self._layers = {name: self._matrices(layer) for name, layer in network.layers.items()}

    def _matrices(self, layer: Layer) -> _Matrices:
        # A power of two for each output channel: sums have as many bits as without it.
        unit = 2.0 ** -layer.shift.astype(np.float64)
        weight, bias = self._tensor(layer.weight * unit), self._tensor(layer.bias * unit)
        return _Matrices(weight, bias, layer.shape.kernel)

    def _tensor(self, values: npt.NDArray[np.generic]) -> torch.Tensor:
        return torch.from_numpy(values.astype(np.float32)).to(self.device)

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
        out = torch.addmm(layer.bias, x.reshape(-1, x.shape[-1]), layer.weight)
        return out.round_().clamp_(0, ACTIVATION_MAX).reshape(*x.shape[:-1], -1)


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
