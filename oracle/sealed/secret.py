"""What every secret behind a commitment needs: a salt, and a file that only its owner can read."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)


def new_salt() -> bytes:
    """32 bytes from the operating system."""
    return secrets.token_bytes(32)


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that only its owner can read, whole and flushed or not at all; `OSError`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):  # half a file takes room on a full disk
            os.unlink(temporary)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remedy(error: OSError, setting: str = "[judge] work_dir") -> str:
    """What to do where a file could not be kept in the folder of `setting`."""
    if error.errno in _FULL:
        return f"make room on the disk of {setting}"
    return f"let this user write in {setting}"
