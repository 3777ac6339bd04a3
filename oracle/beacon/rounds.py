"""Rounds of a beacon: when each comes, and one that is proven by its signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Protocol

from oracle.beacon.signatures import uncompressed_key, uncompressed_signature, verifies


@dataclass(frozen=True, slots=True)
class Network:
    """What identifies a beacon's network; `DrandBeacon` on the chain has the same.

    `public_key` is compressed, 96 bytes; `genesis` is when round 1 came, in unix seconds; `period`
    is in seconds; `chain_hash` is drand's own name of it in hex, empty for a network of a devnet.
    """

    public_key: bytes
    genesis: int
    period: int
    chain_hash: str = ""

    def round_at(self, time: int) -> int:
        """The first round that comes at `time` or later, as the contract's `roundAt`."""
        return max(0, -(-(time - self.genesis) // self.period)) + 1

    def time_of(self, number: int) -> int:
        """When a round comes, in unix seconds; rounds are counted from 1."""
        return self.genesis + (number - 1) * self.period

    def constructor_arguments(self) -> tuple[bytes, int, int]:
        """What `DrandBeacon` is deployed with: the key in 256 bytes, genesis, period."""
        return uncompressed_key(self.public_key), self.genesis, self.period


@dataclass(frozen=True, slots=True)
class SignedRound:
    """A round that is proven: `signature` is what `pinSeed` takes, 128 bytes."""

    number: int
    signature: bytes
    randomness: bytes


class Beacon(Protocol):
    """Where rounds come from."""

    @property
    def network(self) -> Network:
        """Whose rounds these are."""

    def fetch_round(self, number: int) -> SignedRound:
        """The round, proven. Raises `BeaconUnavailable` when it cannot be had now."""


def prove_round(network: Network, number: int, signature: bytes) -> SignedRound:
    """The round that a compressed signature proves; ValueError when it proves nothing."""
    if not verifies(network.public_key, number, signature):
        raise ValueError(f"the signature is not the network's for round {number}")
    randomness = hashlib.sha256(signature).digest()
    return SignedRound(number, uncompressed_signature(signature), randomness)


QUICKNET: Final = Network(
    public_key=bytes.fromhex(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
        "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
    genesis=1692803367,
    period=3,
    chain_hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
)
