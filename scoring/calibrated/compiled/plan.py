"""How a frozen network's layers lie in memory: every tensor one after the other, and the steps.

All of it is int16 in one stretch, one call an image. What a window of several pixels reads stands
in a border of zeros: (h + 2b, w + 2b, channels).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from scoring.calibrated.compiled import passes
from scoring.calibrated.compiled.passes import CONVOLVE, DEPTHWISE, NOTHING, POOL
from scoring.calibrated.network_file import Convolution, Layer, Network
from scoring.exact.backends.contraction import pack_panels
from scoring.exact.backends.microkernel import TILE_COLUMNS

Maps = npt.NDArray[np.int16]

STEP = np.dtype(
    [
        (name, np.int64)
        for name in (
            "kind",
            # Of what is read: its size, the place where the first window begins, and the way to
            # the next line and pixel. A window is `runs` runs, `run_step` apart, each of so many
            # pairs (of so many pixels where each channel is summed by itself); a pool has none.
            *("source_lines", "source_width", "source", "line_step", "pixel_step"),
            *("run", "runs", "run_step"),
            # The first number of the weights, and the first channel's unit and bias.
            *("weights", "channel"),
            # Of what is written: its size, its place, and the way to the next line and pixel.
            *("lines", "width", "columns", "target", "out_line_step", "out_pixel_step"),
            # The place of a tensor like the one written that is added to it, or NOTHING; and
            # between what the sums are then limited.
            *("added", "lowest", "largest"),
        )
    ]
)
"""One layer, as the compiled passes read it; places and ways count numbers, not bytes."""


@dataclass(frozen=True)
class Tensor:
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

    def place(self, line: int, pixel: int) -> int:
        """The first number of a pixel, counted from where the border ends."""
        across = (self.border + line) * self.line
        return self.start + across + (self.border + pixel) * self.channels

    def of(self, work: Maps) -> Maps:
        """The whole tensor, as a view."""
        shape = (self.height + 2 * self.border, self.width + 2 * self.border, self.channels)
        return work[self.start : self.start + self.size].reshape(shape)


class Weights:
    """A network's weights as the compiled passes read them, and where each layer's begin.

    Panels of pairs where channels are summed together, (taps, channels) where each is by itself.
    """

    def __init__(self, network: Network, shapes: Sequence[Convolution]) -> None:
        layers = [network.layers[shape.name] for shape in shapes]
        units = [2.0 ** -layer.shift.astype(np.float64) for layer in layers]
        biases = [layer.bias * unit for layer, unit in zip(layers, units, strict=True)]
        packed = [_packed(layer) for layer in layers]
        self.numbers = np.concatenate(packed)
        self.unit = np.concatenate(units).astype(np.float32)
        self.bias = np.concatenate(biases).astype(np.float32)
        self.starts = _starts(shapes, [part.size for part in packed])
        self.channels = _starts(shapes, [shape.outputs for shape in shapes])


def _starts(shapes: Sequence[Convolution], sizes: Sequence[int]) -> Mapping[str, int]:
    names = [shape.name for shape in shapes]
    return dict(zip(names, accumulate(sizes, initial=0), strict=False))


def _packed(layer: Layer) -> npt.NDArray[np.int32]:
    """The weights, flat; a pixel of an odd number of channels gets one more of no weight."""
    if layer.shape.depthwise:
        return layer.weight.astype(np.int32).ravel()
    inputs, columns = layer.shape.inputs, layer.shape.outputs
    taps = layer.weight.reshape(-1, inputs, columns)
    matrix = np.pad(taps, ((0, 0), (0, inputs % 2), (0, 0))).reshape(-1, columns).astype(np.int8)
    panels = np.empty((-(-columns // TILE_COLUMNS), len(matrix) // 2, TILE_COLUMNS), np.int32)
    pack_panels(matrix, panels, 0, len(matrix) // 2)
    return panels.ravel()


class Plan:
    """Tensors and steps as they are laid down, for images of one size."""

    def __init__(self, weights: Weights) -> None:
        self._weights, self._steps = weights, list[dict[str, int]]()
        self.bordered: list[Tensor] = []
        self.size = 0

    @cached_property
    def steps(self) -> npt.NDArray[np.void]:
        """All of them, as the passes read them."""
        steps = np.zeros(len(self._steps), STEP)
        for place, step in zip(steps, self._steps, strict=True):
            for field, value in step.items():
                place[field] = value
        return steps

    def run(self, pixels: npt.NDArray[np.uint8], means: npt.NDArray[np.int16], order: int) -> Maps:
        """All steps for RGB (H, W, 3), less `means`, in that `order` (-1: blue first).

        A new stretch of memory each time, since what is found are views of it.
        """
        work = np.empty(self.size, np.int16)
        for tensor in self.bordered:
            tensor.of(work)[:] = 0
        # A copy, since one that may be written and one that may not would be compiled twice.
        passes.load_pixels(np.array(pixels[:, :, ::order], order="C"), means, work)
        own = self._weights
        passes.run_network(self.steps, own.numbers, own.unit, own.bias, work)
        return work

    def tensor(self, height: int, width: int, channels: int, border: int = 0) -> Tensor:
        """Room for one more."""
        tensor = Tensor(self.size, height, width, channels, border)
        self.size += tensor.size
        if border:
            self.bordered.append(tensor)
        return tensor

    def spare(self, numbers: int) -> None:
        """Room at the end: a tile of several pixels may read beyond a line's end, though what comes
        of it is not stored."""
        self.size += numbers

    def convolve(
        self,
        shape: Convolution,
        source: Tensor,
        target: Tensor,
        limits: tuple[int, int],
        before: tuple[int, int] | None = None,
        first: int = 0,
        added: Tensor | None = None,
    ) -> None:
        """From channel `first` of the target on.

        `before`: lines and pixels of border that the first window begins with, half a kernel if
        None.
        """
        lines, pixels = before or (shape.kernel // 2,) * 2
        run = shape.kernel if shape.depthwise else shape.kernel * source.channels // 2
        self._steps.append(
            {
                **_sizes(source, target),
                "kind": DEPTHWISE if shape.depthwise else CONVOLVE,
                "source": source.place(-lines, -pixels),
                "line_step": shape.stride * source.line,
                "pixel_step": shape.stride * source.channels,
                "run": run,
                "runs": shape.kernel,
                "run_step": source.line,
                "weights": self._weights.starts[shape.name],
                "channel": self._weights.channels[shape.name],
                "columns": shape.outputs,
                "target": target.place(0, 0) + first,
                "added": NOTHING if added is None else added.place(0, 0),
                "lowest": limits[0],
                "largest": limits[1],
            }
        )

    def pool(self, source: Tensor, target: Tensor) -> None:
        """The 3 x 3 maximum with stride 2; neither has a border."""
        places = {"source": source.start, "target": target.start, "columns": target.channels}
        self._steps.append({**_sizes(source, target), **places, "kind": POOL})


def _sizes(source: Tensor, target: Tensor) -> dict[str, int]:
    return {
        "source_lines": source.height,
        "source_width": source.width,
        "lines": target.height,
        "width": target.width,
        "out_line_step": target.line,
        "out_pixel_step": target.channels,
    }
