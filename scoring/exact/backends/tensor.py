"""The tensor backend: torch operations, one at a time, on the CPU or a GPU.

It needs only torch. Every line is one IEEE operation per element, or is on integers. Exponents and
sums stay where the tensors are, so that a GPU is given a whole step without ever being waited for.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from scoring.exact.backend import AdamStep, Masked, Measured, Parameter, Propagate
from scoring.exact.backends.exponents import (
    ceiling_exponent,
    nought,
    power_of_two,
    range_of,
    with_sides,
)
from scoring.exact.backends.gemm import Multiply
from scoring.exact.numbers import (
    ACTIVATION_BITS,
    GRADIENT_BITS,
    SMALLEST_EXPONENT,
    Fixed,
    Float64s,
    Ints,
    limit,
)


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


def _root(x: torch.Tensor) -> torch.Tensor:
    """torch's own square root on a CPU is not correctly rounded; numpy's is."""
    return torch.from_numpy(np.sqrt(x.numpy())) if x.device.type == "cpu" else x.sqrt()


def _moved(values: npt.NDArray[Any], device: torch.device) -> torch.Tensor:
    """A copy of a numpy array; into a GPU's memory while that goes on with what it was given."""
    if device.type != "cuda":
        return torch.from_numpy(np.array(values)).to(device)
    # What is pinned is a copy already. torch takes no array that it could not write to.
    here = np.require(values, requirements=["C", "W"])
    return torch.from_numpy(here).pin_memory().to(device, non_blocking=True)


