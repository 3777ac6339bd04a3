"""EfficientNet-Lite0 compiled: one call an image."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import numpy.typing as npt

from scoring.calibrated.compiled.plan import Maps, Plan, Tensor, Weights
from scoring.calibrated.lite0 import (
    BLOCKS,
    CEILING,
    CONVOLUTIONS,
    LIMIT,
    PIXEL_MEAN,
    STEM,
    padding,
)
from scoring.calibrated.network_file import Convolution, Network
from scoring.exact.backends.microkernel import TILE_ROWS

_WIDE, _NEXT = (0, CEILING), (-LIMIT, LIMIT)


class PackedLite0:
    """A `Network` whose weights lie as the compiled passes read them."""

    def __init__(self, network: Network) -> None:
        self._means = np.full(3, PIXEL_MEAN, np.int16)
        self._plan = cache(partial(_Plan, Weights(network, CONVOLUTIONS)))

    def last_block(self, pixels: npt.NDArray[np.uint8]) -> Maps:
        """What the last block gives of one RGB image (H, W, 3): (h, w, 192)."""
        plan = self._plan(*pixels.shape[:2])
        return plan.last.of(plan.run(pixels, self._means, order=1))


class _Plan(Plan):
    """For images of one size."""

    def __init__(self, weights: Weights, height: int, width: int) -> None:
        super().__init__(weights)
        pixels = self.tensor(height, width, 4, border=1)
        x = self._windows(STEM, pixels, border=BLOCKS[0].depthwise.kernel // 2)
        for block in BLOCKS:
            wide = x
            if block.expand:
                border = block.depthwise.kernel // 2
                wide = self.tensor(x.height, x.width, block.expand.outputs, border)
                self.convolve(block.expand, x, wide, _WIDE)
            seen = self._windows(block.depthwise, wide)
            out = self.tensor(seen.height, seen.width, block.project.outputs)
            self.convolve(block.project, seen, out, _NEXT, added=x if block.adds else None)
            x = out
        self.last = x
        self.spare(TILE_ROWS * max(shape.inputs for shape in CONVOLUTIONS))

    def _windows(self, shape: Convolution, source: Tensor, border: int = 0) -> Tensor:
        """What is around every stride-th pixel, into a tensor of its own."""
        height, width = -(-source.height // shape.stride), -(-source.width // shape.stride)
        target = self.tensor(height, width, shape.outputs, border)
        before = padding(source.height, shape)[0], padding(source.width, shape)[0]
        self.convolve(shape, source, target, _WIDE, before)
        return target
