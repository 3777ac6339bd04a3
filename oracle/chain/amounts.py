"""Amounts of money as people read and write them: wei to text and back, exact."""

from __future__ import annotations

import re
from fractions import Fraction

_WEI = {"wei": 1, "gwei": 10**9, "eth": 10**18}
_AMOUNT = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)\s*(wei|gwei|eth)")


def format_eth(wei: int) -> str:
    """An amount as a person reads it, exact: "0.05 ETH"."""
    return f"{_decimal(wei, 18)} ETH"


def format_gwei(wei: int) -> str:
    """A price of gas as a person reads it, exact: "1.5 gwei"."""
    return f"{_decimal(wei, 9)} gwei"


def _decimal(wei: int, places: int) -> str:
    whole, rest = divmod(abs(wei), 10**places)
    digits = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
    return f"{'-' if wei < 0 else ''}{digits}"


def parse_amount(text: str) -> int:
    """Wei in "0.01eth", "20 gwei" or "500wei". ValueError without a unit, or for parts of a wei."""
    match = _AMOUNT.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError("it is not a number and its unit")
    wei = Fraction(match[1]) * _WEI[match[2]]
    if wei.denominator != 1:
        raise ValueError("it is not a whole number of wei")
    return int(wei)
