"""Exponents on torch tensors: where the numbers are, so that nothing waits for them to be read.

A batch that is trained on has one exponent, of no sides. Images that are evaluated have one each,
(N, 1, …), of as many sides as their tensor, so that they meet it as a single one does.
"""

from typing import Any

import torch

from scoring.exact import numbers

# float64 keeps 52 bits of a number, then 11 of its exponent, which counts from -1023.
_MANTISSA, _EXPONENTS, _BIAS = 52, (1 << 11) - 1, 1023


def power_of_two(exponent: Any) -> Any:
    """2^exponent by its bits: a library's power may be off by one."""
    if isinstance(exponent, int):
        return numbers.power_of_two(exponent)
    return ((exponent + _BIAS) << _MANTISSA).view(torch.float64)


def ceiling_exponent(largest: torch.Tensor) -> torch.Tensor:
    """The smallest k with largest < 2^k, of a positive float64 that is not subnormal."""
    return (largest.view(torch.int64) >> _MANTISSA & _EXPONENTS) - (_BIAS - 1)


def is_one(e: Any) -> bool:
    """Whether it is the exponent of a whole tensor."""
    return isinstance(e, int) or e.ndim == 0


def nought(e: Any) -> Any:
    """The exponent of what is in units of 1: for each image if that had one."""
    return e * 0


def with_sides(e: Any, count: int) -> Any:
    """The exponents of a tensor that is given so many sides."""
    return e if is_one(e) else e.reshape(-1, *[1] * (count - 1))


def range_of(x: torch.Tensor, e: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The least and the largest number: of all, or of each image where e is one for each."""
    if is_one(e):
        low, high = torch.aminmax(x)
        return low, high
    low, high = torch.aminmax(x.reshape(len(x), -1), dim=1)
    return low.view(e.shape), high.view(e.shape)
