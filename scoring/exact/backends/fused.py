"""The fused backend: compiled integer kernels on the CPU, shared among threads. Needs numba.

A bordered tensor is int16 (N, H + 2, W + 2, C) with a zero all round; exact results of a
contraction are int32 (N, H, W, C), or int64 where 32 bits could not hold them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.exact import numbers
from scoring.exact.backend import AdamStep, Masked, Measured, OnHost, Parameter
from scoring.exact.backends import elementwise
from scoring.exact.backends.dense_step import adam_by_outer
from scoring.exact.backends.microkernel import TILE_ROWS
from scoring.exact.backends.packed import OuterProduct, PackedProducts, PackedWeight, lines_of
from scoring.exact.backends.seen import Seen
from scoring.exact.backends.threads import Threads
from scoring.exact.numbers import Fixed, Float32s, Float64s, Ints
from scoring.processors import processors
from scoring.submission.image import Pixels


class FusedBackend(PackedProducts, OnHost):
    """numba kernels; `threads` share the lines of each tensor, all that are there by default."""

    name = "fused"
    activations: type[np.signedinteger[Any]] = np.int16
    """What holds numbers of 7 bits."""

    def __init__(self, threads: int | None = None) -> None:
        super().__init__(Threads(threads or processors()))
        self._seen = Seen()

    def array(self, values: npt.NDArray[Any]) -> Any:
        return np.ascontiguousarray(values).copy()

    def numpy(self, values: Any) -> npt.NDArray[Any]:
        return np.array(values)

    def integers(self, x: Fixed) -> Ints:
        return np.array(x.q[:, 1:-1, 1:-1] if x.q.ndim == 4 else x.q, np.int16)

    def load(self, q: Ints, e: int) -> Fixed:
        kind = self.activations if q.dtype == np.int8 else np.int16
        if q.ndim == 2:
            return Fixed(q.astype(kind), e)
        x = self._bordered(q.shape, kind)
        x[:, 1:-1, 1:-1] = q
        return Fixed(x, e)

    def weight(self, values: Any) -> Fixed:
        q = self._memory.empty(values.shape, np.int8)
        e = numbers.exponent_for(self.largest(values), 0, numbers.ACTIVATION_BITS)
        if e is None:
            return Fixed(PackedWeight(np.zeros_like(q)), 0)
        most = float(numbers.limit(numbers.ACTIVATION_BITS))
        self._share(
            elementwise.quantise_weights,
            q.size,
            values.reshape(-1),
            numbers.power_of_two(-e),
            most,
            q.reshape(-1),
        )
        return Fixed(PackedWeight(q), e)

    def measure(self, z: Fixed) -> Measured:
        channels, count = z.q.shape[3], z.q.size // z.q.shape[3]
        q = self._memory.empty(z.q.shape, np.int16)
        zeros = np.zeros(channels, np.int64)
        e = numbers.exponent_for(self.largest(z.q), z.e, numbers.GRADIENT_BITS)
        if e is None:
            nought, none = zeros.astype(np.float64), zeros.astype(np.int32)
            return Measured(
                Fixed(np.zeros_like(q), 0), count, nought, nought, np.stack([none, none])
            )
        bounds = np.full(channels, 8192, np.int32)
        total, squares, low, high = self.threads.gather(
            elementwise.measure,
            len(z.q) * z.q.shape[1],
            (lines_of(z.q), numbers.power_of_two(z.e - e), lines_of(q)),
            (zeros, zeros, bounds, -bounds),
        )
        return Measured(
            Fixed(q, e), count, total.sum(axis=0).astype(np.float64),
            squares.sum(axis=0).astype(np.float64), np.stack([low.min(axis=0), high.max(axis=0)]),
        )  # fmt: skip

    def activate(self, m: Measured, scale: Float32s, shift: Float32s) -> Fixed:
        y = self._bordered(m.value.q.shape, self.activations)
        # Rounding never reverses an order, so the largest output is that of an extreme input.
        ends = m.bounds.astype(np.float32) * scale
        largest = float(np.max(ends + shift, initial=np.float32(0)))
        e = numbers.exponent_for(largest, 0, numbers.ACTIVATION_BITS)
        if e is None:
            y[:] = 0
            return Fixed(y, 0)
        lines, unit = lines_of(m.value.q), np.float32(numbers.power_of_two(-e))
        self._share(elementwise.activate, len(lines), lines, scale, shift, unit, y)
        return Fixed(y, e)

    def mask(self, m: Measured, scale: Float32s, shift: Float32s, d: Fixed) -> Masked:
        lines, back = lines_of(m.value.q), lines_of(d.q)
        zeros = np.zeros(lines.shape[2], np.int64)
        low, high = self.threads.gather(
            elementwise.largest_masked, len(lines), (back, lines, scale, shift),
            (zeros.astype(np.int32), zeros.astype(np.int32)),
        )  # fmt: skip
        out = self._memory.empty(m.value.q.shape, np.int16)
        e = numbers.exponent_for(max(int(high.max()), -int(low.min())), d.e, numbers.GRADIENT_BITS)
        if e is None:
            nought = zeros.astype(np.float64)
            return Masked(Fixed(np.zeros_like(out), 0), nought, nought)
        total, products = self.threads.gather(
            elementwise.mask,
            len(lines),
            (back, numbers.power_of_two(d.e - e), lines, scale, shift, lines_of(out)),
            (zeros, zeros),
        )
        return Masked(
            Fixed(out, e),
            total.sum(axis=0).astype(np.float64),
            products.sum(axis=0).astype(np.float64),
        )

    def mix(self, d: Fixed, q: Fixed, by_d: Float32s, by_q: Float32s, constant: Float32s) -> Fixed:
        inputs = (lines_of(d.q), lines_of(q.q), by_d, by_q, constant)
        (top,) = self.threads.gather(
            elementwise.largest_mixed, len(inputs[0]), inputs, (np.zeros_like(by_d),)
        )
        e = numbers.exponent_for(float(top.max()), d.e, numbers.GRADIENT_BITS)
        if e is None:
            n, height, width, channels = q.q.shape
            return Fixed(np.zeros((n, height + 2, width + 2, channels), np.int16), 0)
        unit = np.float32(numbers.power_of_two(d.e - e))
        return Fixed(self._mixed(q.q.shape, (*inputs, unit)), e)

    def _mixed(self, shape: tuple[int, ...], inputs: tuple[Any, ...]) -> Any:
        out = self._bordered(shape)
        self._share(elementwise.mix, len(inputs[0]), *inputs, out)
        return out

    def affine(self, z: Fixed, bias: Any) -> Fixed:
        inputs = (z.q, np.float32(numbers.power_of_two(z.e)), bias)
        parts = self._share(elementwise.largest_affine, len(bias), *inputs)
        q = np.zeros(z.q.shape, self.activations)
        e = numbers.exponent_for(float(max(parts)), 0, numbers.ACTIVATION_BITS)
        if e is None:
            return Fixed(q, 0)
        scale = numbers.power_of_two(-e)
        self._share(elementwise.affine, len(bias), *inputs, scale, q)
        return Fixed(q, e)

    def settle(self, d: Fixed) -> tuple[Fixed, Float64s]:
        q, total = np.zeros(d.q.shape, np.int16), np.zeros(d.q.shape[1], np.int64)
        e = numbers.exponent_for(self.largest(d.q), d.e, numbers.GRADIENT_BITS)
        if e is None:
            return Fixed(q, 0), total.astype(np.float64)
        self._share(elementwise.settle, len(total), d.q, numbers.power_of_two(d.e - e), q, total)
        return Fixed(q, e), total.astype(np.float64)

    def flatten(self, x: Fixed) -> Fixed:
        inner = x.q[:, 1:-1, 1:-1]
        return Fixed(np.ascontiguousarray(inner).reshape(len(inner), -1), x.e)

    def unflatten(self, x: Fixed, side: int) -> Fixed:
        return self.load(x.q.reshape(len(x.q), side, side, -1), x.e)

    def head(self, z: Fixed, bias: Any, pixels: Pixels) -> tuple[int, Fixed, Float64s]:
        flat = z.q.reshape(-1, 3)
        error = self._memory.empty(z.q.shape, np.float32)
        squared = self._share(
            elementwise.head, len(flat), flat, np.float32(numbers.power_of_two(z.e)), bias,
            np.ascontiguousarray(pixels).reshape(-1, 3), error.reshape(-1, 3),
        )  # fmt: skip
        loss = sum(int(part) for part in squared)
        out = self._bordered(z.q.shape)
        e = numbers.exponent_for(self.largest(error), 0, numbers.GRADIENT_BITS)
        if e is None:
            return loss, Fixed(np.zeros_like(out), 0), np.zeros(3)
        lines, unit = lines_of(error), np.float32(numbers.power_of_two(-e))
        (total,) = self.threads.gather(
            elementwise.quantise_error, len(lines), (lines, unit, out), (np.zeros(3, np.int64),)
        )
        return loss, Fixed(out, e), total.sum(axis=0).astype(np.float64)

    def predict(self, z: Fixed, bias: Any) -> Ints:
        flat, out = z.q.reshape(-1, 3), np.empty(z.q.shape, np.int16)
        unit = np.float32(numbers.power_of_two(z.e))
        self._share(elementwise.predict, len(flat), flat, unit, bias, out.reshape(-1, 3))
        return out

    def adam(self, p: Parameter, gradient: Any, factor: np.float32, step: AdamStep) -> None:
        flat = [a.reshape(-1) for a in (p.values, p.mean, p.square)]
        bits = tuple(a.view(np.uint32) for a in flat)
        constants = tuple(getattr(step, name) for name in step.__slots__)
        if isinstance(gradient, OuterProduct):
            parts = self._share(
                adam_by_outer, len(gradient.left) // TILE_ROWS, *gradient.operands(),
                gradient.shape, *flat, factor, constants, bits,
            )  # fmt: skip
        else:
            parts = self._share(
                elementwise.adam_seen, flat[0].size, *flat, gradient.reshape(-1), factor,
                constants, bits,
            )  # fmt: skip
        self._seen.note(p.values, parts)

    def largest(self, values: Any) -> float:
        seen = self._seen.largest(values)
        return super().largest(values) if seen is None else seen

    def checksums(self, parameters: Sequence[Parameter]) -> npt.NDArray[np.uint64]:
        return np.array([self._checksum(p) for p in parameters], np.uint64)

    def _checksum(self, p: Parameter) -> int:
        seen = self._seen.checksum(p.values)
        if seen is not None:
            return seen
        bits = [a.reshape(-1).view(np.uint32) for a in (p.values, p.mean, p.square)]
        parts = self._share(elementwise.checksum, bits[0].size, *bits)
        return sum(map(int, parts)) % (1 << 64)
