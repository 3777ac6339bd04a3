"""The frozen perceptual network, fast: explicit im2col and fp32 matrix products that stay exact.

Every operand is a whole number and every possible partial sum is below 2**24 (`network.decode`
refuses weights for which it would not be), so an fp32 product has nothing to round: any order of
summation, fused multiply-add or not, on any device, gives the integer the reference gives.
Convolution routines are avoided on purpose: they may pick Winograd or TF32, which do round.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from scoring.calibrated.network import (
    ACTIVATION_MAX,
    BGR_MEAN,
    FIRES,
    POOL_BEFORE,
    TAPS,
    Network,
)


@dataclass(frozen=True)
class _Matrices:
    weight: torch.Tensor  # (depth, outputs) whole numbers
    bias: torch.Tensor  # (outputs,) whole numbers
    scale: torch.Tensor  # (outputs,) 2**-shift
    kernel: int


class Perceptual:
    """Runs a `Network` on batches of images; the batch never changes a value."""

    def __init__(self, network: Network, device: str = "cpu") -> None:
        self.sha256 = network.sha256
        self.device = torch.device(device)
        self._layers = {
            name: _Matrices(
                self._tensor(layer.weight),
                self._tensor(layer.bias),
                self._tensor(2.0 ** -layer.shift.astype(np.float64)),
                layer.shape.kernel,
            )
            for name, layer in network.layers.items()
        }

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
        out = x @ layer.weight
        out += layer.bias
        out *= layer.scale  # exact: a power of two
        return out.round_().clamp_(0, ACTIVATION_MAX)


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
