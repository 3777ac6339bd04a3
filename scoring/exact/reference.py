"""The arithmetic as slow, obvious code in numpy: what every backend is checked against.

Every contraction is done in 64-bit integers. Everything else is one IEEE operation at a time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.exact.backend import AdamStep, Masked, Measured, OnHost, Parameter
from scoring.exact.numbers import (
    ACTIVATION_BITS,
    GRADIENT_BITS,
    Fixed,
    Float32s,
    Float64s,
    Ints,
    power_of_two,
    quantise_integers,
    quantise_reals,
)
from scoring.submission.image import Pixels

OUTPUT_STEPS = 4080
"""The output is judged on a grid of 1/4080: sixteen steps to one of the 255 pixel values."""


def windows(x: Ints) -> Ints:
    """(N, 2H, 2W, C) → (N, H, W, 4, 4, C): what each 4×4 window, stride 2, padding 1, sees."""
    n, height, width, channels = x.shape
    padded = np.zeros((n, height + 2, width + 2, channels), np.int64)
    padded[:, 1:-1, 1:-1] = x
    out = np.empty((n, height // 2, width // 2, 4, 4, channels), np.int64)
    for ky in range(4):
        for kx in range(4):
            out[:, :, :, ky, kx] = padded[:, ky : ky + height : 2, kx : kx + width : 2]
    return out


def sigmoid(z: Fixed, bias: Float32s) -> tuple[Float32s, Float32s]:
    """The output 0.5 + 0.5·t/(1 + |t|) with t = z · 2^e + bias, and 1 + |t|."""
    t = z.q.astype(np.float32) * np.float32(power_of_two(z.e))
    t = t + bias
    below = np.abs(t) + np.float32(1)
    return np.float32(0.5) + np.float32(0.5) * (t / below), below


class ReferenceBackend(OnHost):
    """Plain integers in numpy."""

    name = "reference"

    def array(self, values: npt.NDArray[Any]) -> Any:
        return values.copy()

    def numpy(self, values: Any) -> npt.NDArray[Any]:
        return np.array(values)

    def integers(self, x: Fixed) -> Ints:
        return np.asarray(x.q).astype(np.int16)

    def load(self, q: Ints, e: int) -> Fixed:
        return Fixed(q.astype(np.int64), e)

    def weight(self, values: Any) -> Fixed:
        return quantise_reals(values, 0, ACTIVATION_BITS)

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        seen = windows(x.q)
        n, height, width = seen.shape[:3]
        columns = w.q.shape[3]
        z = seen.reshape(n * height * width, -1) @ w.q.reshape(-1, columns)
        return Fixed(z.reshape(n, height, width, columns), x.e + w.e)

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        n, height, width, _ = x.q.shape
        channels = w.q.shape[2]
        padded = np.zeros((n, 2 * height + 2, 2 * width + 2, channels), np.int64)
        for ky in range(4):
            for kx in range(4):
                spread = x.q @ w.q[ky, kx].T
                padded[:, ky : ky + 2 * height : 2, kx : kx + 2 * width : 2] += spread
        return Fixed(padded[:, 1:-1, 1:-1].copy(), x.e + w.e)

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        seen = windows(wide.q)
        columns = narrow.q.shape[3]
        total = seen.reshape(-1, 16 * seen.shape[5]).T @ narrow.q.reshape(-1, columns)
        return Fixed(total.reshape(4, 4, seen.shape[5], columns), wide.e + narrow.e)

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        return Fixed(x.q @ w.q, x.e + w.e)

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        return Fixed(d.q @ w.q.T, d.e + w.e)

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        return Fixed(x.q.T @ d.q, x.e + d.e)

    def measure(self, z: Fixed) -> Measured:
        value = quantise_integers(z.q, z.e, GRADIENT_BITS)
        q = value.q.reshape(-1, value.q.shape[-1])
        total, squares = q.sum(axis=0), (q * q).sum(axis=0)
        return Measured(value, len(q), total.astype(np.float64), squares.astype(np.float64))

    def activate(self, m: Measured, scale: Float32s, shift: Float32s) -> Fixed:
        y = m.value.q.astype(np.float32) * scale
        y = y + shift
        return quantise_reals(np.maximum(y, np.float32(0)), 0, ACTIVATION_BITS)

    def mask(self, m: Measured, scale: Float32s, shift: Float32s, d: Fixed) -> Masked:
        y = m.value.q.astype(np.float32) * scale
        y = y + shift
        value = quantise_integers(np.where(y > 0, d.q, 0), d.e, GRADIENT_BITS)
        flat = value.q.reshape(-1, value.q.shape[-1])
        products = flat * m.value.q.reshape(flat.shape)
        return Masked(
            value,
            flat.sum(axis=0).astype(np.float64),
            products.sum(axis=0).astype(np.float64),
        )

    def mix(self, d: Fixed, q: Fixed, by_d: Float32s, by_q: Float32s, constant: Float32s) -> Fixed:
        r = d.q.astype(np.float32) * by_d
        r = r + q.q.astype(np.float32) * by_q
        r = r + constant
        return quantise_reals(r, d.e, GRADIENT_BITS)

    def affine(self, z: Fixed, bias: Any) -> Fixed:
        y = z.q.astype(np.float32) * np.float32(power_of_two(z.e))
        return quantise_reals(y + bias, 0, ACTIVATION_BITS)

    def settle(self, d: Fixed) -> tuple[Fixed, Float64s]:
        value = quantise_integers(d.q, d.e, GRADIENT_BITS)
        return value, value.q.sum(axis=0).astype(np.float64)

    def flatten(self, x: Fixed) -> Fixed:
        return Fixed(x.q.reshape(len(x.q), -1), x.e)

    def unflatten(self, x: Fixed, side: int) -> Fixed:
        return Fixed(x.q.reshape(len(x.q), side, side, -1), x.e)

    def head(self, z: Fixed, bias: Any, pixels: Pixels) -> tuple[int, Fixed, Float64s]:
        y, below = sigmoid(z, bias)
        grid = np.rint(y * np.float32(OUTPUT_STEPS)).astype(np.int64)
        residual = grid - 16 * pixels.astype(np.int64)
        error = y - pixels.astype(np.float32) / np.float32(255)
        value = quantise_reals(error / (below * below), 0, GRADIENT_BITS)
        sums = value.q.sum(axis=(0, 1, 2)).astype(np.float64)
        return int((residual * residual).sum()), value, sums

    def predict(self, z: Fixed, bias: Any) -> Ints:
        y, _ = sigmoid(z, bias)
        grid: Ints = np.rint(y * np.float32(OUTPUT_STEPS)).astype(np.int16)
        return grid

    def adam(self, p: Parameter, gradient: Any, factor: np.float32, step: AdamStep) -> None:
        g = p.values * step.weight_decay
        g = g + gradient.astype(np.float32) * factor
        mean = p.mean * step.keep_mean
        p.mean = mean + g * step.take_mean
        square = p.square * step.keep_square
        g = g * g
        p.square = square + g * step.take_square
        below = np.sqrt(p.square) * step.correction
        below = below + step.epsilon
        change = p.mean * step.rate
        p.values = p.values - change / below

    def checksums(self, parameters: Sequence[Parameter]) -> npt.NDArray[np.uint64]:
        return np.array([_checksum(p) for p in parameters], np.uint64)


def _checksum(p: Parameter) -> int:
    total = 0
    for factor, array in ((1, p.values), (3, p.mean), (5, p.square)):
        bits = array.reshape(-1).view(np.uint32).astype(np.uint64)
        factors = np.arange(bits.size, dtype=np.uint64) * np.uint64(6) + np.uint64(factor)
        total += int((bits * factors).sum(dtype=np.uint64))
    return total % (1 << 64)
