"""Fetching what was revealed before it is judged, on a thread of its own.

A digest with nothing behind it costs its maker nothing and a fetch a minute. Looked for from the
first reveal on, a thousand of them take no time from the judging.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
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
        self._tries: dict[Digest, int] = {}  # of what is still missing
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

    def want(self, digests: Iterable[Digest]) -> None:
        """Looks for these from now on; those that were wanted before are left as they are."""
        with self._lock:
            for digest in digests:
                self._tries.setdefault(digest, 0)
        self._more.set()

    def drop(self, digests: Iterable[Digest]) -> None:
        """Looks for these no longer."""
        with self._lock:
            for digest in digests:
                self._tries.pop(digest, None)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._more.clear()
            if self._look():
                continue
            self._more.wait(self._pause_seconds)

    def _look(self) -> bool:
        """Looks for a slice, the least tried first; whether some were never tried before."""
        with self._lock:
            fresh = [digest for digest, tries in self._tries.items() if tries == 0]
            wanted = (fresh or sorted(self._tries, key=self._tries.__getitem__))[:_SLICE]
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
                if digest not in fetched.missing:
                    self._tries.pop(digest, None)
                elif digest in self._tries:
                    self._tries[digest] += 1
        return bool(fresh)

    def _go_on(self, stage: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Stopped("stopped while prefetching", "it continues at the next start")
