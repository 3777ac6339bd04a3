"""The tensor backend: torch operations, one at a time, on the CPU or a GPU.

It needs only torch. Every line is one IEEE operation per element, or is on integers.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from scoring.exact.backend import TAPS, AdamStep, Masked, Measured, Parameter
from scoring.exact.backends.gemm import Multiply
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
)
from scoring.submission.image import Pixels


def _bordered(x: torch.Tensor) -> torch.Tensor:
    n, height, width, channels = x.shape
    out = x.new_zeros((n, height + 2, width + 2, channels))
    out[:, 1:-1, 1:-1] = x
    return out


def _windows(x: torch.Tensor) -> torch.Tensor:
    """(N, 2H, 2W, C) → (N·H·W, 16·C): what each 4×4 window, stride 2, padding 1, sees."""
    n, height, width, channels = x.shape
    padded = _bordered(x)
    s = padded.stride()
    shape = (n, height // 2, width // 2, 4, 4, channels)
    steps = (s[0], 2 * s[1], 2 * s[2], s[1], s[2], 1)
    return padded.as_strided(shape, steps).reshape(-1, 16 * channels)


def _flat(x: torch.Tensor) -> torch.Tensor:
    return x.reshape(-1, x.shape[-1])


class TensorBackend:
    """torch, with one of the products of `gemm.py`."""

    def __init__(self, name: str, multiply: Multiply, device: str = "cpu") -> None:
        self.name = name
        self._multiply, self._device = multiply, torch.device(device)

    def array(self, values: npt.NDArray[Any]) -> Any:
        return torch.from_numpy(np.array(values)).to(self._device)

    def numpy(self, values: Any) -> npt.NDArray[Any]:
        return np.array(values.cpu().numpy())

    def integers(self, x: Fixed) -> Ints:
        return self.numpy(x.q.to(torch.int16))

    def load(self, q: Ints, e: int) -> Fixed:
        return Fixed(self.array(q.astype(np.int16)), e)

    def _round(self, x: torch.Tensor, exponent: int, bits: int) -> Fixed:
        """Round x · 2^exponent, integers or float32, to `bits` bits, half to even."""
        kind = torch.int8 if bits == ACTIVATION_BITS else torch.int16
        low, high = (v.item() for v in torch.aminmax(x))
        e = exponent_for(max(-low, high), exponent, bits)
        if e is None:
            return Fixed(torch.zeros(x.shape, dtype=kind, device=x.device), 0)
        scaled = torch.round(x.double() * power_of_two(exponent - e))
        return Fixed(scaled.clamp(-limit(bits), limit(bits)).to(kind), e)

    def _vector(self, values: npt.NDArray[Any]) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self._device)

    def _sums(self, x: torch.Tensor) -> Float64s:
        return self.numpy(x.sum(dim=0)).astype(np.float64)

    def weight(self, values: Any) -> Fixed:
        return self._round(values, 0, ACTIVATION_BITS)

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        n, height, width, _ = x.q.shape
        z = self._multiply(_windows(x.q), w.q.reshape(-1, w.q.shape[3]))
        return Fixed(z.reshape(n, height // 2, width // 2, -1), x.e + w.e)

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        n, height, width, columns = x.q.shape
        channels = w.q.shape[2]
        padded = _bordered(x.q)
        s = padded.stride()
        shape, steps = (n, height, width, 2, 2, columns), (s[0], s[1], s[2], s[1], s[2], 1)
        out = torch.empty(
            (n, 2 * height, 2 * width, channels), dtype=torch.int64, device=self._device
        )
        for a, rows in enumerate(TAPS):
            for b, taps in enumerate(TAPS):
                seen = padded.as_strided(shape, steps, a * s[1] + b * s[2])
                kernel = w.q[list(rows)][:, list(taps)].permute(0, 1, 3, 2)
                z = self._multiply(
                    seen.reshape(-1, 4 * columns), kernel.reshape(4 * columns, channels)
                )
                out[:, a::2, b::2] = z.reshape(n, height, width, channels)
        return Fixed(out, x.e + w.e)

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        seen = _windows(wide.q)
        z = self._multiply(seen.t(), _flat(narrow.q))
        return Fixed(z.reshape(4, 4, -1, narrow.q.shape[3]), wide.e + narrow.e)

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        return Fixed(self._multiply(x.q, w.q), x.e + w.e)

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        return Fixed(self._multiply(d.q, w.q.t()), d.e + w.e)

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        return Fixed(self._multiply(x.q.t(), d.q), x.e + d.e)

    def measure(self, z: Fixed) -> Measured:
        value = self._round(z.q, z.e, GRADIENT_BITS)
        q = _flat(value.q).to(torch.int64)
        return Measured(
            value, len(q), self._sums(q), self._sums(q * q),
            self.numpy(q.amin(dim=0)), self.numpy(q.amax(dim=0)),
        )  # fmt: skip

    def _normalised(self, m: Measured, scale: Float32s, shift: Float32s) -> torch.Tensor:
        y: torch.Tensor = m.value.q.to(torch.float32) * self._vector(scale)
        return y + self._vector(shift)

    def activate(self, m: Measured, scale: Float32s, shift: Float32s) -> Fixed:
        y = self._normalised(m, scale, shift).clamp(min=0)
        return self._round(y, 0, ACTIVATION_BITS)

    def mask(self, m: Measured, scale: Float32s, shift: Float32s, d: Fixed) -> Masked:
        open_ = self._normalised(m, scale, shift) > 0
        value = self._round(torch.where(open_, d.q, 0), d.e, GRADIENT_BITS)
        flat = _flat(value.q).to(torch.int64)
        products = flat * _flat(m.value.q).to(torch.int64)
        return Masked(value, self._sums(flat), self._sums(products))

    def mix(self, d: Fixed, q: Fixed, by_d: Float32s, by_q: Float32s, constant: Float32s) -> Fixed:
        r = d.q.to(torch.float32) * self._vector(by_d)
        r = r + q.q.to(torch.float32) * self._vector(by_q)
        r = r + self._vector(constant)
        return self._round(r, d.e, GRADIENT_BITS)

    def affine(self, z: Fixed, bias: Any) -> Fixed:
        y = z.q.to(torch.float32) * power_of_two(z.e)
        return self._round(y + bias, 0, ACTIVATION_BITS)

    def settle(self, d: Fixed) -> tuple[Fixed, Float64s]:
        value = self._round(d.q, d.e, GRADIENT_BITS)
        return value, self._sums(value.q.to(torch.int64))

    def flatten(self, x: Fixed) -> Fixed:
        return Fixed(x.q.reshape(len(x.q), -1), x.e)

    def unflatten(self, x: Fixed, side: int) -> Fixed:
        return Fixed(x.q.reshape(len(x.q), side, side, -1), x.e)

    def _output(self, z: Fixed, bias: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The output, 1 + |t|, and the output on the grid of 1/4080."""
        t = z.q.to(torch.float32) * power_of_two(z.e)
        t = t + bias
        below = t.abs() + 1.0
        y = t / below
        y = y * 0.5
        y = y + 0.5
        return y, below, torch.round(y * 4080.0)

    def head(self, z: Fixed, bias: Any, pixels: Pixels) -> tuple[int, Fixed, Float64s]:
        y, below, grid = self._output(z, bias)
        target = self._vector(pixels).to(torch.int64)
        residual = grid.to(torch.int64) - 16 * target
        # Both sides of a division are whole tensors: by a number, CUDA would multiply instead.
        wanted = target.to(torch.float32) / torch.full_like(y, 255.0)
        error = (y - wanted) / (below * below)
        value = self._round(error, 0, GRADIENT_BITS)
        sums = self._sums(_flat(value.q).to(torch.int64))
        return int((residual * residual).sum()), value, sums

    def predict(self, z: Fixed, bias: Any) -> Ints:
        return self.numpy(self._output(z, bias)[2].to(torch.int16))

    def _root(self, x: torch.Tensor) -> torch.Tensor:
        """torch's own square root on a CPU is not correctly rounded; numpy's is."""
        return torch.from_numpy(np.sqrt(x.numpy())) if x.device.type == "cpu" else x.sqrt()

    def adam(self, p: Parameter, gradient: Any, factor: np.float32, step: AdamStep) -> None:
        if isinstance(gradient, np.ndarray):
            gradient = self._vector(gradient)
        g = p.values * float(step.weight_decay)
        g = g + gradient.to(torch.float32) * float(factor)
        mean = p.mean * float(step.keep_mean)
        p.mean = mean + g * float(step.take_mean)
        square = p.square * float(step.keep_square)
        g = g * g
        p.square = square + g * float(step.take_square)
        below = self._root(p.square) * float(step.correction)
        below = below + float(step.epsilon)
        p.values = p.values - (p.mean * float(step.rate)) / below

    def checksum(self, p: Parameter) -> int:
        total = 0
        factors = torch.arange(p.values.numel(), device=self._device) * 6
        for first, array in ((1, p.values), (3, p.mean), (5, p.square)):
            bits = array.reshape(-1).view(torch.int32).to(torch.int64) & 0xFFFFFFFF
            total += int((bits * (factors + first)).sum())
        return total % (1 << 64)
