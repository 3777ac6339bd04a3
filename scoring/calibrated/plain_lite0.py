"""The second frozen network in torch, to be read: shifted copies and fp32 products."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from scoring.calibrated.lite0 import BLOCKS, CEILING, LIMIT, PIXEL_MEAN, STEM, padding
from scoring.calibrated.network_file import Convolution, Layer, Network


class PlainLite0:
    """Runs the network on one image at a time."""

    def __init__(self, network: Network) -> None:
        self._layers = {name: _tensors(layer) for name, layer in network.layers.items()}

    @torch.no_grad()
    def last_block(self, pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
        """What the last block gives of RGB uint8 (H, W, 3): (h, w, 192) whole numbers in fp32."""
        x = torch.from_numpy(np.array(pixels, order="C")).float() - PIXEL_MEAN
        x = self._sums(STEM, x).clamp_(0, CEILING)  # (H/2, W/2, 32)
        for block in BLOCKS:
            wide = x if block.expand is None else self._sums(block.expand, x).clamp_(0, CEILING)
            wide = self._sums(block.depthwise, wide).clamp_(0, CEILING)
            out = self._sums(block.project, wide)
            x = (out + x if block.adds else out).clamp_(-LIMIT, LIMIT)
        return x

    def _sums(self, shape: Convolution, x: torch.Tensor) -> torch.Tensor:
        """(H, W, inputs) to (h, w, outputs): rounded, not yet limited."""
        weight, bias = self._layers[shape.name]
        taps = _taps(shape, x)
        if not shape.depthwise:
            return (torch.cat(taps, 2) @ weight + bias).round_()
        sums = bias.expand_as(taps[0]).clone()
        for tap, own in zip(taps, weight, strict=True):
            sums.addcmul_(tap, own)
        return sums.round_()


def _tensors(layer: Layer) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight and bias times 2**-shift: sums have as many bits as without it."""
    unit = 2.0 ** -layer.shift.astype(np.float64)
    weight, bias = ((values * unit).astype(np.float32) for values in (layer.weight, layer.bias))
    return torch.from_numpy(weight), torch.from_numpy(bias)


def _taps(shape: Convolution, x: torch.Tensor) -> list[torch.Tensor]:
    """What each place of the kernel meets, zeros outside: k * k tensors (h, w, inputs)."""
    height, width, _ = x.shape
    (top, bottom), (left, right) = padding(height, shape), padding(width, shape)
    padded = functional.pad(x, (0, 0, left, right, top, bottom))
    rows, columns = (len(range(0, size, shape.stride)) for size in (height, width))
    return [
        padded[i:, j:][:: shape.stride, :: shape.stride][:rows, :columns]
        for i in range(shape.kernel)
        for j in range(shape.kernel)
    ]
