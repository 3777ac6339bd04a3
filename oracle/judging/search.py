"""What the sources said about content that does not come: one that failed has not looked.

"The gateway answers 429" says nothing about an image, and calling an image unavailable that others
can fetch costs the operator its bond. So content is given up only after several looks, spread over
time, of sources that were shown to work meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oracle.errors import ContentAbsent, ContentUnavailable, RetryLater, SourceFailed
from oracle.store.base import ContentStore
from oracle.store.embedded import EmbeddedStore, Stamp
from oracle.store.fallback import sources_of
from scoring.digest import Digest

SOUND_LOOKS = 3
"""How often a source has to look in vain, while it works, before content is given up."""


@dataclass
class _Record:
    """What one source said about one digest."""

    sound: int = 0  # looks in vain of a source that worked
    failed: int = 0  # times that it did not look, or was not shown to work
    looked: bool = False  # the last time
    first: float = 0.0  # of the sound looks, in seconds that never go back
    last: float = 0.0
    first_at: float = 0.0  # the same in unix seconds, for people
    last_at: float = 0.0

    @property
    def spread(self) -> float:
        """Seconds from the first sound look to the last."""
        return self.last - self.first


class Search:
    """Counts, over many looks and on any thread, what every source said about what is missing."""

    def __init__(
        self,
        store: ContentStore | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """`store` is what is looked in; without one, looks are only counted."""
        self._sources = {source.name: source for source in sources_of(store)} if store else {}
        self._clock = clock
        self._wall_clock = wall_clock
        self.asked: Counter[Digest] = Counter()  # every look for a digest, whatever came of it
        self.verified: dict[Digest, Stamp] = {}  # files in the cache that hashed to their names
        self._records: dict[Digest, dict[str, _Record]] = {}
        self._working: set[str] = set()  # sources that were ever shown to work
        self._lock = threading.Lock()

    def may_give_up(self, digest: Digest, spread_seconds: float) -> bool:
        """Whether enough was done to say that nobody shows this content.

        A source beyond this machine, where there is one, has looked `SOUND_LOOKS` times over
        `spread_seconds`, and whatever else has ever worked has looked at least once.
        """
        with self._lock:
            records = self._records.get(digest, {})
            done = {
                name
                for name, record in records.items()
                if record.sound >= SOUND_LOOKS and record.spread >= spread_seconds
            }
            return bool(done & self._reach()) and all(
                name in records and records[name].sound for name in self._working
            )

    def is_answered(self, digest: Digest) -> bool:
        """Whether a source that reaches far enough looked for it the last time."""
        with self._lock:
            records = self._records.get(digest, {})
            return any(name in records and records[name].looked for name in self._reach())

    def evidence(self, digest: Digest) -> tuple[Mapping[str, Any], ...]:
        """What every source said about a digest, for people: counts and unix seconds."""
        with self._lock:
            return tuple(
                {
                    "source": self._public_name(name),
                    "looked_in_vain": record.sound,
                    "failed": record.failed,
                    "first": round(record.first_at),
                    "last": round(record.last_at),
                }
                for name, record in sorted(self._records.get(digest, {}).items())
            )

    def forget(self, digests: Iterable[Digest]) -> None:
        """Drops what is known of digests that nobody waits for any longer."""
        with self._lock:
            for digest in digests:
                self._records.pop(digest, None)
                self.verified.pop(digest, None)
                self.asked.pop(digest, None)

    def note(self, misses: Mapping[Digest, ContentUnavailable]) -> None:
        """Adds one look: why each of these did not come. May ask the sources how they are."""
        worked = self._worked(misses.values())
        now, at = self._clock(), self._wall_clock()
        with self._lock:
            self._working |= worked
            for digest, error in misses.items():
                records = self._records.setdefault(digest, {})
                for name, answer in self._answers(error):
                    record = records.setdefault(name, _Record())
                    if isinstance(answer, SourceFailed) or name not in worked:
                        record.failed += 1
                        record.looked = False
                        continue
                    record.looked = True
                    if not record.sound:
                        record.first, record.first_at = now, at
                    record.sound += 1
                    record.last, record.last_at = now, at

    def _worked(self, errors: Iterable[ContentUnavailable]) -> set[str]:
        """The sources that worked in a look.

        Who said of anything that it is not there has worked. Who only let the time pass is asked
        for something that everybody has.
        """
        said: dict[str, set[type[ContentUnavailable]]] = {}
        for error in errors:
            for name, answer in self._answers(error):
                said.setdefault(name, set()).add(type(answer))
        return {
            name
            for name, kinds in said.items()
            if ContentAbsent in kinds or (kinds != {SourceFailed} and self._works(name))
        }

    def _answers(self, error: ContentUnavailable) -> tuple[tuple[str, ContentUnavailable], ...]:
        """What every source said, by its name, in one failed read."""
        return error.answers or tuple((name, error) for name in self._sources)

    def _works(self, name: str) -> bool:
        try:
            self._sources[name].check()
        except RetryLater:
            return False
        return True

    def _reach(self) -> set[str]:
        """The sources that look beyond this machine; all of them, where none does."""
        far = {n for n, source in self._sources.items() if not isinstance(source, EmbeddedStore)}
        return far or set(self._sources)

    def _public_name(self, name: str) -> str:
        # A folder's name is nobody else's business, and evidence is published.
        local = isinstance(self._sources.get(name), EmbeddedStore)
        return "this machine" if local else name
