"""What every content store promises, and the two checks that make the promise true.

Content is one raw block, named by its sha256. Whoever serves it is not trusted: bytes are counted
while they stream in and hashed before they are handed on.
"""

from __future__ import annotations

from typing import Protocol

from oracle.errors import BadInput, ContentUnavailable
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256

MAX_BLOCK_BYTES = 2 << 20
"""The largest block that IPFS nodes pass on to each other (the limit of bitswap)."""

CHUNK_BYTES = 1 << 16


class Readable(Protocol):
    """Whatever blocks can be read from, by their digest."""

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """See `ContentStore.get`."""
        ...


class ContentStore(Protocol):
    """A place that holds blocks, named by their digest."""

    @property
    def name(self) -> str:
        """How messages and logs call this store; holds no secret."""
        ...

    @property
    def writable(self) -> bool:
        """Whether `put` can work at all."""
        ...

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """The block that hashes to `digest`, of at most `max_bytes` bytes.

        Raises `ContentUnavailable` if it is not there, is larger, does not come in time, or does
        not hash to `digest`.
        """
        ...

    def put(self, data: bytes) -> Digest:
        """Keeps `data` (at most `MAX_BLOCK_BYTES`) for good and returns its digest.

        Raises `BadInput` if the store is read-only or the block too large, `ContentNotStored` if
        the store could not take it now.
        """
        ...

    def remove(self, digest: Digest) -> None:
        """Keeps the block no longer; nothing happens when it is not there.

        Raises as `put` does.
        """
        ...

    def check(self) -> None:
        """Raises `RetryLater` if the store cannot do its work now."""
        ...


class IncomingBlock:
    """Takes in one block chunk by chunk: at most `max_bytes`, and only what hashes to `digest`."""

    def __init__(self, digest: Digest, *, max_bytes: int, source: str) -> None:
        self._digest = digest
        self._max_bytes = max_bytes
        self._source = source
        self._block = bytearray()

    def add(self, chunk: bytes) -> None:
        """Takes in the next bytes; raises `ContentUnavailable` as soon as they are too many."""
        if len(self._block) + len(chunk) > self._max_bytes:
            raise ContentUnavailable(
                f"{self._source}: {cid_of(self._digest)} is larger than {self._max_bytes} bytes",
                "the content is not what it should be; nothing of it was kept",
            )
        self._block += chunk

    def finish(self) -> bytes:
        """The whole block; raises `ContentUnavailable` if it hashes to something else."""
        data = bytes(self._block)
        if sha256(data) != self._digest:
            raise ContentUnavailable(
                f"{self._source} lied: what it gave as {cid_of(self._digest)} "
                f"hashes to {cid_of(sha256(data))}",
                "do not use this source, or add another one",
            )
        return data


def require_block_size(data: bytes) -> None:
    """Raises `BadInput` if `data` is too large to be one block."""
    if len(data) > MAX_BLOCK_BYTES:
        raise BadInput(
            f"{len(data)} bytes do not fit into one block of {MAX_BLOCK_BYTES} bytes",
            "make the content smaller; a submission is one 512x512 PNG",
        )
