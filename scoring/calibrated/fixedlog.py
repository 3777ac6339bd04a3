"""Logarithm to base 2 in whole numbers, so that no math library has a say in the ranking.

`fixed_log2(n)` is log2(n) in units of 2**-32. It is an algorithm, not an approximation of a
library's: the integer part is the bit length, and each fraction bit comes from squaring a 96-bit
mantissa (truncating) and looking whether it reached two. Truncation can make the last unit one too
small and never too large; it is the same everywhere.
"""

from __future__ import annotations

FRACTION_BITS = 32
_MANTISSA_BITS = 96


def fixed_log2(value: int) -> int:
    """floor(log2(value) * 2**32), or one less; for any value >= 1."""
    if value < 1:
        raise ValueError("the logarithm is defined for whole numbers from 1 up")
    result = value.bit_length() - 1
    if result <= _MANTISSA_BITS:
        mantissa = value << (_MANTISSA_BITS - result)  # in [1, 2) with 96 fraction bits
    else:
        mantissa = value >> (result - _MANTISSA_BITS)
    for _ in range(FRACTION_BITS):
        mantissa = (mantissa * mantissa) >> _MANTISSA_BITS
        result <<= 1
        if mantissa >> (_MANTISSA_BITS + 1):
            mantissa >>= 1
            result |= 1
    return result
