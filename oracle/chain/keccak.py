"""keccak256 for a million leaves: the C implementation, without the checks of `eth_utils`."""

from __future__ import annotations

import sha3


def keccak256(data: bytes) -> bytes:
    """The hash that Ethereum uses, of bytes."""
    digest: bytes = sha3.keccak_256(data).digest()
    return digest
