"""The beacon whose rounds give seeds, put together from settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.errors import InvalidConfig
from oracle.settings.config import Settings

if TYPE_CHECKING:
    from oracle.beacon.rounds import Beacon

DEVNET_RELAY = "devnet"


def open_beacon(settings: Settings) -> Beacon:
    """Where rounds are asked for: relays of quicknet, or on a devnet this machine.

    Raises `InvalidConfig` for the devnet's on another chain.
    """
    # Imported here: the curve's mathematics take a while, and few commands need a round.
    from oracle.beacon.drand import QUICKNET_RELAYS, quicknet_beacon
    from oracle.beacon.local import LocalBeacon

    relays = settings.beacon.relays
    if DEVNET_RELAY not in relays:
        deadline = settings.beacon.deadline_seconds
        return quicknet_beacon(relays or QUICKNET_RELAYS, deadline_seconds=deadline)
    if settings.chain.chain_id != DEVNET_CHAIN_ID:
        raise InvalidConfig(
            'the relay "devnet" signs with a key that everybody knows',
            "name drand's relays in [beacon] relays",
        )
    return LocalBeacon()
