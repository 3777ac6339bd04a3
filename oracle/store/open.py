"""From a setting to a content store.

dir:PATH                        the embedded store in this folder
kubo:/ip4/127.0.0.1/tcp/5001    a Kubo daemon's RPC address, as a multiaddr
https://gateway.example         a trustless gateway, read-only
A,B,…                           several, asked in this order
"""

from __future__ import annotations

from oracle.errors import InvalidConfig
from oracle.paths import path_of
from oracle.store.base import ContentStore
from oracle.store.embedded import EmbeddedStore
from oracle.store.fallback import FallbackStore
from oracle.store.gateway import GatewayStore
from scoring.installing import install_command

_HINT = "use dir:PATH, kubo:MULTIADDR or http(s)://GATEWAY, or several separated by commas"


def open_store(addresses: str, *, deadline_seconds: float = 60.0) -> ContentStore:
    """The store, or stores, at `addresses`; nothing is contacted yet.

    Every read or write of one store ends within `deadline_seconds`. Raises `InvalidConfig`.
    """
    stores = [_open_one(part.strip(), deadline_seconds) for part in addresses.split(",")]
    return stores[0] if len(stores) == 1 else FallbackStore(stores)


def _open_one(address: str, deadline_seconds: float) -> ContentStore:
    kind, _, place = address.partition(":")
    if kind == "dir" and place:
        return EmbeddedStore(path_of(place))
    if kind in ("http", "https"):
        return GatewayStore(address, deadline_seconds=deadline_seconds)
    if kind == "kubo" and place:
        return _open_kubo(place, deadline_seconds)
    raise InvalidConfig(f"{address!r} is not the address of a content store", _HINT)


def _open_kubo(address: str, deadline_seconds: float) -> ContentStore:
    # Imported here because an auditor's installation reads from gateways and has no IPFS client.
    try:
        from oracle.store.kubo import KuboStore
    except ImportError as error:
        raise InvalidConfig(
            f"a Kubo store needs a package that is not installed: {error.name}",
            install_command("kubo"),
        ) from error
    return KuboStore(address, deadline_seconds=deadline_seconds)
