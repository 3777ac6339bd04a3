"""The fused backend: compiled integer kernels on the CPU, shared among threads. Needs numba.

A bordered tensor is int16 (N, H + 2, W + 2, C) with a zero all round; exact results of a
contraction are int32 (N, H, W, C), or int64 where 32 bits could not hold them.
"""

import math
import os
import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.exact import contraction, elementwise
from scoring.exact.backend import AdamStep, Masked, Measured, Parameter, Pixels
from scoring.exact.microkernel import TILE_COLUMNS, TILE_ROWS
from scoring.exact.numbers import (
    ACTIVATION_BITS,
    GRADIENT_BITS,
    Fixed,
    Float32s,
    Float64s,
    Ints,
    exponent_for,
    limit,
    power_of_two,
    quantise_reals,
)
from scoring.exact.threads import Threads

_TAPS = ((3, 1), (2, 0))
"""For an output of even and of odd index: which kernel rows its two inputs meet."""


def _border(shape: tuple[int, ...]) -> npt.NDArray[np.int16]:
    n, height, width, channels = shape
    return np.zeros((n, height + 2, width + 2, channels), np.int16)


def _lines(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """(N, H, W, C) → (N · H, W, C)."""
    return x.reshape(-1, *x.shape[2:])


def _up_to(count: int, step: int) -> int:
    return -(-count // step) * step


def _panels(columns: int) -> int:
    return -(-columns // TILE_COLUMNS)


class _Weight:
    """Quantised weights, and how each use of them wants them laid out, made when first asked."""

    def __init__(self, q: npt.NDArray[np.int8]) -> None:
        self.q = q
        self.shape = q.shape
        self.down: Any = None
        self.up: Any = None


class FusedBackend:
    """numba kernels; `threads` share the lines of each tensor."""

    name = "fused"

    def __init__(self, threads: int | None = None) -> None:
        self._threads = Threads(threads or len(os.sched_getaffinity(0)))
        self._share = self._threads.share
        self._kept = threading.local()

    def _scratch(self, name: str, shape: tuple[int, ...], kind: Any) -> Any:
        """Memory that the calling thread keeps from call to call; it holds whatever was left."""
        size = math.prod(shape)
        kept = getattr(self._kept, name, None)
        if kept is None or kept.size < size:
            kept = np.empty(size, kind)
            setattr(self._kept, name, kept)
        return kept[:size].reshape(shape)

    def array(self, values: npt.NDArray[Any]) -> Any:
        return np.ascontiguousarray(values).copy()

    def numpy(self, values: Any) -> npt.NDArray[Any]:
        return np.array(values)

    def integers(self, x: Fixed) -> Ints:
        return np.array(x.q[:, 1:-1, 1:-1] if x.q.ndim == 4 else x.q)

    def load(self, q: Ints, e: int) -> Fixed:
        if q.ndim == 2:
            return Fixed(q.astype(np.int16), e)
        bordered = _border(q.shape)
        bordered[:, 1:-1, 1:-1] = q
        return Fixed(bordered, e)

    def _largest(self, values: Any) -> float:
        """max |x| of a contiguous array: an int of integers, a float of float32."""
        flat = values.reshape(-1)
        if flat.dtype != np.float32:
            return max(int(v) for v in self._share(elementwise.largest_integer, flat.size, flat))
        parts = self._share(elementwise.largest_bits, flat.size, flat.view(np.int32))
        return float(np.int32(max(parts)).view(np.float32))

    def weight(self, values: Any) -> Fixed:
        q = np.zeros(values.shape, np.int8)
        e = exponent_for(self._largest(values), 0, ACTIVATION_BITS)
        if e is None:
            return Fixed(_Weight(q), 0)
        most = float(limit(ACTIVATION_BITS))
        self._share(
            elementwise.quantise_weights,
            q.size,
            values.reshape(-1),
            power_of_two(-e),
            most,
            q.reshape(-1),
        )
        return Fixed(_Weight(q), e)

    def _pack(self, matrix: Any) -> Any:
        depth, columns = matrix.shape
        panels = np.empty((_panels(columns), -(-depth // 2), TILE_COLUMNS), np.int32)
        self._share(contraction.pack_panels, panels.shape[1], matrix, panels)
        return panels

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        weight: _Weight = w.q
        channels, columns = weight.shape[2:]
        if weight.down is None:
            weight.down = self._pack(weight.q.reshape(16 * channels, columns))
        n, tall, wide, _ = x.q.shape
        height, width = (tall - 2) // 2, (wide - 2) // 2
        out = np.empty((n, height, width, columns), np.int32)
        line = wide * channels * 2
        geometry = (
            x.q.ctypes.data, 2 * line, tall * line, 4 * channels, 2 * channels, 4, line,
            0, height * width * columns, width * columns, columns, height, width, columns,
        )  # fmt: skip
        self._share(contraction.convolve, n * height, geometry, weight.down, out.reshape(-1))
        return Fixed(out, x.e + w.e)

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        weight: _Weight = w.q
        columns, channels = weight.shape[2:]
        if weight.up is None:
            weight.up = [
                [self._pack(weight.q[list(rows)][:, list(taps)].transpose(0, 1, 3, 2)
                            .reshape(4 * channels, columns)) for taps in _TAPS]
                for rows in _TAPS
            ]  # fmt: skip
        n, tall, wide, _ = x.q.shape
        height, width = tall - 2, wide - 2
        out = np.empty((n, 2 * height, 2 * width, columns), np.int32)
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
        product = self._largest(wide.q) * self._largest(narrow.q)
        most = int(((1 << 31) - 1) // max(product, 1))
        self._share(contraction.correlate, len(sums), pairs, panels, height, most, sums, total)
        shaped = total.reshape(4, blocks, 4, group, padded).transpose(0, 2, 1, 3, 4)
        kept = shaped.reshape(4, 4, group * blocks, padded)[:, :, :channels, :columns]
        return Fixed(np.ascontiguousarray(kept), wide.e + narrow.e)

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        weight: _Weight = w.q
        if weight.down is None:
            weight.down = self._pack(weight.q)
        rows, depth = x.q.shape
        columns = weight.shape[1]
        # Rows in fours, pairs of columns, and panels that are full: zeros where there is nothing.
        left = self._scratch("left", (_up_to(rows, TILE_ROWS), _up_to(depth, 2)), np.int16)
        left[rows:], left[:, depth:] = 0, 0
        left[:rows, :depth] = x.q
        out = np.empty((len(left), _panels(columns) * TILE_COLUMNS), np.int32)
        self._share(
            contraction.multiply, len(weight.down), left.ctypes.data, left.shape[1] * 2, 4,
            weight.down, out,
        )  # fmt: skip
        return Fixed(out[:rows, :columns], x.e + w.e)

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        fits = d.q.shape[1] <= 4096
        z = np.empty((len(d.q), w.q.shape[0]), np.int32 if fits else np.int64)
        self._share(contraction.dense_back, z.shape[1], d.q, w.q.q, z)
        return Fixed(z, d.e + w.e)

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        (count, rows), columns = x.q.shape, d.q.shape[1]
        pairs = self._pack(d.q)
        left = self._scratch("left", (_up_to(rows, TILE_ROWS), 2 * pairs.shape[1]), np.int16)
        left[rows:], left[:, count:] = 0, 0
        left[:rows, :count] = x.q.T
        out = np.empty((len(left), len(pairs) * TILE_COLUMNS), np.int32)
        self._share(
            contraction.multiply_rows, len(left) // TILE_ROWS, left.ctypes.data,
            left.shape[1] * 2, 4, pairs, out,
        )  # fmt: skip
        return Fixed(np.ascontiguousarray(out[:rows, :columns]), x.e + d.e)

    def measure(self, z: Fixed) -> Measured:
        channels, count = z.q.shape[3], z.q.size // z.q.shape[3]
        q = np.zeros(z.q.shape, np.int16)
        zeros = np.zeros(channels, np.int64)
        e = exponent_for(self._largest(z.q), z.e, GRADIENT_BITS)
        if e is None:
            nought, none = zeros.astype(np.float64), zeros.astype(np.int32)
            return Measured(Fixed(q, 0), count, nought, nought, none, none)
        bounds = np.full(channels, 8192, np.int32)
        total, squares, low, high = self._threads.gather(
            elementwise.measure, len(z.q) * z.q.shape[1], (_lines(z.q), power_of_two(z.e - e), _lines(q)),
            (zeros, zeros, bounds, -bounds),
        )  # fmt: skip
        return Measured(
            Fixed(q, e), count, total.sum(axis=0).astype(np.float64),
            squares.sum(axis=0).astype(np.float64), low.min(axis=0), high.max(axis=0),
        )  # fmt: skip

    def activate(self, m: Measured, scale: Float32s, shift: Float32s) -> Fixed:
        y = _border(m.value.q.shape)
        # Rounding never reverses an order, so the largest output is that of an extreme input.
        ends = np.stack([m.low, m.high]).astype(np.float32) * scale
        largest = float(np.max(ends + shift, initial=np.float32(0)))
        e = exponent_for(largest, 0, ACTIVATION_BITS)
        if e is None:
            return Fixed(y, 0)
        lines, unit = _lines(m.value.q), np.float32(power_of_two(-e))
        self._share(elementwise.activate, len(lines), lines, scale, shift, unit, y)
        return Fixed(y, e)

    def mask(self, m: Measured, scale: Float32s, shift: Float32s, d: Fixed) -> Masked:
        lines, back = _lines(m.value.q), _lines(d.q)
        zeros = np.zeros(lines.shape[2], np.int64)
        low, high = self._threads.gather(
            elementwise.largest_masked, len(lines), (back, lines, scale, shift),
            (zeros.astype(np.int32), zeros.astype(np.int32)),
        )  # fmt: skip
        out = np.zeros(m.value.q.shape, np.int16)
        e = exponent_for(max(int(high.max()), -int(low.min())), d.e, GRADIENT_BITS)
        if e is None:
            return Masked(Fixed(out, 0), zeros.astype(np.float64), zeros.astype(np.float64))
        total, products = self._threads.gather(
            elementwise.mask,
            len(lines),
            (back, power_of_two(d.e - e), lines, scale, shift, _lines(out)),
            (zeros, zeros),
        )
        return Masked(
            Fixed(out, e),
            total.sum(axis=0).astype(np.float64),
            products.sum(axis=0).astype(np.float64),
        )

    def mix(self, d: Fixed, q: Fixed, by_d: Float32s, by_q: Float32s, constant: Float32s) -> Fixed:
        out = _border(q.q.shape)
        inputs = (_lines(d.q), _lines(q.q), by_d, by_q, constant)
        (top,) = self._threads.gather(
            elementwise.largest_mixed, len(inputs[0]), inputs, (np.zeros_like(by_d),)
        )
        e = exponent_for(float(top.max()), d.e, GRADIENT_BITS)
        if e is None:
            return Fixed(out, 0)
        unit = np.float32(power_of_two(d.e - e))
        self._share(elementwise.mix, len(inputs[0]), *inputs, unit, out)
        return Fixed(out, e)

    def affine(self, z: Fixed, bias: Any) -> Fixed:
        y = z.q.astype(np.float32) * np.float32(power_of_two(z.e))
        rounded = quantise_reals(y + bias, 0, ACTIVATION_BITS)
        return Fixed(rounded.q.astype(np.int16), rounded.e)

    def settle(self, d: Fixed) -> tuple[Fixed, Float64s]:
        q, total = np.zeros(d.q.shape, np.int16), np.zeros(d.q.shape[1], np.int64)
        e = exponent_for(self._largest(d.q), d.e, GRADIENT_BITS)
        if e is None:
            return Fixed(q, 0), total.astype(np.float64)
        self._share(elementwise.settle, len(total), d.q, power_of_two(d.e - e), q, total)
        return Fixed(q, e), total.astype(np.float64)

    def flatten(self, x: Fixed) -> Fixed:
        inner = x.q[:, 1:-1, 1:-1]
        return Fixed(np.ascontiguousarray(inner).reshape(len(inner), -1), x.e)

    def unflatten(self, x: Fixed, side: int) -> Fixed:
        return self.load(x.q.reshape(len(x.q), side, side, -1), x.e)

    def head(self, z: Fixed, bias: Any, pixels: Pixels) -> tuple[int, Fixed, Float64s]:
        flat = z.q.reshape(-1, 3)
        error = np.empty(z.q.shape, np.float32)
        squared = self._share(
            elementwise.head, len(flat), flat, np.float32(power_of_two(z.e)), bias,
            np.ascontiguousarray(pixels).reshape(-1, 3), error.reshape(-1, 3),
        )  # fmt: skip
        loss = sum(int(part) for part in squared)
        out = _border(z.q.shape)
        e = exponent_for(self._largest(error), 0, GRADIENT_BITS)
        if e is None:
            return loss, Fixed(out, 0), np.zeros(3)
        lines, unit = _lines(error), np.float32(power_of_two(-e))
        self._share(elementwise.quantise_error, len(lines), lines, unit, out)
        return loss, Fixed(out, e), out.sum(axis=(0, 1, 2), dtype=np.int64).astype(np.float64)

    def predict(self, z: Fixed, bias: Any) -> Ints:
        flat, out = z.q.reshape(-1, 3), np.empty(z.q.shape, np.int16)
        unit = np.float32(power_of_two(z.e))
        self._share(elementwise.predict, len(flat), flat, unit, bias, out.reshape(-1, 3))
        return out

    def adam(self, p: Parameter, gradient: Any, factor: np.float32, step: AdamStep) -> None:
        flat = [a.reshape(-1) for a in (p.values, p.mean, p.square, gradient)]
        constants = tuple(getattr(step, name) for name in step.__slots__)
        self._share(elementwise.adam, flat[0].size, *flat, factor, constants)
