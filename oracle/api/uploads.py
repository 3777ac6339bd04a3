"""Uploads: a stranger's image is prepared, checked, kept and acknowledged with a signed receipt.

Until it is revealed nobody but its player may see it: see `oracle.reveals.waiting_images`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from oracle.chain.commitments import Domain
from oracle.reveals.waiting_images import WaitingImages
from oracle.signing.signer import Signer
from oracle.signing.typed_data import PinReceipt, typed_data
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256


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
    waiting: WaitingImages
    signer: Signer | None
    domain: Domain
    clock: Callable[[], float] = time.time

    def take(self, data: bytes, *, only_pixels: bool = False) -> Pinned:
        """Prepares and keeps an image; again for the same image renews its time.

        With `only_pixels`, nothing else is kept of it: see `Prepare`.

        Raises `NotAnImage`, `StoreFull`, or `RetryLater` when disk or decoder do not work now.
        """
        image = self.prepare(data, only_pixels=only_pixels)
        receipt = PinReceipt(sha256(image), len(image), int(self.clock()))
        self.waiting.keep(image, receipt.pinned_at)
        signature = self.signer.sign_message(receipt, self.domain) if self.signer else None
        return Pinned(receipt, signature, self.domain)
