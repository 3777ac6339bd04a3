"""SqueezeNet compiled: one call an image."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import numpy.typing as npt

from scoring.calibrated.compiled.plan import Maps, Plan, Weights
from scoring.calibrated.network_file import Network
from scoring.calibrated.perceptual import (
    ACTIVATION_MAX,
    BGR_MEAN,
    CONVOLUTIONS,
    FIRES,
    POOL_BEFORE,
    TAPS,
)
from scoring.exact.backends.microkernel import TILE_ROWS

_LIMITS = (0, ACTIVATION_MAX)
_SHAPES = {shape.name: shape for shape in CONVOLUTIONS}


class PackedNetwork:
    """A `Network` whose weights lie as the compiled passes read them."""

    def __init__(self, network: Network) -> None:
        self._means = np.array(BGR_MEAN, np.int16)
        self._plan = cache(partial(_Plan, Weights(network, CONVOLUTIONS)))

    def features(self, pixels: npt.NDArray[np.uint8]) -> list[Maps]:
        """Features of one RGB image (H, W, 3): for each of TAPS (h, w, channels)."""
        plan = self._plan(*pixels.shape[:2])
        work = plan.run(pixels, self._means, order=-1)
        return [tensor.of(work) for tensor in plan.taps]


class _Plan(Plan):
    """For images of one size."""

    def __init__(self, weights: Weights, height: int, width: int) -> None:
        super().__init__(weights)
        found = {}
        pixels = self.tensor(height, width, 4, border=1)
        x = found["conv1"] = self.tensor((height + 1) // 2, (width + 1) // 2, 64)
        self.convolve(_SHAPES["conv1"], pixels, x, _LIMITS)
        for name, (_, squeeze, expand) in FIRES.items():
            if name in POOL_BEFORE:
                before, x = x, self.tensor(x.height // 2, x.width // 2, x.channels)
                self.pool(before, x)
            squeezed = self.tensor(x.height, x.width, squeeze, border=1)
            out = found[name] = self.tensor(x.height, x.width, 2 * expand)
            self.convolve(_SHAPES[f"{name}/squeeze1x1"], x, squeezed, _LIMITS)
            self.convolve(_SHAPES[f"{name}/expand1x1"], squeezed, out, _LIMITS)
            self.convolve(_SHAPES[f"{name}/expand3x3"], squeezed, out, _LIMITS, first=expand)
            x = out
        self.taps = [found[name] for name in TAPS]
        self.spare(TILE_ROWS * x.channels)
