"""How fast long work goes, and how long it will take at the very least."""

from __future__ import annotations

import time
from collections.abc import Callable

# What is told while content is waited for, or workers are, says nothing about what comes.
_STEADY = ("augment", "train", "look", "score")


class Pace:
    """A `scoring.judge.Progress` that measures the stage under way."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.start()

    def start(self) -> None:
        """Other work begins: nothing is known of it."""
        self._stage, self._total = "", 0
        self._told = self._since = self._done = -1.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Work on `stage` has come to `done` of `total`."""
        if (stage, total) != (self._stage, self._total):
            self._stage, self._total = stage, total
            self._told, self._since = done, -1.0
        elif self._since < 0 and done > self._told:
            # Only now: the first step compiles, and takes as long as a hundred others.
            self._since, self._told = self._clock(), done
        self._done = done

    @property
    def measured_seconds(self) -> float:
        """For how long the stage has been measured; 0 where it is not."""
        if self._since < 0 or self._stage not in _STEADY:
            return 0.0
        return self._clock() - self._since

    @property
    def least_seconds_left(self) -> float:
        """How long the stage goes on at the pace so far, as if the step under way were done now."""
        steps = self._done - self._told + 1
        return self.measured_seconds / steps * max(self._total - self._done - 1, 0)
