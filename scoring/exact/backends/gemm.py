"""Exact integer matrix products out of a machine's ordinary ones, on torch tensors.

Each takes two integer matrices, int8 with |a| ≤ 63 or int16 with |a| ≤ 8191, and returns their
product exactly, as int64. Which of them is right on a machine is found out by `selftest.py`.
"""

from collections.abc import Callable, Iterator

import torch

Multiply = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

LONGEST_INT8 = (1 << 31) // (64 * 64) // 2
"""Products of two digits that surely fit into an int32 sum."""
_LONGEST_FLOAT32 = (1 << 24) // (64 * 64)
"""Products of two digits whose sum float32 holds exactly, in whatever order they are added."""


def digit_planes(x: torch.Tensor) -> list[tuple[int, torch.Tensor]]:
    """(weight, int8 digits) with x = Σ weight · digits and |digit| ≤ 64."""
    if x.dtype == torch.int8:
        return [(1, x)]
    low = ((x + 64) & 127) - 64
    return [(128, ((x - low) >> 7).to(torch.int8)), (1, low.to(torch.int8))]


def _chunks(a: torch.Tensor, b: torch.Tensor, longest: int) -> Iterator[tuple[torch.Tensor, ...]]:
    for start in range(0, a.shape[1], longest):
        yield a[:, start : start + longest], b[start : start + longest]


def _by_digits(a: torch.Tensor, b: torch.Tensor, longest: int, product: Multiply) -> torch.Tensor:
    total = torch.zeros((a.shape[0], b.shape[1]), dtype=torch.int64, device=a.device)
    for left_weight, left in digit_planes(a):
        for right_weight, right in digit_planes(b):
            for part in _chunks(left, right, longest):
                total += product(*part).to(torch.int64) * (left_weight * right_weight)
    return total


def multiply_float64(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """By float64 products, in parts short enough that every sum stays below 2^53."""
    total = torch.zeros((a.shape[0], b.shape[1]), dtype=torch.int64, device=a.device)
    for left, right in _chunks(a, b, 1 << 26):
        total += (left.double() @ right.double()).to(torch.int64)
    return total


def multiply_float32(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """By float32 products of digits, in parts short enough that every sum stays below 2^24."""
    return _by_digits(a, b, _LONGEST_FLOAT32, lambda x, y: x.float() @ y.float())


def multiply_int8(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """By the CPU's int8 products of digits."""
    return _by_digits(a, b, LONGEST_INT8, lambda x, y: torch._int_mm(x.contiguous(), y))


def _up_to(count: int, step: int) -> int:
    return -(-count // step) * step


def _int_mm_cuda(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """torch._int_mm wants more than 16 rows, and K and columns in eights: pad with zeros."""
    rows, depth = a.shape
    columns = b.shape[1]
    left = a.new_zeros((max(32, _up_to(rows, 8)), _up_to(depth, 16)))
    left[:rows, :depth] = a
    # The right matrix is stored by columns, the layout that every version accepts.
    right = b.new_zeros((_up_to(columns, 16), _up_to(depth, 16)))
    right[:columns, :depth] = b.t()
    return torch._int_mm(left, right.t())[:rows, :columns]


def multiply_cuda_int8(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """By a GPU's int8 products of digits."""
    return _by_digits(a, b, LONGEST_INT8, _int_mm_cuda)
