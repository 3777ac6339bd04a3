"""The operator's half of Web Push in tests: a fresh VAPID key in a file of its own."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.integration.push.browser import CURVE

CONTACT = "mailto:operator@example.org"


def pem() -> str:
    key = ec.generate_private_key(CURVE)
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()


def key_file(folder: Path, text: str) -> str:
    path = folder / "push.pem"
    path.touch(mode=0o600)
    path.write_text(text)
    return str(path)
