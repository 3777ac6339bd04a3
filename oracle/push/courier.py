"""Hands messages to push services: encrypted for the browser (RFC 8291), signed (RFC 8292).

A push service is somebody else's server: it may hang, redirect, or never end its answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from oracle.deadline import within
from oracle.errors import InvalidConfig, RetryLater
from oracle.push.reminder import Reminder
from oracle.push.subscription import Subscription

_SECONDS = 10.0
_TOKEN_SECONDS = 12 * 3600
_GONE = (404, 410)


class SubscriptionGone(Exception):
    """The push service knows no such browser any more."""


@dataclass(frozen=True)
class Courier:
    """Signs with the operator's VAPID key; `contact` is where a push service can complain."""

    vapid: Any = field(repr=False)  # py_vapid.Vapid02, of a package without types
    contact: str
    seconds: float = _SECONDS  # for one message
    clock: Callable[[], float] = time.time

    @property
    def public_key(self) -> str:
        """What a browser subscribes with: the key's point in base64url."""
        import base64

        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        point = self.vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def deliver(self, subscription: Subscription, reminder: Reminder) -> None:
        """Raises `SubscriptionGone`, or `RetryLater` where the service did not take it."""
        try:
            status = within(self.seconds, lambda: self._post(subscription, reminder))
        except (requests.RequestException, TimeoutError) as error:
            # Not chained: the cause's text holds the address, and who has that can write to it.
            raise _not_taken(subscription, type(error).__name__) from None
        if status in _GONE:
            raise SubscriptionGone
        if not 200 <= status < 300:
            raise _not_taken(subscription, f"status {status}")

    def _post(self, subscription: Subscription, reminder: Reminder) -> int:
        answer = requests.post(
            subscription.endpoint,
            data=encrypted(subscription, reminder.to_bytes()),
            headers={
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(max(0, int(reminder.until - self.clock()))),
                "Urgency": "high",
                "Topic": f"c{reminder.competition_id}",  # a later one replaces an undelivered one
                **self._authorization(subscription.service),
            },
            timeout=self.seconds,
            allow_redirects=False,
            stream=True,  # what it says is not read
        )
        with answer:
            return answer.status_code

    def _authorization(self, service: str) -> dict[str, str]:
        expires = int(self.clock()) + _TOKEN_SECONDS
        claims = {"aud": service, "sub": self.contact, "exp": expires}
        return dict(self.vapid.sign(claims))


def encrypted(subscription: Subscription, message: bytes) -> bytes:
    """The body of a push message, which the subscribed browser alone can open."""
    import http_ece
    from cryptography.hazmat.primitives.asymmetric import ec

    body: bytes = http_ece.encrypt(
        message,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=subscription.point,
        auth_secret=subscription.auth,
        version="aes128gcm",
    )
    return body


def courier_of(pem: str, contact: str) -> Courier:
    """The courier with the VAPID key in a PEM text. Raises `InvalidConfig`."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from py_vapid import Vapid02
    except ImportError as error:
        raise InvalidConfig(
            "push.key_file is set, and a package is missing for it",
            "pip install 'judging-oracle[push]'",
        ) from error
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        raise InvalidConfig("push.key_file holds no key in PEM", _MAKE_ONE) from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise InvalidConfig("push.key_file holds no key of the curve P-256", _MAKE_ONE)
    if not contact.startswith(("mailto:", "https://")):
        raise InvalidConfig(
            f"push.contact: {contact!r} is no contact", 'write "mailto:you@example.org"'
        )
    return Courier(Vapid02(key), contact)


_MAKE_ONE = "make one: openssl ecparam -name prime256v1 -genkey -noout -out push.pem"


def _not_taken(subscription: Subscription, why: str) -> RetryLater:
    return RetryLater(
        f"{subscription.service} did not take a reminder: {why}", "it is tried again in a while"
    )
