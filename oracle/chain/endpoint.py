"""Which parts of a network address may be shown, and which could be secret."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

# Providers' keys are longer than this; the words of a path, such as "v1" or "mainnet", are not.
_SHORTEST_KEY = 16


def endpoint_name(url: str) -> str:
    """Scheme, host and port of an address, without user, path and query: those hold secrets."""
    parts = _parts(url)
    name = parts.hostname or "?"
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def _parts(url: str) -> SplitResult:
    """An address's parts; of one that is none, as with "[" in a password, the scheme alone."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for a port that is none
    except ValueError:
        return SplitResult(url.partition(":")[0] if "://" in url else "", "", "", "", "")
    return parts


def secret_parts(*urls: str) -> Iterator[str]:
    """Passwords, and what could be a provider's key in path or query; a local path has none."""
    for url in urls:
        parts = _parts(url.strip())
        if not parts.hostname:
            # A database takes passwords that are no part of a proper address: all up to the "@".
            yield from filter(None, [url.rpartition("@")[0].partition("://")[2].partition(":")[2]])
            continue
        if parts.password:
            yield parts.password
        words = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
        yield from (word for word in words if len(word) >= _SHORTEST_KEY)
