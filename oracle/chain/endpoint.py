"""Which parts of a network address may be shown, and which could be secret."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

# Providers' keys are longer than this; the words of a path, such as "v1" or "mainnet", are not.
_SHORTEST_KEY = 16


def endpoint_name(url: str) -> str:
    """Scheme, host and port of an address, without user, path and query: those hold secrets."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def secret_parts(*urls: str) -> Iterator[str]:
    """Passwords, and what could be a provider's key in path or query; a local path has none."""
    for url in urls:
        parts = urlsplit(url.strip())
        if not parts.hostname:
            continue
        if parts.password:
            yield parts.password
        words = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
        yield from (word for word in words if len(word) >= _SHORTEST_KEY)
