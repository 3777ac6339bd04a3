"""What a backend has to be able to do; every one of them must give the same integers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from scoring.exact.channels import Channels, HostChannels
from scoring.exact.numbers import Fixed, Ints
from scoring.submission.image import Pixels

TAPS = ((3, 1), (2, 0))
"""Of a transposed convolution, for an output of even and of odd index: which rows of the kernel its
two inputs meet."""


@dataclass(frozen=True)
class Measured:
    """Pre-activations rounded to 14 bits, and the exact sums over everything but the channel."""

    value: Fixed
    count: int
    total: Any  # float64 (C,), as are the other sums
    squares: Any
    bounds: Any = None
    """The smallest and the largest integers, (2, C), where the backend's `activate` wants them."""


@dataclass(frozen=True)
class Masked:
    """Gradients behind a ReLU rounded to 14 bits, with Σd and Σd·q per channel, exact."""

    value: Fixed
    total: Any
    products: Any


@dataclass(frozen=True, slots=True)
class AdamStep:
    """The constants of one Adam step, each a float32 value; see docs/arithmetic.md."""

    weight_decay: np.float32
    keep_mean: np.float32
    take_mean: np.float32
    keep_square: np.float32
    take_square: np.float32
    rate: Any  # float32, of a recorded step in the backend's memory, as is the correction
    correction: Any
    epsilon: np.float32


Propagate = Callable[[Fixed, Any, AdamStep], Any]
"""`Autoencoder.propagate`: of a batch as the network sees it and as it was, to its error."""


@dataclass
class Parameter:
    """One trained tensor with Adam's two moments, float32 in the backend's own memory."""

    name: str
    values: Any
    mean: Any
    square: Any


class Backend(Protocol):
    """The operations of docs/arithmetic.md. Shapes are NHWC; 4×4 windows, stride 2, padding 1.

    What is `Any` lies in the backend's own memory. Within a step nothing is asked for but through
    these, so that a GPU never has to wait for the host to look at a number.
    """

    name: str

    @property
    def device(self) -> str:
        """Where it computes, as torch names it."""

    @property
    def group(self) -> int:
        """How many images it evaluates together at most; 1 where one after the other is faster."""

    @property
    def channels(self) -> Channels:
        """What batch norm needs."""

    def recorded(self, network: Any) -> Propagate:
        """`network.propagate`, or what does the same in fewer calls."""

    def array(self, values: npt.NDArray[Any]) -> Any:
        """Copy a numpy array into the backend's memory."""

    def numpy(self, values: Any) -> npt.NDArray[Any]:
        """Copy floating-point or integer values back."""

    def integers(self, x: Fixed) -> Ints:
        """The integers of an activation or gradient, int16, in their plain shape."""

    def load(self, q: Ints, e: int) -> Fixed:
        """The inverse of `integers`, for (N, H, W, C) or (N, K)."""

    def each(self, x: Fixed) -> Fixed:
        """The same images, up to `group` of them, from here on each with an exponent of its own."""

    def weight(self, values: Any) -> Fixed:
        """Quantise float32 weights to 7 bits, for `down`, `up`, `dense` or `dense_back`."""

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        """(N, 2H, 2W, Ci) × (4, 4, Ci, Co) → (N, H, W, Co): convolution, exact integers."""

    def up(self, x: Fixed, w: Fixed) -> Fixed:
        """(N, H, W, Co) × (4, 4, Ci, Co) → (N, 2H, 2W, Ci): the adjoint of `down`."""

    def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
        """(N, 2H, 2W, Ci) × (N, H, W, Co) → (4, 4, Ci, Co)."""

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        """(N, I) × (I, O) → (N, O)."""

    def dense_back(self, d: Fixed, w: Fixed) -> Fixed:
        """(N, O) × (I, O) → (N, I)."""

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        """(N, I) × (N, O) → (I, O)."""

    def measure(self, z: Fixed) -> Measured:
        """Round exact pre-activations (N, H, W, C) to 14 bits and take their sums."""

    def activate(self, m: Measured, scale: Any, shift: Any) -> Fixed:
        """max(q · scale + shift, 0) per channel, rounded to 7 bits; the exponent is not in q."""

    def mask(self, m: Measured, scale: Any, shift: Any, d: Fixed) -> Masked:
        """Zero d wherever `activate` gave no positive value, round to 14 bits, take the sums."""

    def mix(self, d: Fixed, q: Fixed, by_d: Any, by_q: Any, constant: Any) -> Fixed:
        """(d · by_d + q · by_q) + constant per channel, in units of 2^d.e, rounded to 14 bits."""

    def affine(self, z: Fixed, bias: Any) -> Fixed:
        """z · 2^e + bias, rounded to 7 bits: the output of a dense layer."""

    def settle(self, d: Fixed) -> tuple[Fixed, Any]:
        """Round exact gradients (N, K) to 14 bits; the sums over N."""

    def flatten(self, x: Fixed) -> Fixed:
        """(N, H, W, C) → (N, H·W·C)."""

    def unflatten(self, x: Fixed, side: int) -> Fixed:
        """(N, K) → (N, side, side, K / side²)."""

    def head(self, z: Fixed, bias: Any, pixels: Pixels) -> tuple[Any, Fixed, Any]:
        """Loss of the output: Σ residual², its gradient to 14 bits, and the sums over pixels."""

    def predict(self, z: Fixed, bias: Any) -> Any:
        """The output as integers in [0, 4080], int16, sixteen to a pixel value."""

    def adam(self, p: Parameter, gradient: Any, factor: Any, step: AdamStep) -> None:
        """One Adam step in place; the gradient is float32(integers) · factor."""

    def checksums(self, parameters: Sequence[Parameter]) -> Any:
        """Of each: Σ (6i+1)·values[i] + (6i+3)·mean[i] + (6i+5)·square[i] mod 2^64, of their bits.

        64-bit integers, signed or not.
        """


class OnHost:
    """What backends share whose memory is numpy's: there is nobody to wait for."""

    device, group = "cpu", 1
    channels = HostChannels()

    def recorded(self, network: Any) -> Propagate:
        propagate: Propagate = network.propagate
        return propagate

    def each(self, x: Fixed) -> Fixed:
        return x  # there is only one
