"""What a step does number by number on a GPU, in a few passes over memory, by kernels of our own.

Operations are registered with torch, so that it can trace them, and knows that they need no number
on the host.
"""

import math
from typing import Any

import torch
import triton
from torch.library import custom_op

from scoring.exact.backends.gpu.kernels import rounding as kernels
from scoring.exact.backends.gpu.launching import ENOUGH, launch
from scoring.exact.numbers import GRADIENT_BITS, SMALLEST_EXPONENT

_BLOCK = 1024
_TILE = 2048
_COLUMNS = 64
_MOST_LOOPS = 16
"""Tiles whose sums a program takes, in int32, before it adds them to everybody's."""


def _tile(channels: int) -> dict[str, int]:
    columns = min(_COLUMNS, triton.next_power_of_2(channels))
    return {"ROWS": _TILE // columns, "COLUMNS": columns}


def _loops(rows: int, channels: int, tile: dict[str, int], images: int = 1) -> int:
    """As many as leave enough programs."""
    loops = _MOST_LOOPS
    while loops > 1 and math.prod(_grid(rows, channels, tile, loops, images)) < ENOUGH:
        loops //= 2
    return loops


def _grid(
    rows: int, channels: int, tile: dict[str, int], loops: int, images: int = 1
) -> tuple[int, int, int]:
    return triton.cdiv(rows, tile["ROWS"] * loops), triton.cdiv(channels, tile["COLUMNS"]), images


@custom_op("judging_oracle::exponents", mutates_args=("after", "unit"))
def exponents(
    largest: torch.Tensor, before: torch.Tensor, after: torch.Tensor, unit: torch.Tensor, bits: int
) -> None:
    """Of numbers up to `largest` · 2^`before`, of each image: the exponent that they take in so
    many bits, and the power of two that brings them there; 0 and 0 where all are nothing.

    `largest`: (N,), any kind; `before`: int64 (1,) or (N,); `after`, `unit`: int64, float64 (N,).
    """
    count, block = len(after), triton.next_power_of_2(len(after))
    launch(
        kernels.exponents, (1,),
        largest, before, after, unit, count, int(len(before) > 1),
        BITS=bits, SMALLEST=SMALLEST_EXPONENT, BLOCK=block,
    )  # fmt: skip


@custom_op("judging_oracle::values", mutates_args=("q",))
def values(x: torch.Tensor, unit: torch.Tensor, q: torch.Tensor, bits: int) -> None:
    """Rounds x, contiguous, to q: all by `unit` (1,), or each of N images by its own."""
    images = len(unit)
    count = x.numel() // images
    launch(
        kernels.values, (triton.cdiv(count, _BLOCK), images),
        x, unit, q, count,
        BITS=bits, BLOCK=_BLOCK,
    )  # fmt: skip


@custom_op("judging_oracle::measured", mutates_args=("q", "totals", "squares", "highest", "lowest"))
def measured(
    z: torch.Tensor,
    unit: torch.Tensor,
    q: torch.Tensor,
    totals: torch.Tensor,
    squares: torch.Tensor,
    highest: torch.Tensor,
    lowest: torch.Tensor,
) -> None:
    """Rounds z (…, C) to 14 bits, by `unit` as in `values`, and takes the sums of each channel.

    `totals`, `squares`: int64 (C,), at first 0; `highest`, `lowest`: the largest q and −q of each
    channel, int32 (1, C) or (N, C), at first below all.
    """
    images, channels = len(unit), z.shape[-1]
    rows, tile = z.numel() // channels // images, _tile(channels)
    loops = _loops(rows, channels, tile, images)
    launch(
        kernels.measured, _grid(rows, channels, tile, loops, images),
        z, unit, q, totals, squares, highest, lowest, rows, channels,
        BITS=GRADIENT_BITS, LOOPS=loops, **tile,
    )  # fmt: skip


@custom_op("judging_oracle::activated", mutates_args=("y",))
def activated(
    q: torch.Tensor,
    scale: torch.Tensor,
    shift: torch.Tensor,
    unit: torch.Tensor,
    y: torch.Tensor,
    bits: int,
) -> None:
    """max(q · scale + shift, 0), rounded to y by `unit` as in `values`.

    `scale`: float32 (1, C), or (N, C) for N units; `shift`: (C,).
    """
    images, channels = len(unit), q.shape[-1]
    rows, tile = q.numel() // channels // images, _tile(channels)
    step = channels if len(scale) > 1 else 0
    launch(
        kernels.activated, _grid(rows, channels, tile, 1, images),
        q, scale, shift, unit, y, rows, channels, step,
        BITS=bits, **tile,
    )  # fmt: skip


@custom_op("judging_oracle::largest_masked", mutates_args=("largest",))
def largest_masked(
    d: torch.Tensor,
    q: torch.Tensor,
    scale: torch.Tensor,
    shift: torch.Tensor,
    largest: torch.Tensor,
) -> None:
    """The largest |d| where q · scale + shift > 0, (1,) of d's kind, at first 0."""
    channels = d.shape[-1]
    rows, tile = d.numel() // channels, _tile(channels)
    loops = _loops(rows, channels, tile)
    launch(
        kernels.largest_masked, _grid(rows, channels, tile, loops),
        d, q, scale, shift, largest, rows, channels,
        LOOPS=loops, **tile,
    )  # fmt: skip


@custom_op("judging_oracle::masked", mutates_args=("out", "totals", "products"))
def masked(
    d: torch.Tensor,
    q: torch.Tensor,
    scale: torch.Tensor,
    shift: torch.Tensor,
    unit: torch.Tensor,
    out: torch.Tensor,
    totals: torch.Tensor,
    products: torch.Tensor,
) -> None:
    """d where q · scale + shift > 0, else 0, rounded to 14 bits.

    `totals`, `products`: Σ out and Σ out · q of each channel, int64 (C,), at first 0.
    """
    channels = d.shape[-1]
    rows, tile = d.numel() // channels, _tile(channels)
    loops = _loops(rows, channels, tile)
    launch(
        kernels.masked, _grid(rows, channels, tile, loops),
        d, q, scale, shift, unit, out, totals, products, rows, channels,
        BITS=GRADIENT_BITS, LOOPS=loops, **tile,
    )  # fmt: skip


@custom_op("judging_oracle::largest_mixed", mutates_args=("largest",))
def largest_mixed(
    d: torch.Tensor,
    q: torch.Tensor,
    by_d: torch.Tensor,
    by_q: torch.Tensor,
    constant: torch.Tensor,
    largest: torch.Tensor,
) -> None:
    """The largest |d · by_d + q · by_q + constant|: a float32's bits, int32 (1,), at first 0."""
    channels = d.shape[-1]
    rows, tile = d.numel() // channels, _tile(channels)
    loops = _loops(rows, channels, tile)
    launch(
        kernels.largest_mixed, _grid(rows, channels, tile, loops),
        d, q, by_d, by_q, constant, largest, rows, channels,
        LOOPS=loops, **tile,
    )  # fmt: skip


@custom_op("judging_oracle::mixed", mutates_args=("out",))
def mixed(
    d: torch.Tensor,
    q: torch.Tensor,
    by_d: torch.Tensor,
    by_q: torch.Tensor,
    constant: torch.Tensor,
    unit: torch.Tensor,
    out: torch.Tensor,
) -> None:
    """d · by_d + q · by_q + constant, each operation rounded, and all to 14 bits."""
    channels = d.shape[-1]
    rows, tile = d.numel() // channels, _tile(channels)
    launch(
        kernels.mixed, _grid(rows, channels, tile, 1),
        d, q, by_d, by_q, constant, unit, out, rows, channels,
        BITS=GRADIENT_BITS, **tile,
    )  # fmt: skip


@custom_op("judging_oracle::adam", mutates_args=("weights", "mean", "square"))
def adam(
    weights: torch.Tensor,
    mean: torch.Tensor,
    square: torch.Tensor,
    gradient: torch.Tensor,
    factor: torch.Tensor,
    rate: torch.Tensor,
    correction: torch.Tensor,
    weight_decay: float,
    keep_mean: float,
    take_mean: float,
    keep_square: float,
    take_square: float,
    epsilon: float,
) -> None:
    """One step of Adam in place, by float32(gradient) · factor; the constants are `AdamStep`'s."""
    launch(
        kernels.adam, (triton.cdiv(weights.numel(), _BLOCK),),
        weights, mean, square, gradient, factor, rate, correction, weights.numel(),
        weight_decay, keep_mean, take_mean, keep_square, take_square, epsilon,
        BLOCK=_BLOCK,
    )  # fmt: skip


@custom_op("judging_oracle::checksum", mutates_args=("total",))
def checksum(
    weights: torch.Tensor, mean: torch.Tensor, square: torch.Tensor, total: torch.Tensor
) -> None:
    """`Backend.checksums` of one parameter, added to int64 (1,)."""
    bits = (x.view(torch.int32) for x in (weights, mean, square))
    launch(
        kernels.checksum, (triton.cdiv(weights.numel(), _BLOCK),),
        *bits, total, weights.numel(),
        BLOCK=_BLOCK,
    )  # fmt: skip


def _nothing(*_: Any) -> None:
    """What torch needs to know of an operation that only writes into what it is given."""


for _op in (
    exponents,
    values,
    measured,
    activated,
    largest_masked,
    masked,
    largest_mixed,
    mixed,
    adam,
    checksum,
):
    _op.register_fake(_nothing)
