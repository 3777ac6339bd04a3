"""Fetching what was revealed before it is judged, on a thread of its own.

A digest with nothing behind it costs its maker nothing and a fetch a minute. Looked for from the
first reveal on, a thousand of them take no time from the judging.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oracle.errors import ContentNotStored, Stopped
from oracle.judging.fetch import Budget, fetch_all
from oracle.judging.search import Search
from oracle.store.base import ContentStore
from scoring.digest import Digest

if TYPE_CHECKING:
    from oracle.metrics import Metrics

log = logging.getLogger(__name__)

PAUSE_SECONDS = 30.0  # before what is missing is looked for again
# Digests that are looked for at a time, so that new ones soon have their turn.
_SLICE = 2 * Budget().most_at_once


class Prefetch:
    """Brings wanted content into `cache`; use as a context manager."""

    def __init__(
        self,
        store: ContentStore,
        cache: ContentStore,
        budget: Budget = Budget(),  # noqa: B008 (frozen)
        pause_seconds: float = PAUSE_SECONDS,
        metrics: Metrics | None = None,
    ) -> None:
        self._store = store
        self._cache = cache
        self._budget = budget
        self._pause_seconds = pause_seconds
        self._metrics = metrics
        self.search = Search(store)
        # In order of their turn, so that a look costs its slice and not all that is wanted.
        self._fresh: OrderedDict[Digest, None] = OrderedDict()  # never looked for
        self._missing: OrderedDict[Digest, None] = OrderedDict()  # looked for in vain
        self._lock = threading.Lock()
        self._more = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prefetch")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._more.set()
        self._thread.join()

    @property
    def wanted(self) -> frozenset[Digest]:
        """What is looked for now."""
        with self._lock:
            return frozenset(self._fresh) | frozenset(self._missing)

    def want(self, digests: Iterable[Digest]) -> None:
        """Looks for these from now on; those that were wanted before are left as they are."""
        with self._lock:
            for digest in digests:
                if digest not in self._missing:
                    self._fresh[digest] = None
        self._more.set()

    def drop(self, digests: Iterable[Digest]) -> None:
        """Looks for these no longer."""
        with self._lock:
            for digest in digests:
                self._forget(digest)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._more.clear()
            if self._look():
                continue
            self._more.wait(self._pause_seconds)

    def _look(self) -> bool:
        """Looks for a slice: what is new, else what waited longest. Whether some were new."""
        with self._lock:
            fresh = bool(self._fresh)
            wanted = list(islice(self._fresh or self._missing, _SLICE))
        if not wanted:
            return False
        try:
            fetched = fetch_all(
                self._store,
                self._cache,
                wanted,
                budget=self._budget,
                search=self.search,
                metrics=self._metrics,
                progress=self._go_on,
            )
        except Stopped:
            return False
        except ContentNotStored as error:
            log.warning("not prefetched", extra={"reason": error.what})
            return False
        with self._lock:
            for digest in wanted:
                # What was dropped meanwhile stays dropped.
                if self._forget(digest) and digest in fetched.missing:
                    self._missing[digest] = None
        return fresh

    def _forget(self, digest: Digest) -> bool:
        """Whether it was wanted."""
        wanted = digest in self._fresh or digest in self._missing
        self._fresh.pop(digest, None)
        self._missing.pop(digest, None)
        return wanted

    def _go_on(self, stage: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Stopped("stopped while prefetching", "it continues at the next start")
