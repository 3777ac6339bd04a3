"""A browser's push subscription, as a stranger hands it in: where to send, and its keys.

The address is a stranger's, so only those of push services that the operator names are taken: this
daemon never asks another server on a stranger's word.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from oracle.errors import BadInput
from oracle.signing.strangers_json import MALFORMED, read_object, unsigned

MAX_BYTES = 4096
_MAX_ENDPOINT = 1024
_POINT_BYTES, _AUTH_BYTES = 65, 16
_BASE64 = re.compile(r"[A-Za-z0-9_-]{1,200}={0,2}\Z")
_PLAIN = re.compile(r"[!-~]+\Z")


@dataclass(frozen=True)
class Subscription:
    """Where a browser's messages go, and what encrypts them. Whoever has it can write to it."""

    endpoint: str = field(repr=False)
    point: bytes = field(repr=False)  # the browser's P-256 key, 65 bytes
    auth: bytes = field(repr=False)  # 16 bytes

    @property
    def service(self) -> str:
        """The push service, without what names the browser: all that a log may show."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"


def read_subscription(body: bytes, services: Sequence[str]) -> tuple[Subscription, int]:
    """The subscription in `{"competition", "endpoint", "p256dh", "auth"}`, and the competition.

    Raises `BadInput` for anything else, and for an address of none of the `services`.
    """
    try:
        fields = read_object(body)
        competition = unsigned(fields["competition"], 63)
        endpoint = fields["endpoint"]
        if not isinstance(endpoint, str) or not _PLAIN.match(endpoint):
            raise ValueError("not an address")
        if len(endpoint) > _MAX_ENDPOINT:
            raise ValueError("too long an address")
        point = _decoded(fields["p256dh"], _POINT_BYTES)
        found = Subscription(endpoint, point, _decoded(fields["auth"], _AUTH_BYTES))
        service = found.service
    except MALFORMED as error:
        raise BadInput(
            "the body is no push subscription",
            'send {"competition": 1, "endpoint": "https://…", "p256dh": "…", "auth": "…"}',
        ) from error
    if not any(_is_of(service, name) for name in services):
        raise BadInput(
            "this browser's push service is not one that the operator sends to",
            "take the calendar entry in place of it",
        )
    return found, competition


def _is_of(service: str, name: str) -> bool:
    """Whether a service is the one named, where "https://*.a.example" names all below a.example."""
    scheme, _, host = name.partition("://")
    own_scheme, _, own_host = service.partition("://")
    if host.startswith("*."):
        return scheme == own_scheme and own_host.endswith(host[1:]) and "@" not in own_host
    return service == name


def _decoded(text: object, size: int) -> bytes:
    if not isinstance(text, str) or not _BASE64.match(text):
        raise ValueError("not base64url")
    bare = text.rstrip("=")
    try:
        data = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if len(data) != size or (size == _POINT_BYTES and data[0] != 4):
        raise ValueError("not of the size of its kind")
    return data
