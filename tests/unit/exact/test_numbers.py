"""Rounding and number formats, against fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exact.numbers import (
    ACTIVATION_BITS,
    GRADIENT_BITS,
    digits,
    limit,
    quantise_integers,
    quantise_reals,
    round_shift,
)

pytestmark = pytest.mark.unit

integers = st.integers(-(1 << 40), 1 << 40)
reals = st.floats(width=32, allow_nan=False, allow_infinity=False)
bits = st.sampled_from([ACTIVATION_BITS, GRADIENT_BITS])


@given(st.lists(integers, min_size=1), st.integers(-10, 45))
def test_a_shift_rounds_half_to_even(values: list[int], shift: int) -> None:
    shifted = round_shift(np.array(values, np.int64), shift)
    assert shifted.tolist() == [round(Fraction(v) / Fraction(2) ** shift) for v in values]


def test_halves_go_to_the_even_neighbour() -> None:
    assert round_shift(np.array([-3, -1, 1, 3, 5]), 1).tolist() == [-2, 0, 0, 2, 2]


def expected(values: list[Fraction], bits: int) -> tuple[list[int], int]:
    """The definition of docs/arithmetic.md in exact fractions."""
    largest = max((abs(v) for v in values), default=Fraction(0))
    k = -200
    while largest >= Fraction(2) ** k:
        k += 1
    if largest == 0 or k < -100:
        return [0] * len(values), 0
    e = k - bits
    most = limit(bits)
    return [min(max(round(v / Fraction(2) ** e), -most), most) for v in values], e


@given(st.lists(integers, min_size=1), st.integers(-60, 60), bits)
def test_exact_integers_are_rounded_as_written(values: list[int], e: int, bits: int) -> None:
    got = quantise_integers(np.array(values, np.int64), e, bits)
    assert (got.q.tolist(), got.e) == expected([v * Fraction(2) ** e for v in values], bits)


@given(st.lists(reals, min_size=1), st.integers(-20, 20), bits)
def test_float32_values_are_rounded_as_written(values: list[float], e: int, bits: int) -> None:
    got = quantise_reals(np.array(values, np.float32), e, bits)
    assert (got.q.tolist(), got.e) == expected(
        [Fraction(v) * Fraction(2) ** e for v in values], bits
    )


def test_a_tensor_of_nothing_but_dust_is_zero() -> None:
    got = quantise_reals(np.array([2.0**-102, -(2.0**-149)], np.float32), 0, ACTIVATION_BITS)
    assert got.q.tolist() == [0, 0]
    assert got.e == 0


@given(st.lists(st.integers(-8191, 8191), min_size=1))
def test_two_digits_make_the_number_and_are_small(values: list[int]) -> None:
    high, low = digits(np.array(values, np.int64))
    assert (high * 128 + low).tolist() == values
    assert max(np.abs(high).max(), np.abs(low).max()) <= 64