class _TensorChannels:
    """`Channels` in torch, on one device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device

    def of(self, values: Float64s) -> torch.Tensor:
        return _moved(values, self._device)

    def power_of_two(self, exponent: Any) -> Any:
        return power_of_two(exponent)

    def over(self, x: torch.Tensor, count: int) -> torch.Tensor:
        # Both sides are whole tensors: by a number, CUDA would multiply instead.
        return x / torch.full_like(x, count)

    def inverse_root(self, x: torch.Tensor) -> torch.Tensor:
        return torch.ones_like(x) / _root(x)

    def at_least_zero(self, x: torch.Tensor) -> torch.Tensor:
        return x.clamp(min=0)

    def double(self, values: torch.Tensor) -> torch.Tensor:
        return values.double()

    def single(self, x: torch.Tensor) -> torch.Tensor:
        return x.float()


class TensorBackend:
    """torch, with one of the products of `gemm.py`."""

    def __init__(self, name: str, multiply: Multiply, device: str = "cpu", group: int = 1) -> None:
        self.name, self.device, self.group = name, device, group
        self._multiply, self._device = multiply, torch.device(device)
        self.channels = _TensorChannels(self._device)

    def recorded(self, network: Any) -> Propagate:
        from scoring.exact.backends.recording import RecordedSteps, cuda_graphs_on

        if self._device.type == "cuda":
            return RecordedSteps(network, cuda_graphs_on(self._device))
        propagate: Propagate = network.propagate
        return propagate

    def array(self, values: npt.NDArray[Any]) -> Any:
        return _moved(values, self._device)

    def numpy(self, values: Any) -> npt.NDArray[Any]:
        here: npt.NDArray[Any] = values.cpu().numpy()
        return here if values.is_cuda else here.copy()  # from a GPU it is a copy already

    def integers(self, x: Fixed) -> Ints:
        return self.numpy(x.q.to(torch.int16))

    def load(self, q: Ints, e: int) -> Fixed:
        return Fixed(self.array(q.astype(np.int16, copy=False)), e)

    def _round(self, x: torch.Tensor, exponent: Any, bits: int) -> Fixed:
        """Round x · 2^exponent, integers or float32, to `bits` bits, half to even."""
        kind = torch.int8 if bits == ACTIVATION_BITS else torch.int16
        low, high = (v.double() for v in range_of(x, exponent))
        largest = torch.maximum(-low, high)
        e = ceiling_exponent(largest) + exponent
        nothing = (largest == 0) | (e < SMALLEST_EXPONENT)
        e = (e - bits).masked_fill(nothing, 0)
        unit = power_of_two(exponent - e).masked_fill(nothing, 0)
        scaled = torch.round(x.double() * unit)
        return Fixed(scaled.clamp(-limit(bits), limit(bits)).to(kind), e)

    def each(self, x: Fixed) -> Fixed:
        sides = (len(x.q), *[1] * (x.q.ndim - 1))
        return Fixed(x.q, torch.full(sides, x.e, dtype=torch.int64, device=self._device))

    def _sums(self, x: torch.Tensor) -> torch.Tensor:
        return x.sum(dim=0).double()

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
        # `TAPS` of the kernel: 3 and 1 for even outputs, 2 and 0 for odd ones.
        taps = w.q.flip(0, 1)
        for a in (0, 1):
            for b in (0, 1):
                seen = padded.as_strided(shape, steps, a * s[1] + b * s[2])
                kernel = taps[a::2, b::2].permute(0, 1, 3, 2)
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
        return Measured(value, len(q), self._sums(q), self._sums(q * q))

    def activate(self, m: Measured, scale: Any, shift: Any) -> Fixed:
        y = _normalised(m, scale, shift).clamp(min=0)
        return self._round(y, nought(m.value.e), ACTIVATION_BITS)

    def mask(self, m: Measured, scale: Any, shift: Any, d: Fixed) -> Masked:
        open_ = _normalised(m, scale, shift) > 0
        value = self._round(d.q.masked_fill(~open_, 0), d.e, GRADIENT_BITS)
        flat = _flat(value.q).to(torch.int64)
        products = flat * _flat(m.value.q).to(torch.int64)
        return Masked(value, self._sums(flat), self._sums(products))

    def mix(self, d: Fixed, q: Fixed, by_d: Any, by_q: Any, constant: Any) -> Fixed:
        r = d.q.to(torch.float32) * by_d
        r = r + q.q.to(torch.float32) * by_q
        r = r + constant
        return self._round(r, d.e, GRADIENT_BITS)

    def affine(self, z: Fixed, bias: Any) -> Fixed:
        y = z.q.to(torch.float32) * _unit(z)
        return self._round(y + bias, nought(z.e), ACTIVATION_BITS)

    def settle(self, d: Fixed) -> tuple[Fixed, torch.Tensor]:
        value = self._round(d.q, d.e, GRADIENT_BITS)
        return value, self._sums(value.q.to(torch.int64))

    def flatten(self, x: Fixed) -> Fixed:
        return Fixed(x.q.reshape(len(x.q), -1), with_sides(x.e, 2))

    def unflatten(self, x: Fixed, side: int) -> Fixed:
        return Fixed(x.q.reshape(len(x.q), side, side, -1), with_sides(x.e, 4))

    def _output(self, z: Fixed, bias: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The output, 1 + |t|, and the output on the grid of 1/4080."""
        t = z.q.to(torch.float32) * _unit(z)
        t = t + bias
        below = t.abs() + 1.0
        y = t / below
        y = y * 0.5
        y = y + 0.5
        return y, below, torch.round(y * 4080.0)

    def head(self, z: Fixed, bias: Any, pixels: Any) -> tuple[torch.Tensor, Fixed, Any]:
        y, below, grid = self._output(z, bias)
        given = pixels if isinstance(pixels, torch.Tensor) else self.array(pixels)
        target = given.to(torch.int64)
        residual = grid.to(torch.int64) - 16 * target
        wanted = self.channels.over(target.to(torch.float32), 255)
        error = (y - wanted) / (below * below)
        value = self._round(error, 0, GRADIENT_BITS)
        sums = self._sums(_flat(value.q).to(torch.int64))
        return (residual * residual).sum(), value, sums

    def predict(self, z: Fixed, bias: Any) -> torch.Tensor:
        return self._output(z, bias)[2].to(torch.int16)

    def adam(self, p: Parameter, gradient: Any, factor: Any, step: AdamStep) -> None:
        g = p.values * step.weight_decay
        g = g + gradient.to(torch.float32) * factor
        mean = p.mean * step.keep_mean
        p.mean = mean + g * step.take_mean
        square = p.square * step.keep_square
        g = g * g
        p.square = square + g * step.take_square
        below = _root(p.square) * step.correction
        below = below + step.epsilon
        p.values = p.values - (p.mean * step.rate) / below

    def checksums(self, parameters: Sequence[Parameter]) -> torch.Tensor:
        return torch.stack([self._checksum(p) for p in parameters])

    def _checksum(self, p: Parameter) -> torch.Tensor:
        """Sums of int64 wrap around, as they shall."""
        factors = torch.arange(p.values.numel(), device=self._device) * 6
        total = torch.zeros((), dtype=torch.int64, device=self._device)
        for first, array in ((1, p.values), (3, p.mean), (5, p.square)):
            bits = array.reshape(-1).view(torch.int32).to(torch.int64) & 0xFFFFFFFF
            total = total + (bits * (factors + first)).sum()
        return total


def _normalised(m: Measured, scale: Any, shift: Any) -> torch.Tensor:
    y: torch.Tensor = m.value.q.to(torch.float32) * scale
    y = y + shift
    return y


def _unit(z: Fixed) -> Any:
    """2^e as float32: a number of float64 would make the product one."""
    unit = power_of_two(z.e)
    return unit if isinstance(unit, float) else unit.float()
