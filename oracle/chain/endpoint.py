"""How a network address is called where people read it: without anything that could be secret."""

from __future__ import annotations

from urllib.parse import urlsplit


def endpoint_name(url: str) -> str:
    """Scheme, host and port of an address, without user, path and query: those hold secrets."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
