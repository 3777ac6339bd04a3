"""Number formats: signed integers with one power-of-two exponent, and how reals become them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

ACTIVATION_BITS = 6
"""Activations and weights: |q| ≤ 63."""
GRADIENT_BITS = 13
"""Gradients and the inputs of batch norm: |q| ≤ 8191."""
SMALLEST_EXPONENT = -100
"""A tensor whose every |x| is below 2^-100 is the zero tensor."""

Ints = npt.NDArray[np.signedinteger[Any]]
Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fixed:
    """A tensor of the values q · 2^e. What holds q is the backend's own affair."""

    q: Any
    e: int


def power_of_two(exponent: int) -> float:
    """2^exponent, exactly."""
    return math.ldexp(1.0, exponent)


def ceiling_exponent(largest: float) -> int:
    """The smallest k with largest < 2^k; `largest` is positive, an int or a float."""
    return largest.bit_length() if isinstance(largest, int) else math.frexp(largest)[1]


def limit(bits: int) -> int:
    """The largest |q| of a tensor of `bits` bits."""
    return (1 << bits) - 1


def exponent_for(largest: float, exponent: int, bits: int) -> int | None:
    """The exponent a tensor with max |x| = largest · 2^exponent takes; None for the zero tensor."""
    if largest == 0 or ceiling_exponent(largest) + exponent < SMALLEST_EXPONENT:
        return None
    return ceiling_exponent(largest) + exponent - bits


def round_shift(z: Ints, shift: int) -> Ints:
    """z / 2^shift, rounded half to even; a negative shift multiplies."""
    if shift <= 0:
        return z << -shift
    floor = z >> shift
    rest = z - (floor << shift)
    half = 1 << (shift - 1)
    up = (rest > half) | ((rest == half) & ((floor & 1) == 1))
    rounded: Ints = floor + up
    return rounded


def quantise_integers(z: Ints, exponent: int, bits: int) -> Fixed:
    """Round the values z · 2^exponent to `bits` bits."""
    wide = z.astype(np.int64)
    largest = int(np.abs(wide).max(initial=0))
    e = exponent_for(largest, exponent, bits)
    if e is None:
        return Fixed(np.zeros(z.shape, np.int64), 0)
    return Fixed(np.clip(round_shift(wide, e - exponent), -limit(bits), limit(bits)), e)


def quantise_reals(x: Float32s, exponent: int, bits: int) -> Fixed:
    """Round the values x · 2^exponent to `bits` bits, half to even."""
    largest = float(np.abs(x).max(initial=np.float32(0)))
    e = exponent_for(largest, exponent, bits)
    if e is None:
        return Fixed(np.zeros(x.shape, np.int64), 0)
    scaled = np.rint(x.astype(np.float64) * power_of_two(exponent - e))
    return Fixed(np.clip(scaled, -limit(bits), limit(bits)).astype(np.int64), e)


def digits(q: Ints) -> list[Ints]:
    """Split |q| ≤ 8191 into two base-128 digits, most significant first, each |digit| ≤ 64."""
    low = ((q + 64) & 127) - 64
    return [(q - low) >> 7, low]
