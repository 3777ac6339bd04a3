"""A browser's half of Web Push, written from RFC 8291 and 8292 alone: what only it can open."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
AUTH_BYTES = 16


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """Holds the keys of one subscription."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None, auth: bytes = b"a" * 16):
        self._key = key or ec.generate_private_key(CURVE)
        self.auth = auth
        self.point = point_of(self._key.public_key())

    def opens(self, body: bytes) -> bytes:
        """The message in an `aes128gcm` body of one record."""
        salt, id_length = body[:16], body[20]
        sender, record = body[21 : 21 + id_length], body[21 + id_length :]
        secret = self._key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        )
        info = b"WebPush: info\0" + self.point + sender
        keying = _hkdf(self.auth, secret, info, 32)
        key = _hkdf(salt, keying, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, keying, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None)
        message, mark, rest = padded.rpartition(b"\x02")
        assert mark and not rest.strip(b"\0"), "the last record ends with 2 and zeros"
        return message


def claims_of(authorization: str, public_key: str) -> dict[str, Any]:
    """The claims of a VAPID header, after its signature was checked against the server's key."""
    token, key = (
        part.strip().partition("=")[2]
        for part in authorization.removeprefix("vapid ").split(",", 1)
    )
    assert key == public_key
    signed, _, signature = token.rpartition(".")
    raw = unb64(signature)
    halves = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(key)).verify(
        encode_dss_signature(*halves), signed.encode(), ec.ECDSA(hashes.SHA256())
    )
    claims: dict[str, Any] = json.loads(unb64(signed.partition(".")[2]))
    return claims


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, secret: bytes, info: bytes, size: int) -> bytes:
    return HKDF(hashes.SHA256(), size, salt, info).derive(secret)
