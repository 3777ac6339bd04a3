"""A devnet's beacon: signs every round that it is asked for, with a key that everybody knows."""

from __future__ import annotations

import hashlib
from typing import Final

from oracle.beacon.rounds import Network, SignedRound
from oracle.beacon.signatures import public_key_of, sign_round, uncompressed_signature

# No secret, so nothing that is worth anything may hang on this network's rounds.
DEVNET_SECRET: Final = (
    int.from_bytes(hashlib.sha256(b"judging oracle's devnet beacon").digest()) >> 2
)


class LocalBeacon:
    """A network of one signer. Rounds of the future too: a devnet's clock is moved at will."""

    def __init__(
        self, *, secret: int = DEVNET_SECRET, genesis: int = 1_700_000_000, period: int = 3
    ) -> None:
        self._secret = secret
        self.network = Network(public_key_of(secret), genesis, period)

    def fetch_round(self, number: int) -> SignedRound:
        """See `Beacon.fetch_round`; never fails."""
        signature = sign_round(self._secret, number)
        randomness = hashlib.sha256(signature).digest()
        return SignedRound(number, uncompressed_signature(signature), randomness)
