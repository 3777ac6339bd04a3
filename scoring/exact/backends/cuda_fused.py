"""The fused GPU backend: the tensor backend's integers in few passes over a GPU's memory.

Products leave their largest number behind as they are written, and what rounds them takes all sums
on its way: so a layer's pass forward is three kernels, where torch's own operations would read and
write its numbers some thirty times. It needs Triton, which comes with torch for CUDA.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from scoring.exact.backend import AdamStep, Masked, Measured, Parameter
from scoring.exact.backends.exponents import is_one, nought, range_of
from scoring.exact.backends.gemm import multiply_cuda_int8
from scoring.exact.backends.gpu import products, rounding
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.numbers import ACTIVATION_BITS, GRADIENT_BITS, Fixed

_Convolution = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], None]


@dataclass(frozen=True)
class Product(Fixed):
    """Exact sums of products, int32, that are about to be rounded."""

    largest: torch.Tensor
    """max |q|: int32 (1,), or (N,) of images that have an exponent each."""


class CudaFusedBackend(TensorBackend):
    """Triton's kernels for all that goes over many numbers, torch for the rest."""

    def __init__(self, device: str = "cuda", group: int = 1) -> None:
        super().__init__("cuda_fused", multiply_cuda_int8, device, group)

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        n, height, width, _ = x.q.shape
        return self._convolve(products.down, x, w, (n, height // 2, width // 2, w.q.shape[3]))

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        n, height, width, _ = x.q.shape
        return self._convolve(products.up, x, w, (n, 2 * height, 2 * width, w.q.shape[2]))

    def _convolve(
        self, operation: _Convolution, x: Fixed, w: Fixed, shape: tuple[int, ...]
    ) -> Product:
        z = self._empty(shape, torch.int32)
        largest = self._zeros((_units(x.e),), torch.int32)
        operation(x.q.contiguous(), w.q, z, largest)
        return Product(z, x.e + w.e, largest)

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        z = self._empty((4, 4, wide.q.shape[3], narrow.q.shape[3]), torch.int64)
        products.window_gradient(wide.q.contiguous(), narrow.q.contiguous(), z)
        return Fixed(z, wide.e + narrow.e)

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        return self._matrix(x.q, w.q, x.e + w.e)

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        return self._matrix(d.q, w.q.t(), d.e + w.e)

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        return self._matrix(x.q.t(), d.q, x.e + d.e)

    def _matrix(self, a: torch.Tensor, b: torch.Tensor, e: Any) -> Fixed:
        kind = products.kind_of_sums(a, b, a.shape[1])
        z = self._empty((a.shape[0], b.shape[1]), kind)
        products.matrix(a, b, z)
        return Fixed(z, e)

    def _round(self, x: torch.Tensor, exponent: Any, bits: int) -> Fixed:
        x = x.contiguous()
        e, unit = self._exponents(_largest(x, exponent), exponent, bits)
        q = self._empty(x.shape, torch.int8 if bits == ACTIVATION_BITS else torch.int16)
        rounding.values(x, unit, q, bits)
        return Fixed(q, e)

    def _exponents(
        self, largest: torch.Tensor, before: Any, bits: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The exponent, of as many sides as the one before, and what the numbers are multiplied by
        to get there: 0 where nothing is left of them."""
        known = before
        if isinstance(before, int):
            known = torch.full((), before, dtype=torch.int64, device=self._device)
        after = self._empty((_units(known),), torch.int64)
        unit = self._empty((_units(known),), torch.float64)
        rounding.exponents(largest, known.reshape(-1), after, unit, bits)
        return after.reshape(known.shape), unit

    def measure(self, z: Fixed) -> Measured:
        x, channels = z.q.contiguous(), z.q.shape[-1]
        largest = z.largest if isinstance(z, Product) else _largest(x, z.e)
        e, unit = self._exponents(largest, z.e, GRADIENT_BITS)
        q = self._empty(x.shape, torch.int16)
        totals, squares = self._zeros((2, channels), torch.int64).unbind()
        below_all = -(1 << GRADIENT_BITS)
        range_ = self._zeros((2, len(unit), channels), torch.int32) + below_all
        highest, lowest = range_.unbind()
        rounding.measured(x, unit, q, totals, squares, highest, lowest)
        count = q.numel() // channels
        bounds = torch.stack((-lowest, highest))
        return Measured(Fixed(q, e), count, totals.double(), squares.double(), bounds)

    def activate(self, m: Measured, scale: Any, shift: Any) -> Fixed:
        by = scale.reshape(-1, m.value.q.shape[-1])
        # Each channel is monotone, rounding included, so its ends tell which is the largest.
        ends = m.bounds.to(torch.float32) * by
        ends = (ends + shift).clamp(min=0)
        e, unit = self._exponents(ends.amax(dim=(0, 2)), nought(m.value.e), ACTIVATION_BITS)
        y = self._empty(m.value.q.shape, torch.int8)
        rounding.activated(m.value.q, by, shift, unit, y, ACTIVATION_BITS)
        return Fixed(y, e)

    def mask(self, m: Measured, scale: Any, shift: Any, d: Fixed) -> Masked:
        x, q = d.q.contiguous(), m.value.q
        largest = self._zeros((1,), x.dtype)
        rounding.largest_masked(x, q, scale, shift, largest)
        e, unit = self._exponents(largest, d.e, GRADIENT_BITS)
        out = self._empty(q.shape, torch.int16)
        totals, sums = self._zeros((2, q.shape[-1]), torch.int64).unbind()
        rounding.masked(x, q, scale, shift, unit, out, totals, sums)
        return Masked(Fixed(out, e), totals.double(), sums.double())

    def mix(self, d: Fixed, q: Fixed, by_d: Any, by_q: Any, constant: Any) -> Fixed:
        largest = self._zeros((1,), torch.int32)
        rounding.largest_mixed(d.q, q.q, by_d, by_q, constant, largest)
        e, unit = self._exponents(largest.view(torch.float32), d.e, GRADIENT_BITS)
        out = self._empty(d.q.shape, torch.int16)
        rounding.mixed(d.q, q.q, by_d, by_q, constant, unit, out)
        return Fixed(out, e)

    def adam(self, p: Parameter, gradient: Any, factor: Any, step: AdamStep) -> None:
        rounding.adam(
            *(p.values, p.mean, p.square, gradient.contiguous()),
            *(self._number(x) for x in (factor, step.rate, step.correction)),
            *(float(x) for x in (step.weight_decay, step.keep_mean, step.take_mean)),
            *(float(x) for x in (step.keep_square, step.take_square, step.epsilon)),
        )

    def checksums(self, parameters: Sequence[Parameter]) -> torch.Tensor:
        totals = self._zeros((len(parameters),), torch.int64)
        for i, p in enumerate(parameters):
            rounding.checksum(p.values, p.mean, p.square, totals[i : i + 1])
        return totals

    def _number(self, x: Any) -> torch.Tensor:
        """A float32 on the device, where it is not there yet."""
        if isinstance(x, torch.Tensor):
            return x
        return torch.full((), float(x), dtype=torch.float32, device=self._device)

    def _empty(self, shape: Sequence[int], kind: torch.dtype) -> torch.Tensor:
        return torch.empty(tuple(shape), dtype=kind, device=self._device)

    def _zeros(self, shape: Sequence[int], kind: torch.dtype) -> torch.Tensor:
        return torch.zeros(tuple(shape), dtype=kind, device=self._device)


def _units(e: Any) -> int:
    """How many exponents there are: one, or one for each image."""
    return 1 if is_one(e) else len(e)


def _largest(x: torch.Tensor, e: Any) -> torch.Tensor:
    """max |x|, of all or of each image: (1,) or (N,)."""
    low, high = range_of(x, e)
    return torch.maximum(-low, high).reshape(-1)
