"""A store as a worker uses it: images are read by digest, and pictures put where they are wanted.

Whatever is wrong with it is nobody's trouble: images are sent then, and pictures sent back.
"""

from __future__ import annotations

from collections.abc import Sequence

from oracle.cluster.briefing import Unread
from oracle.errors import BadInput, ContentNotStored, ContentUnavailable, InvalidConfig
from oracle.store.base import ContentStore
from oracle.store.open import open_store
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES

_SECONDS = 5.0
"""For one block: whoever asked has it here."""
_MOST_REFUSALS = 3


class Shelf:
    """The store at `address`; empty for none. Can be shared by threads."""

    def __init__(self, address: str) -> None:
        self._store: ContentStore | None = None
        self._why = "no store was named"
        self._refusals = 0  # in a row
        if address:
            try:
                self._store = open_store(address, deadline_seconds=_SECONDS)
            except InvalidConfig as error:  # such as a package that only this machine lacks
                self._why = error.what

    def read(self, digest: Digest) -> bytes | Unread:
        """The file of an image, which hashes to `digest`."""
        if self._store is None:
            return Unread(self._why)
        try:
            return self._store.get(digest, max_bytes=MAX_IMAGE_BYTES)
        except ContentUnavailable as error:
            return Unread(error.what)

    def put(self, files: Sequence[bytes]) -> bool:
        """Whether the store keeps all of them now. One that refused three times is left alone."""
        if self._store is None or self._refusals >= _MOST_REFUSALS:
            return False
        try:
            for file in files:
                self._store.put(file)
        except (BadInput, ContentNotStored):
            self._refusals += 1
            return False
        self._refusals = 0
        return True
