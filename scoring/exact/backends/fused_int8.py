"""The fused backend, its convolutions by products of int8, which processors multiply fastest.

They have matrix units (Intel's AMX) or dot products of bytes (VNNI) for that. Gradients are two
digits, so they take two products. Dense layers, which wait for their weights, stay as they are.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.exact.backend import TAPS
from scoring.exact.backends import byte_layout, byte_products, contraction
from scoring.exact.backends.block_shape import COLUMNS, ROWS, STEP, TILE
from scoring.exact.backends.byte_block import TURNED
from scoring.exact.backends.byte_tiles import SHAPES
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.backends.packed import PackedWeight, up_to
from scoring.exact.numbers import Fixed, Ints

_MOST_POSITIONS = (1 << 31) // (64 * 64) // 2
"""Products of two digits that surely fit into an int32 sum."""
_LEFT_BYTES = 384 * 1024
"""How much of the left matrix is used for all columns before the next part is begun."""
_STEPS_AT_ONCE, _PANELS_AT_ONCE = 40, 8
"""Of a gradient's contraction: what is used again is then still near, and sums seldom come and go.
"""


@dataclass(frozen=True, eq=False)
class TwoDigits:
    """A bordered tensor of 14 bits as its low and its high digits, each as products want it."""

    room: npt.NDArray[np.int8]  # (2, bytes): both, with room behind
    parts: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]  # (N, H + 2, W + 2, C) each

    @property
    def shape(self) -> tuple[int, ...]:
        return self.parts[0].shape

    def __getitem__(self, images: slice) -> "TwoDigits":
        low, high = self.parts
        return TwoDigits(self.room, (low[images], high[images]))


Tensor = npt.NDArray[Any] | TwoDigits


class FusedInt8Backend(FusedBackend):
    """As `FusedBackend`, from whose contractions of int16 nobody could tell these."""

    name = "fused_int8"
    activations = np.int8

    def _bordered(self, shape: tuple[int, ...], kind: Any = np.int16) -> npt.NDArray[Any]:
        """With room behind: a block reads as many rows as it has, wherever an image ends."""
        n, height, width, channels = shape
        shape = (n, height + 2, width + 2, channels)
        used = math.prod(shape)
        x = self._memory.empty((used + _behind(channels),), kind)[:used].reshape(shape)
        x[:, :: height + 1] = 0
        x[:, :, :: width + 1] = 0
        return x

    def _mixed(self, shape: tuple[int, ...], inputs: tuple[Any, ...]) -> Any:
        """Gradients as digits at once, where no channels have to be added for the blocks' sake."""
        n, height, width, channels = shape
        if channels % STEP:
            return super()._mixed(shape, inputs)
        bordered = (2, n, height + 2, width + 2, channels)
        used = math.prod(bordered[1:])
        room = self._memory.empty((2, used + _behind(channels)), np.int8)
        both = room[:, :used].reshape(bordered)
        both[:, :, :: height + 1] = 0
        both[:, :, :, :: width + 1] = 0
        low, high = both
        self._share(byte_layout.mix, len(inputs[0]), *inputs, low, high)
        return TwoDigits(room, (low, high))

    def integers(self, x: Fixed) -> Ints:
        if isinstance(x.q, TwoDigits):
            low, high = (part[:, 1:-1, 1:-1].astype(np.int16) for part in x.q.parts)
            return low + high * np.int16(128)
        return super().integers(x)

    def _left(self, x: Tensor, channels: int) -> npt.NDArray[np.int8]:
        """A bordered tensor as the left side of products: (digits, bytes), so many channels a
        pixel."""
        if isinstance(x, TwoDigits):
            return self._turned(x.room)
        if x.dtype == np.int8 and x.shape[3] == channels:
            return self._turned(x.reshape(1, -1), behind=_behind(channels))
        pixels = x.reshape(-1, x.shape[3])
        used = len(pixels) * channels
        out = self._memory.empty((_digits_of(x), used + _behind(channels)), np.int8)
        shaped = out[:, :used].reshape(len(out), len(pixels), channels)
        self._share(byte_layout.digits, len(pixels), pixels, shaped)
        return self._turned(out, into=out)

    def _turned(
        self, x: npt.NDArray[np.int8], into: npt.NDArray[np.int8] | None = None, behind: int = 0
    ) -> npt.NDArray[np.int8]:
        """The same bytes as a block takes them on its left side, with so much room behind.

        `into` may be x, where nobody else reads it; without it they are left as they are.
        """
        if not TURNED:
            return x
        if into is None:
            into = self._memory.empty((x.size + behind,), np.int8)
        words, turned = (a.reshape(-1)[: x.size].view(np.uint64) for a in (x, into))
        self._share(byte_layout.turn, words.size, words, turned)
        return turned.view(np.int8).reshape(x.shape)

    def _panels(self, matrix: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
        """(K, columns), where K divides by STEP, as `convolve` wants its right side."""
        steps, panels = len(matrix) // STEP, -(-matrix.shape[1] // COLUMNS)
        out = np.empty((panels, steps, 2 * STEP // 4, TILE, 4), np.int8)
        self._share(byte_layout.weight_panels, steps, matrix, out)
        return out

    def _convolve(
        self, left: npt.NDArray[np.int8], sides: tuple[int, int, int], reads: tuple[int, ...],
        writes: tuple[int, ...], steps: tuple[int, ...], panels: Any, out: npt.NDArray[np.int32],
        columns: tuple[int, ...],
    ) -> None:  # fmt: skip
        """sides: images, lines, pixels in a line. reads, writes: the first element, then the steps
        from image to image, line to line and pixel to pixel. steps, columns: as `convolve` wants
        them, what belongs to `left` and to `out`."""
        starts = np.arange(0, sides[2], TILE)
        groups = np.ix_(*map(np.arange, sides[:2]), starts)
        places = np.empty((*sides[:2], len(starts), 2), np.int64)
        for i, (first, *along) in enumerate((reads, writes)):
            places[..., i] = first + sum(s * g for s, g in zip(along, groups, strict=True))
        counts = np.broadcast_to(np.minimum(sides[2] - starts, TILE), places.shape[:3])
        part = 2 * max(1, _LEFT_BYTES // (2 * TILE * reads[3]))
        self._share(
            byte_products.convolve, -(-counts.size // 2), SHAPES, left, places.reshape(-1, 2),
            counts.reshape(-1), (reads[3], *steps, writes[3], *columns), panels,
            out.reshape(-1), part,
        )  # fmt: skip

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        inputs, columns = weight.shape[2:]
        channels = up_to(inputs, STEP // 4)
        if weight.down is None:
            weight.down = self._panels(_widened(weight.q, channels).reshape(-1, columns))
        n, tall, wide, _ = x.q.shape
        height, width, line = (tall - 2) // 2, (wide - 2) // 2, wide * channels
        out = self._memory.empty((n, height, width, columns), np.int32)
        reads = (0, tall * line, 2 * line, 2 * channels)
        writes = (0, height * width * columns, width * columns, columns)
        steps = (4 * channels // STEP, 4, line)
        left = self._left(x.q, channels)
        self._convolve(
            left, (n, height, width), reads, writes, steps, weight.down, out, (columns, columns, 0)
        )
        return Fixed(out, x.e + w.e)

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        columns, inputs = weight.shape[2:]
        if 4 * columns <= COLUMNS:
            return self._up_at_once(x, w)
        channels = up_to(inputs, STEP // 2)
        if weight.up is None:
            turned = _widened(weight.q.transpose(0, 1, 3, 2), channels)
            weight.up = [
                [self._panels(turned[list(rows)][:, list(taps)].reshape(-1, columns))
                 for taps in TAPS]
                for rows in TAPS
            ]  # fmt: skip
        n, tall, wide, _ = x.q.shape
        height, width, line = tall - 2, wide - 2, wide * channels
        across = 2 * width * columns
        out = self._memory.empty((n, 2 * height, 2 * width, columns), np.int32)
        left, steps = self._left(x.q, channels), (2 * channels // STEP, 2, line)
        for a in (0, 1):
            for b in (0, 1):
                reads = (a * line + b * channels, tall * line, line, channels)
                writes = (a * across + b * columns, 2 * height * across, 2 * across, 2 * columns)
                self._convolve(left, (n, height, width), reads, writes, steps, weight.up[a][b], out,
                               (columns, columns, 0))  # fmt: skip
        return Fixed(out, x.e + w.e)

    def _up_at_once(self, x: Fixed, w: Fixed) -> Fixed:
        """Where all four outputs of a pixel have room in a panel: by windows of 3 × 3, in which
        each has zeros for what it does not meet."""
        weight: PackedWeight = w.q
        columns, inputs = weight.shape[2:]
        channels = up_to(inputs, STEP)
        if weight.up is None:
            turned = _widened(weight.q.transpose(0, 1, 3, 2), channels)
            kernel = np.zeros((3, 3, channels, 2, 2, columns), np.int8)
            for a, rows in enumerate(TAPS):
                for b, taps in enumerate(TAPS):
                    met = turned[list(rows)][:, list(taps)]
                    kernel[a : a + 2, b : b + 2, :, a, b] = met
            weight.up = self._panels(kernel.reshape(-1, 4 * columns))
        n, tall, wide, _ = x.q.shape
        height, width, line = tall - 2, wide - 2, wide * channels
        across = 2 * width * columns
        out = self._memory.empty((n, 2 * height, 2 * width, columns), np.int32)
        reads, writes = (0, tall * line, line, channels), (0, 2 * height * across, 2 * across)
        self._convolve(
            self._left(x.q, channels), (n, height, width), reads, (*writes, 2 * columns),
            (3 * channels // STEP, 3, line), weight.up, out, (4 * columns, 2 * columns, across),
        )  # fmt: skip
        return Fixed(out, x.e + w.e)

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        n, tall, wider, _ = narrow.q.shape
        at_once = max(1, _MOST_POSITIONS // ((tall - 2) * (wider - 2)))
        parts = [
            self._correlate(wide.q[first : first + at_once], narrow.q[first : first + at_once])
            for first in range(0, n, at_once)
        ]
        return Fixed(sum(parts[1:], parts[0]), wide.e + narrow.e)

    def _correlate(self, wide: Tensor, narrow: Tensor) -> npt.NDArray[np.int64]:
        """(4, 4, C, columns) of as many images as an int32 has room for."""
        channels, columns = wide.shape[3], narrow.shape[3]
        row = up_to(narrow.shape[2] - 1, 4)  # of positions: a pixel more than there are
        steps = -(-(narrow.shape[1] - 2) * row // STEP)
        planes = self._planes(wide, row, steps)
        panels = self._position_panels(narrow, row, steps)
        row_tiles, column_tiles = up_to(channels, TILE) // TILE, up_to(columns, TILE) // TILE
        digits = (len(planes), _digits_of(narrow))
        pairs = -(-row_tiles * digits[0] // 2)
        sums = self._memory.empty((4, 4, pairs, len(panels), ROWS, COLUMNS), np.int32)
        units = _units(planes, row, pairs, len(panels))
        self._share(byte_products.correlate, len(units), SHAPES, planes, units, panels,
                    _STEPS_AT_ONCE, sums.reshape(-1, ROWS, COLUMNS))  # fmt: skip
        total = self._memory.empty((4, 4, channels, columns), np.int64)
        tiles = (row_tiles, digits[0], column_tiles, digits[1])
        self._share(byte_products.collect, 16 * channels, sums.reshape(16, *sums.shape[2:]), tiles,
                    total.reshape(16, channels, columns))  # fmt: skip
        return total

    def _planes(self, wide: Tensor, row: int, steps: int) -> npt.NDArray[np.int8]:
        n, tall, _, channels = wide.shape
        # The last window of all begins a line and a pixel later, and the last step ends beyond it.
        positions = up_to(steps * STEP + row + 1, STEP)
        shape = (_digits_of(wide), n, 4, up_to(channels, TILE), positions)
        out = self._memory.empty(shape, np.int8)
        if isinstance(wide, TwoDigits):
            for i, part in enumerate(wide.parts):
                self._share(byte_layout.planes, n * tall, part, row, out[i : i + 1])
        else:
            self._share(byte_layout.planes, n * tall, wide, row, out)
        return self._turned(out, into=out)

    def _position_panels(self, narrow: Tensor, row: int, steps: int) -> npt.NDArray[np.int8]:
        n, _, _, columns = narrow.shape
        count = _digits_of(narrow)
        panels = -(-count * up_to(columns, TILE) // COLUMNS)
        out = self._memory.empty((panels, n, steps, 2 * STEP // 4, TILE, 4), np.int8)
        parts = narrow.parts if isinstance(narrow, TwoDigits) else (narrow,) * count
        for number, part in enumerate(parts):
            self._share(byte_layout.position_panels, n, part, row, number, count, out)
        return out

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        rows, depth = weight.shape
        if rows % ROWS or depth % STEP or depth > _MOST_POSITIONS:
            return super().dense_back(d, w)
        shape = (-(-len(d.q) // TILE), depth // STEP, 2 * STEP // 4, TILE, 4)
        panels = self._memory.empty(shape, np.int8)
        self._share(byte_layout.row_panels, shape[1], d.q, panels)
        fits = depth <= contraction.SURE_TO_FIT
        z = self._memory.empty((len(d.q), rows), np.int32 if fits else np.int64)
        self._share(byte_products.multiply_rows, rows // ROWS, SHAPES, self._turned(weight.q),
                    panels, z)  # fmt: skip
        return Fixed(z, d.e + w.e)


def _behind(channels: int) -> int:
    """The most bytes behind a tensor that a block reads, and does nothing with."""
    return TILE * 2 * channels


def _digits_of(x: Tensor) -> int:
    return 2 if isinstance(x, TwoDigits) or x.dtype == np.int16 else 1


def _units(
    planes: npt.NDArray[np.int8], row: int, pairs: int, panels: int
) -> npt.NDArray[np.int64]:
    """What `correlate` is to do: for some panels at a time all taps and pairs of row tiles."""
    digits, images, _, channels, positions = planes.shape
    row_tiles, units = channels // TILE, []
    for first in range(0, panels, _PANELS_AT_ONCE):
        some = np.arange(first, min(first + _PANELS_AT_ONCE, panels))
        grid = np.meshgrid(np.arange(16), np.arange(pairs), some, indexing="ij")
        tap, pair, panel = (axis.reshape(-1) for axis in grid)
        ky, kx = tap // 4, tap % 4
        window = (ky % 2 * 2 + kx % 2) * channels * positions + ky // 2 * row + kx // 2
        starts = [
            window
            + (tile // row_tiles * images * 4 * channels + tile % row_tiles * TILE) * positions
            for tile in (2 * pair, np.minimum(2 * pair + 1, digits * row_tiles - 1))
        ]
        units.append(np.stack([*starts, panel, (tap * pairs + pair) * panels + panel], axis=1))
    return np.concatenate(units)


def _widened(kernel: npt.NDArray[np.int8], channels: int) -> npt.NDArray[np.int8]:
    """(4, 4, C, columns) with zeros for the channels that are added for the blocks' sake."""
    return np.pad(kernel, ((0, 0), (0, 0), (0, channels - kernel.shape[2]), (0, 0)))
