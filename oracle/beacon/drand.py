"""drand's rounds: asked of several relays, one after the other, and proven here."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Final, Protocol

from oracle.beacon.relay import HttpRelay
from oracle.beacon.rounds import QUICKNET, Network, SignedRound, prove_round
from oracle.beacon.signatures import SIGNATURE_BYTES
from oracle.errors import BeaconUnavailable, InvalidConfig

# Run by different members of the League of Entropy, and by Cloudflare.
QUICKNET_RELAYS: Final = (
    "https://api.drand.sh",
    "https://api2.drand.sh",
    "https://api3.drand.sh",
    "https://drand.cloudflare.com",
)

log = logging.getLogger(__name__)


class Relay(Protocol):
    """Who can be asked for a round."""

    name: str

    def ask(self, number: int) -> bytes:
        """An answer in drand's JSON, unproven. Raises `BeaconUnavailable`."""


class DrandRelays:
    """The rounds of `network`, from the first of `relays` whose answer is proven."""

    def __init__(self, network: Network, relays: Sequence[Relay]) -> None:
        if not relays:
            raise InvalidConfig(
                "no relay of the beacon is named", "name at least one, better three"
            )
        self.network = network
        self._relays = tuple(relays)

    def fetch_round(self, number: int) -> SignedRound:
        """See `Beacon.fetch_round`. Every relay may take its whole deadline."""
        faults = []
        for relay in self._relays:
            try:
                signature = _read_answer(relay.ask(number), number)
                return prove_round(self.network, number, signature)
            except BeaconUnavailable as error:
                fault = error.what
            except ValueError as error:
                fault = f"{relay.name}: {error}"
            log.warning("round %d not had: %s", number, fault)
            faults.append(fault)
        raise BeaconUnavailable(
            f"no relay gave round {number}: {'; '.join(faults)}",
            f"it comes at {self.network.time_of(number)} (unix time); if that is past, name more "
            "relays",
        )


def quicknet_beacon(
    urls: Sequence[str] = QUICKNET_RELAYS, *, deadline_seconds: float = 10.0
) -> DrandRelays:
    """drand's quicknet network, a round every three seconds."""
    relays = [
        HttpRelay(url, QUICKNET.chain_hash, deadline_seconds=deadline_seconds) for url in urls
    ]
    return DrandRelays(QUICKNET, relays)


def _read_answer(answer: bytes, number: int) -> bytes:
    """The compressed signature of an answer about this round; ValueError when there is none."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ValueError("an answer that is no JSON") from error
    if not isinstance(said, dict):
        raise ValueError("an answer that is no object")
    if said.get("round") != number:
        raise ValueError(f"an answer about another round than {number}")
    text = said.get("signature")
    if not isinstance(text, str) or len(text) != 2 * SIGNATURE_BYTES:
        raise ValueError("an answer without a signature of the right length")
    return bytes.fromhex(text)
