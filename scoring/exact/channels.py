"""The few operations on numbers for each channel that batch norm needs, in a backend's own memory.

What is written with + - * stays as it is. What differs between numpy and torch, or is easily done
in another way than IEEE 754 says, stands here.
"""

from typing import Any, Protocol

import numpy as np

from scoring.exact.numbers import Float64s, power_of_two


class Channels(Protocol):
    """float64 for each channel (C,), or one number; whatever of it a backend makes."""

    def of(self, values: Float64s) -> Any:
        """Copy them into the backend's memory."""

    def power_of_two(self, exponent: Any) -> Any:
        """2^exponent of a tensor's exponent, exactly."""

    def over(self, x: Any, count: int) -> Any:
        """x / count, correctly rounded: never a product with 1/count."""

    def inverse_root(self, x: Any) -> Any:
        """1 / √x, a root and a quotient, each correctly rounded."""

    def at_least_zero(self, x: Any) -> Any:
        """max(x, 0)."""

    def double(self, values: Any) -> Any:
        """float32 values as float64."""

    def single(self, x: Any) -> Any:
        """Rounded to float32."""


class HostChannels:
    """In numpy."""

    def of(self, values: Float64s) -> Float64s:
        return values.copy()

    def power_of_two(self, exponent: int) -> float:
        return power_of_two(exponent)

    def over(self, x: Any, count: int) -> Any:
        return x / count

    def inverse_root(self, x: Float64s) -> Any:
        return 1.0 / np.sqrt(x)

    def at_least_zero(self, x: Float64s) -> Any:
        return np.maximum(x, 0.0)

    def double(self, values: Any) -> Any:
        return values.astype(np.float64)

    def single(self, x: Any) -> Any:
        return np.asarray(x).astype(np.float32)[()]
