"""Addresses as people write them."""

from __future__ import annotations

from functools import lru_cache

from eth_utils.address import (
    is_checksum_formatted_address,
    is_hex_address,
    to_checksum_address,
)


@lru_cache(maxsize=100_000)
def checksummed(address: str | bytes) -> str:
    """An address in any case, or its 20 bytes, checksummed; remembered, for logs repeat them."""
    return str(to_checksum_address(address))


def parse_address(text: str) -> str:
    """An address, checksummed. ValueError for anything else; a wrong checksum is a typing error."""
    if not is_hex_address(text) or not text.startswith("0x"):
        raise ValueError("it is not 0x and 40 hexadecimal digits")
    if is_checksum_formatted_address(text) and to_checksum_address(text) != text:
        raise ValueError("it has a typing error: its capital letters do not fit")
    return str(to_checksum_address(text))
