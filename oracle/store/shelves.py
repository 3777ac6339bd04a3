"""Stores of this machine as one, for reading only."""

from __future__ import annotations

from collections.abc import Sequence

from oracle.errors import ContentAbsent, ContentUnavailable
from oracle.store.base import ContentStore
from oracle.store.cid import cid_of
from scoring.digest import Digest


class Shelves:
    """What `stores`, asked in this order, hold. Unlike `FallbackStore` it moves nothing.

    An image that waits for its reveal must not come into another store because it was asked for.
    """

    def __init__(self, stores: Sequence[ContentStore]) -> None:
        self._stores = tuple(stores)

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """See `ContentStore.get`; raises what the last one said."""
        missing: ContentUnavailable = ContentAbsent(f"{cid_of(digest)} is not here")
        for store in self._stores:
            try:
                return store.get(digest, max_bytes=max_bytes)
            except ContentUnavailable as error:
                missing = error
        raise missing
