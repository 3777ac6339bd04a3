"""Secrets that stand in files: read only where nobody else can read them."""

from __future__ import annotations

import os
import stat

from oracle.errors import InvalidConfig
from oracle.paths import path_of

MAX_FILE_BYTES = 65536


def read_secret(name: str, setting: str) -> str:
    """The text of a file that only its owner can read. Raises InvalidConfig, naming `setting`."""
    path = path_of(name)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & 0o077:
                raise InvalidConfig(f"{setting}: others can read {path}", f"run: chmod 600 {path}")
            return file.read(MAX_FILE_BYTES).decode("utf-8")
    except OSError as error:
        raise InvalidConfig(
            f"{setting}: {path} cannot be read: {error.strerror}", "check the path and its owner"
        ) from error
    except UnicodeDecodeError:
        raise InvalidConfig(f"{setting}: {path} is not text", "check the path") from None
