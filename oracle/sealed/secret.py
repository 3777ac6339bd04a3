"""What every secret behind a commitment needs: a salt, and a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def new_salt() -> bytes:
    """32 bytes from the operating system."""
    return secrets.token_bytes(32)


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that only its owner can read, whole and flushed or not at all; `OSError`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
