"""Fetching a case's content: every block by digest into a local cache, and what is missing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from oracle.errors import ContentUnavailable, Undecidable
from oracle.judging import Decode, Pixels
from oracle.store.base import ContentStore
from scoring.digest import Digest
from scoring.flags import Flag, InvalidSubmission
from scoring.image import MAX_IMAGE_BYTES

log = logging.getLogger(__name__)

# The largest block that IPFS nodes exchange. A submission between 1 MiB and this is fetched,
# verified and disqualified as too large; beyond it no node would serve it.
MAX_FETCH_BYTES = 2 * 1_048_576


@dataclass(frozen=True)
class Fetched:
    """What could be fetched (kept in `cache`), and why the rest could not."""

    cache: ContentStore
    too_large: frozenset[Digest]
    missing: dict[Digest, str]

    def require(self, digest: Digest, what: str) -> bytes:
        """The content of `digest`; without it (`what` it is) nothing can be decided."""
        if digest in self.missing or digest in self.too_large:
            reason = self.missing.get(digest, "it is larger than 1 MiB")
            raise Undecidable(
                f"{what} {digest.hex()} cannot be had: {reason}",
                "add a store or gateway that holds it to [store]",
            )
        return self.cache.get(digest, max_bytes=MAX_IMAGE_BYTES)

    def image(self, digest: Digest, decode: Decode) -> Pixels:
        """The pixels of a submission; raises `InvalidSubmission` with the reason if it has none."""
        if digest in self.missing:
            raise InvalidSubmission(Flag.UNAVAILABLE)
        if digest in self.too_large:
            raise InvalidSubmission(Flag.TOO_LARGE)
        return decode(self.cache.get(digest, max_bytes=MAX_IMAGE_BYTES))


def fetch_all(store: ContentStore, cache: ContentStore, digests: Iterable[Digest]) -> Fetched:
    """Asks for every digest once; what cannot be had now is reported, not raised."""
    too_large: set[Digest] = set()
    missing: dict[Digest, str] = {}
    for digest in dict.fromkeys(digests):
        if _is_cached(cache, digest):
            continue
        try:
            data = store.get(digest, max_bytes=MAX_FETCH_BYTES)
        except ContentUnavailable as error:
            log.warning("content missing", extra={"digest": digest.hex(), "reason": error.what})
            missing[digest] = error.what
            continue
        if len(data) > MAX_IMAGE_BYTES:
            too_large.add(digest)
        else:
            cache.put(data)
    return Fetched(cache, frozenset(too_large), missing)


def _is_cached(cache: ContentStore, digest: Digest) -> bool:
    try:
        cache.get(digest, max_bytes=MAX_IMAGE_BYTES)
    except ContentUnavailable:
        return False
    return True
