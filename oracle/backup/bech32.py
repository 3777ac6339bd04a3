"""Bech32, in which age writes its keys: https://bips.dev/173."""

from __future__ import annotations

_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_DIGITS = 6


def bech32(prefix: str, data: bytes) -> str:
    """Bytes as text, with a checksum; `prefix` is in small letters."""
    bits = len(data) * 8
    padded = int.from_bytes(data, "big") << (-bits % 5)
    digits = [padded >> shift & 31 for shift in reversed(range(0, bits, 5))]
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    sum_ = _polymod([*head, *digits, *[0] * _CHECKSUM_DIGITS]) ^ 1
    check = [sum_ >> 5 * place & 31 for place in reversed(range(_CHECKSUM_DIGITS))]
    return f"{prefix}1{''.join(_DIGITS[digit] for digit in (*digits, *check))}"


def _polymod(digits: list[int]) -> int:
    sum_ = 1
    for digit in digits:
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ digit
        for place, term in enumerate(_GENERATOR):
            sum_ ^= term if top >> place & 1 else 0
    return sum_
