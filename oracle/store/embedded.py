"""The embedded block store: a folder with one file per block, named by its CID.

Layout: `ROOT/blocks/XYZ/CID`, XYZ the last three characters of the CID (the first ones are the
same for all). Blocks appear by an atomic rename after an fsync, so a reader never sees half a
block, any number of processes can write, and a kill loses only a temporary file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from oracle.errors import (
    ContentAbsent,
    ContentNotStored,
    ContentUnavailable,
    RetryLater,
    SourceFailed,
)
from oracle.store.base import CHUNK_BYTES, IncomingBlock, require_block_size
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256

_SHARD_CHARACTERS = 3
_STALE_AFTER_SECONDS = 3600
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Stamp(NamedTuple):
    """A file as its folder describes it."""

    size_bytes: int
    changed_ns: int
    inode: int


class EmbeddedStore:
    """Blocks in the folder `root`, which is made when it is missing."""

    writable = True

    def __init__(self, root: Path) -> None:
        self._root = root
        self._blocks = root / "blocks"
        self._incoming = root / "incoming"
        self.name = f"folder {root}"

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """See `ContentStore.get`. A damaged file is reported and left as it is."""
        path = self._path(digest)
        incoming = IncomingBlock(digest, max_bytes=max_bytes, source=self.name)
        try:
            for chunk in _read(path):
                incoming.add(chunk)
            return incoming.finish()
        except FileNotFoundError as error:
            raise ContentAbsent(f"{self.name} does not hold {cid_of(digest)}") from error
        except OSError as error:
            raise SourceFailed(
                f"{self.name} cannot read {cid_of(digest)}: {_reason(error)}",
                f"look at {path}",
            ) from error

    def stamp(self, digest: Digest) -> Stamp | None:
        """What changes when a block's file does, and is read at no cost; None without a file."""
        try:
            found = self._path(digest).lstat()
        except OSError:
            return None
        return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)

    def put(self, data: bytes) -> Digest:
        """See `ContentStore.put`. Writing a block again mends a damaged file."""
        require_block_size(data)
        digest = sha256(data)
        with contextlib.suppress(ContentUnavailable):
            self.get(digest, max_bytes=len(data))
            return digest
        try:
            self._write(self._path(digest), data)
        except OSError as error:
            raise ContentNotStored(
                f"{self.name} did not take a block of {len(data)} bytes: {_reason(error)}",
                _remedy(error),
            ) from error
        return digest

    def remove(self, digest: Digest) -> None:
        """See `ContentStore.remove`."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as error:
            raise ContentNotStored(
                f"{self.name} cannot remove a block: {_reason(error)}", "make the folder writable"
            ) from error

    def check(self) -> None:
        """Writes and reads a small block; clears away what killed writers left behind."""
        probe = b"judging-oracle store check"
        try:
            self.get(self.put(probe), max_bytes=len(probe))
            self._write(self._incoming / "probe", probe)
        except RetryLater:
            raise
        except OSError as error:
            raise ContentNotStored(
                f"{self.name} cannot be written: {_reason(error)}", _remedy(error)
            ) from error
        self._sweep()

    def _path(self, digest: Digest) -> Path:
        cid = cid_of(digest)
        return self._blocks / cid[-_SHARD_CHARACTERS:] / cid

    def _write(self, path: Path, data: bytes) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # Blocks are public; mkstemp made the file readable for its owner only.
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        _fsync_folder(path.parent)
        _fsync_folder(path.parent.parent)

    def _sweep(self) -> None:
        oldest = time.time() - _STALE_AFTER_SECONDS
        for leftover in self._incoming.iterdir():
            with contextlib.suppress(OSError):
                if leftover.lstat().st_mtime < oldest:
                    leftover.unlink()


def _read(path: Path) -> Iterator[bytes]:
    # O_NOFOLLOW and the file type: a link or a pipe in the folder is not a block. O_NONBLOCK:
    # opening a pipe must not wait for its writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        while chunk := os.read(descriptor, CHUNK_BYTES):
            yield chunk
    finally:
        os.close(descriptor)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remedy(error: OSError) -> str:
    return "free some space there" if error.errno in _FULL else "make the folder writable"


def _reason(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return "it is a symbolic link"
    return (error.strerror or str(error)).lower()
