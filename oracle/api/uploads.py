"""Uploads: a stranger's image is prepared, checked, pinned and acknowledged with a signed receipt.

A commitment hides its image, so until it is revealed nobody can know whether an upload counts.
Uploads are therefore kept for a while and up to a total size; what is revealed is kept for good.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from oracle.chain.commitments import Domain
from oracle.errors import ContentNotStored, ContentUnavailable, StoreFull
from oracle.ledger.pin_book import PinBook
from oracle.signing.signer import Signer
from oracle.signing.typed_data import PinReceipt, typed_data
from oracle.store.base import ContentStore
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256
from scoring.submission.image import MAX_IMAGE_BYTES

log = logging.getLogger(__name__)


class Prepare(Protocol):
    """Makes a submission of an image: `oracle.sandbox.preparer.Preparer.prepare`."""

    def __call__(self, data: bytes, *, only_pixels: bool = False) -> bytes: ...


@dataclass(frozen=True)
class Pinned:
    """An upload that is kept, and the promise about it."""

    receipt: PinReceipt
    signature: bytes | None  # None in dry mode
    domain: Domain

    def to_json(self) -> dict[str, Any]:
        digest = Digest(self.receipt.image_digest)
        return {
            "digest": "0x" + digest.hex(),
            "cid": cid_of(digest),
            "size_bytes": self.receipt.size_bytes,
            "receipt": typed_data(self.receipt, self.domain) if self.signature else None,
            "signature": "0x" + self.signature.hex() if self.signature else None,
        }


@dataclass(eq=False)
class Uploads:
    """Keeps uploads; can be shared by threads. `clock` gives unix seconds."""

    prepare: Prepare
    store: ContentStore
    book: PinBook
    signer: Signer | None
    domain: Domain
    max_bytes: int  # of all uploads together that are not revealed
    keep_seconds: int
    clock: Callable[[], float] = time.time
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)

    def take(self, data: bytes, *, only_pixels: bool = False) -> Pinned:
        """Prepares and pins an image; again for the same image renews its pin.

        With `only_pixels`, nothing else is kept of it: see `Prepare`.

        Raises `NotAnImage`, `StoreFull`, or `RetryLater` when store or decoder do not work now.
        """
        image = self.prepare(data, only_pixels=only_pixels)
        receipt = PinReceipt(sha256(image), len(image), int(self.clock()))
        with self._one:
            self._pin(image, receipt)
        signature = self.signer.sign_message(receipt, self.domain) if self.signer else None
        return Pinned(receipt, signature, self.domain)

    def _pin(self, image: bytes, receipt: PinReceipt) -> None:
        digest = Digest(receipt.image_digest)
        known = self.book.has(digest)
        if not known:
            if self._is_kept_for_good(digest):
                return
            if self.book.total_bytes() + len(image) > self.max_bytes:
                raise StoreFull(
                    "this daemon keeps no more images at the moment",
                    "try again later, or publish the image on any IPFS node by its digest",
                )
        # Written down first: a block that no book knows would stay for ever.
        self.book.record(digest, receipt.size_bytes, receipt.pinned_at)
        try:
            self.store.put(image)
        except ContentNotStored:
            if not known:
                self.book.forget([digest])
            raise

    def _is_kept_for_good(self, digest: Digest) -> bool:
        with suppress(ContentUnavailable):
            self.store.get(digest, max_bytes=MAX_IMAGE_BYTES)
            return True
        return False

    def keep(self, digests: Iterable[Digest]) -> None:
        """Keeps images for good: they were revealed."""
        self.book.forget(digests)

    def expired(self) -> tuple[Digest, ...]:
        """Images whose time is over; `keep` what was revealed of them before `clear`."""
        return self.book.older_than(int(self.clock()) - self.keep_seconds)

    def clear(self) -> int:
        """Removes what has expired; returns how many images that were."""
        with self._one:
            gone = self.expired()
            for digest in gone:
                self.store.remove(digest)
                self.book.forget([digest])
        if gone:
            log.info("uploads expired", extra={"images": len(gone)})
        return len(gone)
