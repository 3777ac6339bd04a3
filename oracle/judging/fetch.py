"""Fetching a case's content: every block by digest into a local cache, and what is missing."""

from __future__ import annotations

import enum
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oracle.errors import BadInput, ContentNotStored, ContentUnavailable, Undecidable
from oracle.judging.crew import Decode, Images
from oracle.judging.search import Search
from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest
from scoring.submission.image import MAX_IMAGE_BYTES, Flag, InvalidSubmission

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
Answer = tuple[Arrival | ContentUnavailable, int]
Arrived = Callable[[Digest], None]
"""Told of each block as soon as it is here, on the thread that fetches."""

# Who had less time than this before it was cut off does not count as asked.
_FAIR_SECONDS = 10.0


@dataclass(frozen=True)
class Budget:
    """What looking for all content of a competition may cost.

    Digests with nothing behind them are free for whoever commits to them; a budget for all of them
    together keeps a thousand from holding up a judging.
    """

    seconds: float = 600.0  # for all of it
    at_once: int = 16  # blocks that are asked for at the same time
    # A source that keeps silent holds up no other block: after so long the next is asked for too.
    slow_seconds: float = 2.0
    most_at_once: int = 96  # the slow ones among them


@dataclass(frozen=True)
class Fetched:
    """What could be fetched (kept in `cache`), and why the rest could not."""

    cache: ContentStore
    too_large: frozenset[Digest]
    missing: dict[Digest, str]
    # Of what is missing: nobody was ever asked for it, so that nothing follows from it.
    unasked: frozenset[Digest] = frozenset()

    def without(self, digests: Collection[Digest], why: str) -> Fetched:
        """As if these digests had not been found, whatever was."""
        hidden = dict.fromkeys((d for d in digests if d not in self.missing), why)
        return Fetched(
            self.cache, self.too_large - hidden.keys(), self.missing | hidden, self.unasked
        )

    def why_not(self, digest: Digest) -> str:
        """Why the content of `digest` is not here; empty when it is."""
        return (
            "it is larger than 1 MiB" if digest in self.too_large else self.missing.get(digest, "")
        )

    def bytes_of(self, digest: Digest) -> bytes:
        """The content of a digest that is not missing, too large or not."""
        return self.cache.get(digest, max_bytes=MAX_BLOCK_BYTES)

    def require(self, digest: Digest, what: str) -> bytes:
        """The content of `digest`; without it (`what` it is) nothing can be decided."""
        if reason := self.why_not(digest):
            raise Undecidable(
                f"{what} {digest.hex()} cannot be fetched: {reason}",
                "add a store or gateway that holds it to [store]",
            )
        return self.cache.get(digest, max_bytes=MAX_IMAGE_BYTES)

    def images(self, decode: Decode) -> Images:
        """The submissions; what is missing or too large is none."""
        return Images(self._submission, self._require_submission, decode)

    def _submission(self, digest: Digest) -> bytes:
        return self.cache.get(digest, max_bytes=MAX_IMAGE_BYTES)

    def _require_submission(self, digest: Digest) -> None:
        if digest in self.missing:
            raise InvalidSubmission(Flag.UNAVAILABLE)
        if digest in self.too_large:
            raise InvalidSubmission(Flag.TOO_LARGE)


def fetch_all(
    store: ContentStore,
    cache: ContentStore,
    digests: Iterable[Digest],
    *,
    budget: Budget = Budget(),  # noqa: B008 (frozen)
    search: Search | None = None,
    metrics: Metrics | None = None,
    progress: Progress | None = None,
    arrived: Arrived | None = None,
) -> Fetched:
    """Asks for every digest once, several at a time; what does not come is reported, not raised.

    `search` remembers over several calls what was said about each digest. The least asked are the
    first, so that no number of phantoms keeps an image from its turn for good. `progress` is called
    on this thread, at least once a second, and may raise to break it off.
    """
    search = search or Search(store)
    asked = search.asked
    too_large: set[Digest] = set()
    missing: dict[Digest, ContentUnavailable] = {}
    wanted = []
    for digest in dict.fromkeys(digests):
        # What is here waits for nothing: a budget that phantoms use up must not lose it.
        size = _cached_bytes(cache, digest, search)
        if size is None:
            wanted.append(digest)
        elif size > MAX_IMAGE_BYTES:
            too_large.add(digest)
    wanted.sort(key=lambda digest: asked[digest])
    left_over = dict.fromkeys(wanted, "nobody was asked for it now: others took all the time")
    no_time = f"it did not come within {budget.seconds:g} s, for all together"
    # Daemon threads would be cut off in the middle of writing a file; each ends by its deadline.
    pool = ThreadPoolExecutor(budget.most_at_once, "fetch")
    try:

        def ask(digest: Digest) -> Future[Answer]:
            return pool.submit(_fetch_one, store, cache, digest, arrived)

        for digest, answer in _answers(ask, wanted, budget, progress):
            asked[digest] += 1
            del left_over[digest]
            if answer is None:
                missing[digest] = ContentUnavailable(no_time)
                continue
            outcome, size = answer
            if outcome is TOO_LARGE:
                too_large.add(digest)
            elif isinstance(outcome, ContentUnavailable):
                missing[digest] = outcome
            if metrics is not None:
                _count(metrics, outcome, size)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    search.note(missing)
    unasked = frozenset(digest for digest in left_over if not asked[digest])
    reasons = {digest: error.what for digest, error in missing.items()}
    return Fetched(cache, frozenset(too_large), reasons | left_over, unasked)


