"""The contractions of the fused backend: laying tensors out for the kernels of `contraction.py`.

A bordered tensor is int16 (N, H + 2, W + 2, C) with a zero all round; exact results of a
contraction are int32 (N, H, W, C), or int64 where 32 bits could not hold them.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.exact.backend import TAPS
from scoring.exact.backends import contraction, elementwise
from scoring.exact.backends.memory import Memory
from scoring.exact.backends.microkernel import TILE_COLUMNS, TILE_ROWS
from scoring.exact.backends.threads import Threads
from scoring.exact.numbers import Fixed


def lines_of(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(N, H, W, C) → (N · H, W, C)."""
    return x.reshape(-1, *x.shape[2:])


def up_to(count: int, step: int) -> int:
    return -(-count // step) * step


def _panels(columns: int) -> int:
    return -(-columns // TILE_COLUMNS)


class PackedWeight:
    """Quantised weights, and how each use of them wants them laid out, made when first asked."""

    def __init__(self, q: npt.NDArray[np.int8]) -> None:
        self.q = q
        self.shape = q.shape
        self.down: Any = None
        self.up: Any = None


@dataclass(frozen=True, eq=False)
class OuterProduct:
    """A dense layer's gradient, as what is to be multiplied; as an array of numpy it is int32."""

    left: npt.NDArray[np.int16]  # rows in fours, pairs of columns: zeros where there is nothing
    panels: npt.NDArray[np.int32]
    shape: tuple[int, int]
    share: Callable[..., Any]

    def operands(self) -> tuple[int, int, npt.NDArray[np.int32]]:
        """As `adam_by_outer` wants them."""
        return self.left.ctypes.data, self.left.shape[1] * 2, self.panels

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        address, step, panels = self.operands()
        out = np.empty((len(self.left), len(panels) * TILE_COLUMNS), np.int32)
        tiles = len(self.left) // TILE_ROWS
        self.share(contraction.multiply_rows, tiles, address, step, 4, panels, out)
        return np.array(out[: self.shape[0], : self.shape[1]], dtype, order="C")


class PackedProducts:
    """Every contraction, shared among threads."""

    def __init__(self, threads: Threads) -> None:
        self.threads = threads
        self._share = threads.share
        self._kept = threading.local()
        self._memory = Memory()

    def largest(self, values: Any) -> float:
        """max |x| of a contiguous array: an int of integers, a float of float32."""
        flat = values.reshape(-1)
        if flat.dtype != np.float32:
            return max(int(v) for v in self._share(elementwise.largest_integer, flat.size, flat))
        parts = self._share(elementwise.largest_bits, flat.size, flat.view(np.int32))
        return float(np.int32(max(parts)).view(np.float32))

    def _bordered(self, shape: tuple[int, ...], kind: Any = np.int16) -> npt.NDArray[Any]:
        """A tensor in a border of zeros; inside is whatever was left."""
        n, height, width, channels = shape
        x = self._memory.empty((n, height + 2, width + 2, channels), kind)
        x[:, :: height + 1] = 0
        x[:, :, :: width + 1] = 0
        return x

    def _scratch(self, name: str, shape: tuple[int, ...], kind: Any) -> Any:
        """Memory that the calling thread keeps from call to call; it holds whatever was left."""
        size = math.prod(shape)
        kept = getattr(self._kept, name, None)
        if kept is None or kept.size < size:
            kept = np.empty(size, kind)
            setattr(self._kept, name, kept)
        return kept[:size].reshape(shape)

    def _pack(self, matrix: Any) -> Any:
        depth, columns = matrix.shape
        shape = (_panels(columns), -(-depth // 2), TILE_COLUMNS)
        panels = self._memory.empty(shape, np.int32)
        self._share(contraction.pack_panels, panels.shape[1], matrix, panels)
        return panels

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        channels, columns = weight.shape[2:]
        if weight.down is None:
            weight.down = self._pack(weight.q.reshape(16 * channels, columns))
        n, tall, wide, _ = x.q.shape
        height, width = (tall - 2) // 2, (wide - 2) // 2
        out = self._memory.empty((n, height, width, columns), np.int32)
        line = wide * channels * 2
        geometry = (
            x.q.ctypes.data, 2 * line, tall * line, 4 * channels, 2 * channels, 4, line,
            0, height * width * columns, width * columns, columns, height, width, columns,
        )  # fmt: skip
        self._share(contraction.convolve, n * height, geometry, weight.down, out.reshape(-1))
        return Fixed(out, x.e + w.e)

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        columns, channels = weight.shape[2:]
        if weight.up is None:
            weight.up = [
                [self._pack(weight.q[list(rows)][:, list(taps)].transpose(0, 1, 3, 2)
                            .reshape(4 * channels, columns)) for taps in TAPS]
                for rows in TAPS
            ]  # fmt: skip
        n, tall, wide, _ = x.q.shape
        height, width = tall - 2, wide - 2
        out = self._memory.empty((n, 2 * height, 2 * width, columns), np.int32)
        line, across = wide * channels * 2, 2 * width * columns
        for a in (0, 1):
            for b in (0, 1):
                geometry = (
                    x.q.ctypes.data + a * line + b * channels * 2, line, tall * line,
                    2 * channels, channels, 2, line, a * across + b * columns,
                    2 * height * across, 2 * across, 2 * columns, height, width, columns,
                )  # fmt: skip
                panels, flat = weight.up[a][b], out.reshape(-1)
                self._share(contraction.convolve, n * height, geometry, panels, flat)
        return Fixed(out, x.e + w.e)

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        n, tall, wider, channels = wide.q.shape
        _, height, width, columns = narrow.q.shape
        height, width = height - 2, width - 2
        group = 16 if channels > 4 else 4
        blocks = -(-channels // group)
        pairs = self._scratch("pairs", (n, tall, blocks, wider - 2, group), np.int32)
        self._share(contraction.pack_wide, n * tall, wide.q, pairs)
        padded = _panels(columns) * TILE_COLUMNS
        shape = (_panels(columns), n * height * width // 2, TILE_COLUMNS)
        panels = self._scratch("panels", shape, np.int32)
        self._share(contraction.pack_narrow, n * height, narrow.q, panels)
        sums = self._scratch("sums", (16 * blocks, group, padded), np.int32)
        total = self._scratch("total", sums.shape, np.int64)
        total[:] = 0
        product = self.largest(wide.q) * self.largest(narrow.q)
        most = int(((1 << 31) - 1) // max(product, 1))
        self._share(contraction.correlate, len(sums), pairs, panels, height, most, sums, total)
        shaped = total.reshape(4, blocks, 4, group, padded).transpose(0, 2, 1, 3, 4)
        kept = shaped.reshape(4, 4, group * blocks, padded)[:, :, :channels, :columns]
        # A copy even where nothing has to be left out: the sums are overwritten by the next call.
        return Fixed(np.array(kept, order="C"), wide.e + narrow.e)

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        weight: PackedWeight = w.q
        if weight.down is None:
            weight.down = self._pack(weight.q)
        rows, depth = x.q.shape
        columns = weight.shape[1]
        # Rows in fours, pairs of columns, and panels that are full: zeros where there is nothing.
        left = self._scratch("left", (up_to(rows, TILE_ROWS), up_to(depth, 2)), np.int16)
        left[rows:], left[:, depth:] = 0, 0
        left[:rows, :depth] = x.q
        out = np.empty((len(left), _panels(columns) * TILE_COLUMNS), np.int32)
        self._share(
            contraction.multiply, len(weight.down), left.ctypes.data, left.shape[1] * 2, 4,
            weight.down, out,
        )  # fmt: skip
        return Fixed(out[:rows, :columns], x.e + w.e)

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        fits = d.q.shape[1] <= contraction.SURE_TO_FIT
        z = np.empty((len(d.q), w.q.shape[0]), np.int32 if fits else np.int64)
        self._share(contraction.dense_back, z.shape[1], d.q, w.q.q, z)
        return Fixed(z, d.e + w.e)

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        """Its integers are an `OuterProduct`."""
        count, rows = x.q.shape
        panels = self._pack(d.q)
        left = self._memory.empty((up_to(rows, TILE_ROWS), 2 * panels.shape[1]), np.int16)
        left[rows:], left[:, count:] = 0, 0
        left[:rows, :count] = x.q.T
        return Fixed(OuterProduct(left, panels, (rows, d.q.shape[1]), self._share), x.e + d.e)
