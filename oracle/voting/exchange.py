"""What a member found, put where the other members find it, as far as its own store can."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from oracle.errors import OracleError
from oracle.judging.bundle import (
    MAX_PART_BYTES,
    bundle_contents,
    page_count,
    parse_digest,
    read_index,
    read_pages,
)
from oracle.judging.fetch import Fetched, keep_all
from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from scoring.digest import Digest

log = logging.getLogger(__name__)


@dataclass
class Exchange:
    """Pins each thing once. Trouble with the store is said and holds up no vote."""

    store: ContentStore
    cache: ContentStore  # what is on this machine only
    _pinned: set[Digest] = field(default_factory=set, init=False)

    def pin(self, fetched: Fetched, digests: Iterable[Digest]) -> None:
        """What was fetched of these."""
        new = [d for d in digests if d not in self._pinned and d not in fetched.missing]
        if not self.store.writable:
            return
        try:
            keep_all(self.store, fetched, new)
        except OracleError as error:
            log.warning("not pinned", extra={"reason": error.what, "hint": error.hint})
        else:
            self._pinned.update(new)

    def pin_index(self, digest: Digest, entries: int) -> None:
        """Index and pages of the operator's bundle of so many entries, if it is one."""
        if not self.store.writable or digest in self._pinned:
            return
        try:
            index = self.store.get(digest, max_bytes=MAX_PART_BYTES)
            pages = [parse_digest(page) for page in read_pages(read_index(index))]
            for part in pages[: page_count(entries)]:
                self.store.put(self.store.get(part, max_bytes=MAX_PART_BYTES))
            self.store.put(index)
        except OracleError as error:
            log.debug("operator's bundle not pinned", extra={"reason": error.what})
        else:
            self._pinned.add(digest)

    def publish(self, digest: Digest) -> None:
        """A whole bundle of this machine's own making, and what it was made from."""
        if digest in self._pinned or not self.store.writable:
            return

        def read(part: Digest) -> bytes:
            return self.cache.get(part, max_bytes=MAX_BLOCK_BYTES)

        try:
            for part in bundle_contents(digest, read):
                self.store.put(read(part))
        except OracleError as error:
            log.warning("bundle not published", extra={"reason": error.what})
        self._pinned.add(digest)
