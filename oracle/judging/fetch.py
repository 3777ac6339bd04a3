"""Fetching a case's content: every block by digest into a local cache, and what is missing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle.errors import ContentUnavailable, Undecidable
from oracle.judging.judgement import Decode
from oracle.store.base import ContentStore
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES, Flag, InvalidSubmission, Pixels

if TYPE_CHECKING:
    # Not needed at run time, where an auditor's base installation has no prometheus_client.
    from oracle.metrics import Metrics
    from scoring.judge import Progress

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

    def why_not(self, digest: Digest) -> str:
        """Why the content of `digest` cannot be had; empty when it can."""
        return (
            "it is larger than 1 MiB" if digest in self.too_large else self.missing.get(digest, "")
        )

    def require(self, digest: Digest, what: str) -> bytes:
        """The content of `digest`; without it (`what` it is) nothing can be decided."""
        if reason := self.why_not(digest):
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


def fetch_all(
    store: ContentStore,
    cache: ContentStore,
    digests: Iterable[Digest],
    *,
    metrics: Metrics | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Asks for every digest once; what cannot be had now is reported, not raised."""
    too_large: set[Digest] = set()
    missing: dict[Digest, str] = {}
    wanted = tuple(dict.fromkeys(digests))
    for done, digest in enumerate(wanted):
        if progress is not None:
            progress("fetch", done, len(wanted))
        if _is_cached(cache, digest):
            continue
        try:
            data = store.get(digest, max_bytes=MAX_FETCH_BYTES)
        except ContentUnavailable as error:
            log.debug("content missing", extra={"digest": digest.hex(), "reason": error.what})
            missing[digest] = error.what
            if metrics is not None:
                metrics.fetch_failed()
            continue
        if metrics is not None:
            metrics.fetched(len(data))
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
