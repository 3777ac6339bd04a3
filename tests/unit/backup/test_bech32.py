"""Keys are written as age reads them."""

from __future__ import annotations

import pyrage
import pytest

from oracle.backup.bech32 import bech32

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("prefix", "data", "text"),
    [
        # https://bips.dev/173, test vectors
        ("a", b"", "a12uel5l"),
        (
            "abcdef",
            bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df"),
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        ),
    ],
)
def test_it_is_what_the_standard_says(prefix: str, data: bytes, text: str) -> None:
    assert bech32(prefix, data) == text


def test_any_32_bytes_are_a_key_to_age() -> None:
    for byte in range(256):
        text = bech32("age-secret-key-", bytes([byte]) * 32).upper()
        identity = pyrage.x25519.Identity.from_str(text)
        assert str(identity) == text
