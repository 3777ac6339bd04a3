"""The frozen network compiled: int16 feature maps in one stretch of memory, one call an image.

The products are those of the fused backend, `microkernel.tile`, which reads windows in place. What
a 3 x 3 convolution reads stands in a border of zeros: (h + 2, w + 2, channels).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from scoring.calibrated.compiled import passes
from scoring.calibrated.perceptual import (
    BGR_MEAN,
    CONVOLUTIONS,
    FIRES,
    POOL_BEFORE,
    TAPS,
    Layer,
    Network,
)
from scoring.exact.backends.contraction import pack_panels
from scoring.exact.backends.microkernel import TILE_COLUMNS, TILE_ROWS

Maps = npt.NDArray[np.int16]

STEP = np.dtype(
    [
        (name, np.int64)
        for name in (
            # Of what is read: its size, the place where the first window begins, and the way to
            # the next line and pixel. A window is `runs` runs of so many pairs, `run_step` apart;
            # a pool has none.
            *("source_lines", "source_width", "source", "line_step", "pixel_step"),
            *("run", "runs", "run_step"),
            # The first panel of weights, and the first channel's unit and bias.
            *("panels", "channel"),
            # Of what is written: its size, its place, and the way to the next line and pixel.
            *("lines", "width", "columns", "target", "out_line_step", "out_pixel_step"),
        )
    ]
)
"""One layer, as the compiled passes read it; places and ways count numbers, not bytes."""


@dataclass(frozen=True)
class _Tensor:
    """Where a tensor (height, width, channels) lies, with a border of so many zeros."""

    start: int
    height: int
    width: int
    channels: int
    border: int

    @property
    def line(self) -> int:
        """Numbers from one line to the next."""
        return (self.width + 2 * self.border) * self.channels

    @property
    def size(self) -> int:
        """How many numbers it is."""
        return (self.height + 2 * self.border) * self.line

    def inside(self, border: int) -> int:
        """The first number, so many lines and pixels before the tensor itself."""
        return self.start + (self.border - border) * (self.line + self.channels)

    def of(self, work: Maps) -> Maps:
        """The whole tensor, as a view."""
        shape = (self.height + 2 * self.border, self.width + 2 * self.border, self.channels)
        return work[self.start : self.start + self.size].reshape(shape)


class PackedNetwork:
    """A `Network` whose weights lie as the compiled passes read them."""

    def __init__(self, network: Network) -> None:
        self._means = np.array(BGR_MEAN, np.int16)
        layers = [network.layers[shape.name] for shape in CONVOLUTIONS]
        panels = [_packed(layer) for layer in layers]
        units = [2.0 ** -layer.shift.astype(np.float64) for layer in layers]
        biases = [layer.bias * unit for layer, unit in zip(layers, units, strict=True)]
        self._panels = np.concatenate(panels)
        self._unit = np.concatenate(units).astype(np.float32)
        self._bias = np.concatenate(biases).astype(np.float32)
        self._plan = cache(partial(_Plan, [part.size for part in panels]))

    def features(self, pixels: npt.NDArray[np.uint8]) -> list[Maps]:
        """Features of one RGB image (H, W, 3): for each of TAPS (h, w, channels)."""
        plan = self._plan(*pixels.shape[:2])
        work = np.empty(plan.size, np.int16)  # a new one each time: the features are views of it
        for tensor in plan.bordered:
            tensor.of(work)[:] = 0
        # A copy, since one that may be written and one that may not would be compiled twice.
        passes.load_pixels(np.array(pixels, order="C"), self._means, work)
        passes.run_network(plan.steps, self._panels, self._unit, self._bias, work)
        return [tensor.of(work) for tensor in plan.taps]


def _packed(layer: Layer) -> npt.NDArray[np.int32]:
    """The weights as panels, flat; conv1's pixels of three channels get a fourth of no weight."""
    inputs, columns = layer.shape.inputs, layer.shape.outputs
    taps = layer.weight.reshape(-1, inputs, columns)
    matrix = np.pad(taps, ((0, 0), (0, inputs % 2), (0, 0))).reshape(-1, columns).astype(np.int8)
    panels = np.empty((-(-columns // TILE_COLUMNS), len(matrix) // 2, TILE_COLUMNS), np.int32)
    pack_panels(matrix, panels, 0, len(matrix) // 2)
    return panels.ravel()


class _Plan:
    """Every tensor of an image of one size, one after the other, and the steps between them."""

    def __init__(self, panels: Sequence[int], height: int, width: int) -> None:
        """panels: how many numbers each convolution's take."""
        names = [shape.name for shape in CONVOLUTIONS]
        self._shapes = dict(zip(names, CONVOLUTIONS, strict=True))
        self._panels = dict(zip(names, accumulate(panels, initial=0), strict=False))
        outputs = [shape.outputs for shape in CONVOLUTIONS]
        self._channels = dict(zip(names, accumulate(outputs, initial=0), strict=False))
        self.bordered: list[_Tensor] = []
        self.size = 0
        steps, found = [], {}
        pixels = self._tensor(height, width, 4, border=1)
        x = found["conv1"] = self._tensor((height + 1) // 2, (width + 1) // 2, 64)
        steps.append(self._convolution("conv1", pixels, x, stride=2))
        for name, (_, squeeze, expand) in FIRES.items():
            if name in POOL_BEFORE:
                before, x = x, self._tensor(x.height // 2, x.width // 2, x.channels)
                steps.append(_pool(before, x))
            squeezed = self._tensor(x.height, x.width, squeeze, border=1)
            out = found[name] = self._tensor(x.height, x.width, 2 * expand)
            steps.append(self._convolution(f"{name}/squeeze1x1", x, squeezed))
            steps.append(self._convolution(f"{name}/expand1x1", squeezed, out))
            steps.append(self._convolution(f"{name}/expand3x3", squeezed, out, first=expand))
            x = out
        self.taps = [found[name] for name in TAPS]
        # A tile of several pixels may read beyond a line's end; what comes of it is not stored.
        self.size += TILE_ROWS * x.channels
        self.steps = np.zeros(len(steps), STEP)
        for place, step in zip(self.steps, steps, strict=True):
            for field, value in step.items():
                place[field] = value

    def _tensor(self, height: int, width: int, channels: int, border: int = 0) -> _Tensor:
        tensor = _Tensor(self.size, height, width, channels, border)
        self.size += tensor.size
        if border:
            self.bordered.append(tensor)
        return tensor

    def _convolution(
        self, name: str, source: _Tensor, target: _Tensor, stride: int = 1, first: int = 0
    ) -> dict[str, int]:
        """From channel `first` of the target on."""
        kernel, columns = self._shapes[name].kernel, self._shapes[name].outputs
        return {
            **_sizes(source, target),
            "source": source.inside(kernel // 2),
            "line_step": stride * source.line,
            "pixel_step": stride * source.channels,
            "run": kernel * source.channels // 2,
            "runs": kernel,
            "run_step": source.line,
            "panels": self._panels[name],
            "channel": self._channels[name],
            "columns": columns,
            "target": target.inside(0) + first,
        }


def _sizes(source: _Tensor, target: _Tensor) -> dict[str, int]:
    return {
        "source_lines": source.height,
        "source_width": source.width,
        "lines": target.height,
        "width": target.width,
        "out_line_step": target.line,
        "out_pixel_step": target.channels,
    }


def _pool(source: _Tensor, target: _Tensor) -> dict[str, int]:
    places = {"source": source.start, "target": target.start, "columns": target.channels}
    return {**_sizes(source, target), **places}
