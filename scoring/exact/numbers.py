"""Numbers: signed integers with one power-of-two exponent, how reals become them, and where random
ones come from."""

import hashlib
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

# splitmix64 (Steele et al., 2014).
_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)

Ints = npt.NDArray[np.signedinteger[Any]]
Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fixed:
    """A tensor of the values q · 2^e. What holds q is the backend's own affair.

    `int(e)` is the exponent; a GPU's backend has it where its numbers are, so that nothing waits,
    and one for each image (N, 1, …) where these are evaluated together.
    """

    q: Any
    e: Any


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


class Stream:
    """A named, endless sequence of 64-bit integers; the i-th can be asked for at once.

    It is splitmix64 over (stream, counter), all in 64-bit integers.
    """

    def __init__(self, seed: bytes, name: str) -> None:
        """`seed` is any bytes; `name` separates uses of one seed."""
        key = hashlib.sha256(len(seed).to_bytes(8, "little") + seed + name.encode()).digest()
        self._state = np.uint64(int.from_bytes(key[:8], "little"))
        self._drawn = 0

    def words(self, start: int, count: int) -> npt.NDArray[np.uint64]:
        """The integers number start … start + count − 1."""
        with np.errstate(over="ignore"):
            counter = np.arange(start + 1, start + count + 1, dtype=np.uint64)
            z = self._state + counter * _GAMMA
            z = (z ^ (z >> np.uint64(30))) * _FIRST
            z = (z ^ (z >> np.uint64(27))) * _SECOND
            return z ^ (z >> np.uint64(31))

    def below(self, bound: int) -> int:
        """The next integer in [0, bound), by multiplication: floor(word · bound / 2^64)."""
        word = int(self.words(self._drawn, 1)[0])
        self._drawn += 1
        return (word * bound) >> 64

    def between(self, low: int, high: int) -> int:
        """The next integer in [low, high], both included."""
        return low + self.below(high - low + 1)

    def permutation(self, count: int) -> list[int]:
        """A shuffle of 0 … count − 1 (Fisher-Yates from the end)."""
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order
