"""What workers have answered, in one file that only grows: a driver that starts again reads it.

The file begins with a key that names everything its records follow from; under another key it is
begun anew. A record is its name (32 bytes), its length (u32), its bytes and their sha256. What a
kill cut short at the end is dropped, so a record is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self

from oracle.errors import RetryLater
from scoring.digest import Digest, sha256

_HEAD = struct.Struct("<32sI")
_KEY_BYTES = 32


class Journal:
    """Records by their digest. Only one process at a time has it; use as a context manager."""

    def __init__(self, path: Path, key: Digest) -> None:
        self._path, self._key = path, key
        self._places: dict[Digest, tuple[int, int]] = {}  # offset and length of the bytes
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = open(self._path, "a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise RetryLater(
                f"another process works with {self._path}", "let it come to its end"
            ) from error
        self._file = file
        self._read(file)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: Digest) -> bool:
        return name in self._places

    def get(self, name: Digest) -> bytes | None:
        """The record of that name; None without one."""
        if name not in self._places:
            return None
        offset, length = self._places[name]
        file = self._open()
        file.seek(offset)
        return file.read(length)

    def put(self, name: Digest, data: bytes) -> None:
        """Adds a record; of one name the first stays."""
        if name in self._places:
            return
        file = self._open()
        start = file.seek(0, os.SEEK_END)
        file.write(_HEAD.pack(name, len(data)) + data + sha256(data))
        # To the system: a kill of this process loses nothing. A power cut may lose the end.
        file.flush()
        self._places[name] = start + _HEAD.size, len(data)

    def _open(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("the journal is closed")
        return self._file

    def _read(self, file: BinaryIO) -> None:
        file.seek(0)
        if file.read(_KEY_BYTES) != self._key:
            file.truncate(0)
            file.write(self._key)
            file.flush()
            return
        end = _KEY_BYTES
        for name, offset, length in _records(file):
            self._places.setdefault(name, (offset, length))
            end = offset + length + 32
        file.truncate(end)


def _records(file: BinaryIO) -> Iterator[tuple[Digest, int, int]]:
    """Name, offset and length of each whole record from here on."""
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        name, length = _HEAD.unpack(head)
        offset = file.tell()
        data, mark = file.read(length), file.read(32)
        if len(data) < length or mark != sha256(data):
            return
        yield Digest(name), offset, length
