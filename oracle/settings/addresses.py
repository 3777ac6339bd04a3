"""Addresses on a network, as settings hold them: scheme, host and port, looked at while they load.

Whoever connects later meets no address that its library would break off with, each in its own way.
Nothing is contacted, and no message repeats an address: it may hold a password. What the ledger's
database takes for an address, `oracle.ledger.database` alone knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from oracle.errors import InvalidConfig

_EXAMPLE = 'write it as in "https://host.example:8545"'


def require_web(name: str, url: str) -> None:
    """Raises InvalidConfig, naming the setting, for anything but http(s)://HOST[:PORT][/…]."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidConfig(f"{name} is no address: {_why(error)}", _EXAMPLE) from None
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidConfig(f"{name} is not an address of http or https", _EXAMPLE)
    require_host(name, host)


def require_host(name: str, host: str) -> None:
    """Raises InvalidConfig for what no name and no number of a machine can be."""
    try:
        host.encode("idna")
    except UnicodeError:
        raise InvalidConfig(
            f"{name}: the host is none: part of its name is empty, too long, or no text",
            'write it as in "host.example"',
        ) from None
    if any(character.isspace() or not character.isprintable() for character in host):
        raise InvalidConfig(f"{name}: the host has a space in it", 'write it as in "host.example"')


def _why(error: ValueError) -> str:
    """Without the address's words, which Python's errors repeat."""
    is_port = "port" in str(error).lower()
    return "its port is no number up to 65535" if is_port else "brackets belong around IPv6 alone"


def _web(name: str, url: str) -> str:
    if url:
        require_web(name, url)
    return url


def _webs(name: str, urls: tuple[str, ...]) -> tuple[str, ...]:
    for url in urls:
        require_web(f"one of {name}" if len(urls) > 1 else name, url)
    return urls


def _relays(name: str, urls: tuple[str, ...]) -> tuple[str, ...]:
    _webs(name, tuple(url for url in urls if url != "devnet"))
    return urls


def _of_the_page(name: str, url: str) -> str:
    """What a browser resolves may be relative to the page, such as "./rpc"."""
    is_relative = ":" not in url.partition("/")[0] and not url.startswith("//")
    return url if is_relative else _web(name, url)


def _stores(name: str, addresses: str) -> str:
    """Gateways among folders and IPFS nodes, as `oracle.store.open` takes them."""
    for address in addresses.split(","):
        if address.strip().startswith(("http:", "https:")):
            require_web(name, address.strip())
    return addresses


def _host(name: str, host: str) -> str:
    require_host(name, host)
    return host


def _host_and_port(name: str, address: str) -> str:
    require_host(name, address.rpartition(":")[0])
    return address


NETWORK: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("chain.rpc_url", "signer.remote_url", "studio.backend_url"), _web),
    **dict.fromkeys(("chain.rpc_urls", "store.gateways", "push.services"), _webs),
    **dict.fromkeys(("api.rpc_url", "api.explorer_url", "studio.url", "series.url"), _of_the_page),
    **dict.fromkeys(("store.url", "judge.ray_store"), _stores),
    **dict.fromkeys(("api.host", "studio.host", "notices.smtp_host"), _host),
    "beacon.relays": _relays,
    "judge.ray_address": _host_and_port,
}
"""What looks at a setting's value, by its name: it returns the value, or raises InvalidConfig."""
