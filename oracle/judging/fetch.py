"""Fetching a case's content: every block by digest into a local cache, and what is missing."""

from __future__ import annotations

import enum
import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle.errors import ContentUnavailable, Undecidable
from oracle.judging.judgement import Decode
from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES, Flag, InvalidSubmission, Pixels

if TYPE_CHECKING:
    # Not needed at run time, where an auditor's base installation has no prometheus_client.
    from oracle.metrics import Metrics
    from scoring.judge import Progress

log = logging.getLogger(__name__)


class Arrival(enum.Enum):
    """What was done with a block that came."""

    FETCHED = enum.auto()
    TOO_LARGE = enum.auto()


FETCHED, TOO_LARGE = Arrival
Answer = tuple[Arrival | str, int]


@dataclass(frozen=True)
class Budget:
    """What looking for all content of a competition may cost.

    Digests with nothing behind them are free for whoever commits to them; a budget for all of them
    together keeps a thousand from holding up a judging.
    """

    seconds: float = 600.0  # for all of it
    at_once: int = 16  # blocks that are asked for at the same time


@dataclass(frozen=True)
class Fetched:
    """What could be fetched (kept in `cache`), and why the rest could not."""

    cache: ContentStore
    too_large: frozenset[Digest]
    missing: dict[Digest, str]

    def without(self, digests: Collection[Digest], why: str) -> Fetched:
        """As if these digests had not been found, whatever was."""
        hidden = dict.fromkeys((d for d in digests if d not in self.missing), why)
        return Fetched(self.cache, self.too_large - hidden.keys(), self.missing | hidden)

    def why_not(self, digest: Digest) -> str:
        """Why the content of `digest` is not here; empty when it is."""
        return (
            "it is larger than 1 MiB" if digest in self.too_large else self.missing.get(digest, "")
        )

    def require(self, digest: Digest, what: str) -> bytes:
        """The content of `digest`; without it (`what` it is) nothing can be decided."""
        if reason := self.why_not(digest):
            raise Undecidable(
                f"{what} {digest.hex()} cannot be fetched: {reason}",
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
    budget: Budget = Budget(),  # noqa: B008 (frozen)
    metrics: Metrics | None = None,
    progress: Progress | None = None,
) -> Fetched:
    """Asks for every digest once, several at a time; what does not come is reported, not raised.

    `progress` is called on this thread, at least once a second, and may raise to break it off.
    """
    too_large: set[Digest] = set()
    missing: dict[Digest, str] = {}
    # What is here waits for nothing: a budget that phantoms use up must not lose it.
    wanted = [digest for digest in dict.fromkeys(digests) if not _is_cached(cache, digest)]
    # Daemon threads would be cut off in the middle of writing a file; each ends by its deadline.
    pool = ThreadPoolExecutor(budget.at_once, "fetch")
    try:
        asked = {pool.submit(_fetch_one, store, cache, digest): digest for digest in wanted}
        for future in _finished_in_time(asked, budget.seconds, progress):
            digest, (outcome, size) = asked[future], future.result()
            if outcome is TOO_LARGE:
                too_large.add(digest)
            elif isinstance(outcome, str):
                missing[digest] = outcome
            if metrics is not None:
                _count(metrics, outcome, size)
        for future, digest in asked.items():
            if not future.done():
                missing[digest] = f"it did not come within {budget.seconds:g} s, for all together"
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return Fetched(cache, frozenset(too_large), missing)


def _count(metrics: Metrics, outcome: Arrival | str, size_bytes: int) -> None:
    if isinstance(outcome, str):
        metrics.fetch_failed()
    else:
        metrics.fetched(size_bytes)


def _finished_in_time(
    asked: Mapping[Future[Answer], Digest], seconds: float, progress: Progress | None
) -> Iterator[Future[Answer]]:
    """Each future once it is done, until time is over."""
    ends = time.monotonic() + seconds
    pending = set(asked)
    while pending and (left := ends - time.monotonic()) > 0:
        if progress is not None:
            progress("fetch", len(asked) - len(pending), len(asked))
        done, pending = wait(pending, min(left, 1.0), return_when=FIRST_COMPLETED)
        yield from done


def _fetch_one(store: ContentStore, cache: ContentStore, digest: Digest) -> Answer:
    """Why a block did not come, or what was done with it, and its size in bytes."""
    try:
        # Up to this size nodes serve a block: a submission above 1 MiB is verified, and then
        # disqualified as too large.
        data = store.get(digest, max_bytes=MAX_BLOCK_BYTES)
    except ContentUnavailable as error:
        log.debug("content missing", extra={"digest": digest.hex(), "reason": error.what})
        return error.what, 0
    if len(data) > MAX_IMAGE_BYTES:
        return TOO_LARGE, len(data)
    cache.put(data)
    return FETCHED, len(data)


def _is_cached(cache: ContentStore, digest: Digest) -> bool:
    try:
        cache.get(digest, max_bytes=MAX_IMAGE_BYTES)
    except ContentUnavailable:
        return False
    return True
