"""The generator's seed: it follows from whose prompt this is, never from anybody's choice."""

from __future__ import annotations

from eth_abi.abi import encode

from scoring.digest import sha256

SEED_BITS = 32
"""What every generator takes: Automatic1111 refuses more."""


def prompt_seed(chain_id: int, contract: str, competition: int, ticket: int, index: int) -> int:
    """The seed, 0 to 2^32 − 1, of prompt number `index` (from 0) of a ticket.

    The first four bytes, big-endian, of sha256 over the ABI encoding of "studio seed" and the
    arguments, so that every auditor computes it.
    """
    types = ("string", "uint256", "address", "uint256", "uint256", "uint256")
    values = ("studio seed", chain_id, contract, competition, ticket, index)
    return int.from_bytes(sha256(encode(types, values))[: SEED_BITS // 8], "big")
