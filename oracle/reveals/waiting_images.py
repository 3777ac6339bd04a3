"""Images that wait for their reveal: on this machine alone until then, and in the store after it.

A store may be an IPFS node that tells everybody what it holds, and rivals must not see an image
before it is revealed. A commitment hides its image, so until then nobody can know whether it
counts: it is kept for a while, and up to a size of all together.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from oracle.errors import ContentAbsent, ContentNotStored, ContentUnavailable, StoreFull
from oracle.ledger.pin_book import PinBook
from oracle.store.base import ContentStore
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.submission.image import MAX_IMAGE_BYTES

log = logging.getLogger(__name__)


@dataclass(eq=False)
class WaitingImages:
    """Keeps images; can be shared by threads. `clock` gives unix seconds."""

    folder: EmbeddedStore
    store: ContentStore
    book: PinBook
    max_bytes: int  # of all together
    keep_seconds: int
    clock: Callable[[], float] = time.time
    # A slow store must not keep the daemon from its deadlines: the rest is for the next cycle.
    publish_seconds: float = 10.0
    _told: set[Digest] = field(default_factory=set, init=False)
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)

    def keep(self, image: bytes, now: int) -> None:
        """Keeps an image from the unix second `now` on; again for the same one renews that.

        Raises `StoreFull`, or `ContentNotStored` when the folder does not take it.
        """
        digest = sha256(image)
        with self._one:
            known = self.book.has(digest)
            if not known and self.book.total_bytes() + len(image) > self.max_bytes:
                raise StoreFull(
                    "this daemon keeps no more images at the moment",
                    "try again later, or publish the image yourself once it is revealed",
                )
            # Written down first: a file that no book knows would stay for ever.
            self.book.record(digest, len(image), now)
            try:
                self.folder.put(image)
            except ContentNotStored:
                if not known:
                    self.book.forget([digest])
                raise

    def is_empty(self) -> bool:
        """Whether no image waits."""
        return not self.book.digests()

    def publish(self, revealed: Iterable[Digest]) -> None:
        """Puts those of the `revealed` images that wait here into the store, for good.

        Raises `ContentNotStored` when some are not there yet; they go on waiting.
        """
        waiting = self.book.digests()
        ends = time.monotonic() + self.publish_seconds
        for digest in revealed:
            if digest not in waiting:
                continue
            if time.monotonic() > ends:
                raise ContentNotStored(
                    f"{self.store.name} is slow: revealed images wait to be put there",
                    "nothing, if the next cycles go on with it",
                )
            self._publish(digest)

    def _publish(self, digest: Digest) -> None:
        try:
            self.store.put(self.folder.get(digest, max_bytes=MAX_IMAGE_BYTES))
        except ContentAbsent:
            pass  # It is in the store: a kill came in between, or an earlier version put it there.
        except ContentUnavailable as error:
            # A damaged file holds nobody up, and handing it in again mends it.
            if digest not in self._told:
                self._told.add(digest)
                log.warning("upload unreadable", extra={"reason": error.what, "hint": error.hint})
            return
        # The book last: it leads back here after a kill. One lock: who hands it in again now
        # either comes before both, or has it kept anew.
        with self._one:
            self.folder.remove(digest)
            self.book.forget([digest])

    def expired(self) -> tuple[Digest, ...]:
        """Images whose time is over; `publish` what was revealed of them before `clear`."""
        return self.book.older_than(int(self.clock()) - self.keep_seconds)

    def clear(self) -> int:
        """Removes what has expired; returns how many images that were."""
        with self._one:
            gone = self.expired()
            for digest in gone:
                # In the store only where an earlier version put it: what waits in the folder may
                # be a second copy of what was revealed, and that stays in the store.
                is_here = self.folder.stamp(digest) is not None
                (self.folder if is_here else self.store).remove(digest)
                self.book.forget([digest])
        if gone:
            log.info("uploads expired", extra={"images": len(gone)})
        return len(gone)