def keep_all(store: ContentStore, fetched: Fetched, digests: Iterable[Digest]) -> None:
    """Puts into `store` what was fetched of these; what is too large only where it is taken."""
    for digest in dict.fromkeys(digests):
        if digest in fetched.missing:
            continue
        try:
            store.put(fetched.bytes_of(digest))
        except (BadInput, ContentNotStored) as error:
            if digest not in fetched.too_large:
                raise
            log.info("too large for this store", extra={"reason": error.what})


def _count(metrics: Metrics, outcome: Arrival | ContentUnavailable, size_bytes: int) -> None:
    if isinstance(outcome, ContentUnavailable):
        metrics.fetch_failed()
    else:
        metrics.fetched(size_bytes)


def _answers(
    ask: Callable[[Digest], Future[Answer]],
    digests: Iterable[Digest],
    budget: Budget,
    progress: Progress | None,
) -> Iterator[tuple[Digest, Answer | None]]:
    """Each digest's answer as it comes; None for what had its time and was cut off at the end."""
    queue = deque(digests)
    total, done_before = len(queue), 0
    running: dict[Future[Answer], tuple[Digest, float]] = {}
    ends = time.monotonic() + budget.seconds
    while (queue or running) and (left := ends - (now := time.monotonic())) > 0:
        quick = sum(now - began < budget.slow_seconds for _, began in running.values())
        while queue and quick < budget.at_once and len(running) < budget.most_at_once:
            digest = queue.popleft()
            running[ask(digest)] = digest, now
            quick += 1
        if progress is not None:
            progress("fetch", done_before, total)
        pause = min(left, budget.slow_seconds / 4, 1.0)
        done, _ = wait(running, pause, return_when=FIRST_COMPLETED)
        done_before += len(done)
        for future in done:
            yield running.pop(future)[0], future.result()
    for digest, began in running.values():
        if time.monotonic() - began >= _FAIR_SECONDS:
            yield digest, None


def _fetch_one(
    store: ContentStore, cache: ContentStore, digest: Digest, arrived: Arrived | None
) -> Answer:
    """Why a block did not come, or what was done with it, and its size in bytes."""
    try:
        # Up to this size nodes serve a block: a submission above 1 MiB is verified, and then
        # disqualified as too large.
        data = store.get(digest, max_bytes=MAX_BLOCK_BYTES)
    except ContentUnavailable as error:
        log.debug("content missing", extra={"digest": digest.hex(), "reason": error.what})
        return error, 0
    # Also what is too large: else it is unavailable for who asks when it is served no longer.
    cache.put(data)
    if arrived is not None:
        arrived(digest)
    return (TOO_LARGE if len(data) > MAX_IMAGE_BYTES else FETCHED), len(data)


def _cached_bytes(cache: ContentStore, digest: Digest, search: Search) -> int | None:
    """The size of a block that is here; None when it is not.

    A file that has not changed since it was read is not read again: of ten thousand images, one
    that is missing would cost gigabytes a look. Whoever uses it verifies it once more.
    """
    stamp = cache.stamp(digest) if isinstance(cache, EmbeddedStore) else None
    if stamp is not None and search.verified.get(digest) == stamp:
        return stamp.size_bytes
    try:
        size = len(cache.get(digest, max_bytes=MAX_BLOCK_BYTES))
    except ContentUnavailable:
        return None
    if stamp is not None:
        search.verified[digest] = stamp
    return size
