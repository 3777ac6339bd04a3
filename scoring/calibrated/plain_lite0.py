"""The second frozen network in torch, to be read: shifted copies and products of matrices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from scoring.calibrated.lite0 import BLOCKS, CEILING, LIMIT, PIXEL_MEAN, STEM, padding
from scoring.calibrated.network_file import Convolution, Layer, Network


class PlainLite0:
    """Runs the network on batches of images; the batch never changes a value."""

    def __init__(
        self, network: Network, device: str = "cpu", products: torch.dtype = torch.float32
    ) -> None:
        """`products`: what matrices are multiplied in, as of `Perceptual`."""
        self._device = torch.device(device)
        self._layers = {
            name: self._tensors(layer, torch.float32 if layer.shape.depthwise else products)
            for name, layer in network.layers.items()
        }

    def _tensors(self, layer: Layer, kind: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight and bias times 2**-shift: sums have as many bits as without it."""
        unit = 2.0 ** -layer.shift.astype(np.float64)
        weight, bias = (
            torch.from_numpy(values * unit).to(self._device, kind)
            for values in (layer.weight, layer.bias)
        )
        return weight, bias

    @torch.no_grad()
    def last_block(self, images: npt.NDArray[np.uint8]) -> torch.Tensor:
        """What the last block gives of RGB uint8 (N, H, W, 3): (N, h, w, 192) whole numbers in
        fp32."""
        pixels = torch.from_numpy(np.array(images, order="C")).to(self._device)
        x = self._sums(STEM, pixels.float() - PIXEL_MEAN).clamp_(0, CEILING)  # (N, H/2, W/2, 32)
        for block in BLOCKS:
            wide = x if block.expand is None else self._sums(block.expand, x).clamp_(0, CEILING)
            wide = self._sums(block.depthwise, wide).clamp_(0, CEILING)
            out = self._sums(block.project, wide)
            x = (out + x if block.adds else out).clamp_(-LIMIT, LIMIT)
        return x

    def _sums(self, shape: Convolution, x: torch.Tensor) -> torch.Tensor:
        """(N, H, W, inputs) to (N, h, w, outputs): rounded, not yet limited."""
        weight, bias = self._layers[shape.name]
        taps = _taps(shape, x)
        if not shape.depthwise:
            return (torch.cat(taps, 3).to(weight.dtype) @ weight + bias).round_().float()
        sums = bias.expand_as(taps[0]).clone()
        for tap, own in zip(taps, weight, strict=True):
            sums.addcmul_(tap, own)
        return sums.round_()


def _taps(shape: Convolution, x: torch.Tensor) -> list[torch.Tensor]:
    """What each place of the kernel meets, zeros outside: k * k tensors (N, h, w, inputs)."""
    _, height, width, _ = x.shape
    (top, bottom), (left, right) = padding(height, shape), padding(width, shape)
    padded = functional.pad(x, (0, 0, left, right, top, bottom))
    rows, columns = (len(range(0, size, shape.stride)) for size in (height, width))
    return [
        padded[:, i :: shape.stride, j :: shape.stride][:, :rows, :columns]
        for i in range(shape.kernel)
        for j in range(shape.kernel)
    ]
