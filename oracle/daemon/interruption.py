"""Interrupting long work: other competitions are looked after, and a stop is obeyed.

A training takes hours. Other competitions have deadlines meanwhile, `/healthz` must not turn red,
and a daemon that is told to stop must not wait for the end of the training.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from oracle.daemon.pace import Pace
from oracle.errors import Stopped


class InterruptibleProgress:
    """A `scoring.judge.Progress` that calls `meanwhile` every `seconds`, between two steps.

    It runs on the thread that works, so chain client and ledger are never shared between threads.
    """

    def __init__(
        self,
        seconds: float,
        progress: Callable[[str, int, int], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._progress = progress
        self._clock = clock
        self._last = clock()
        self._stopping = threading.Event()
        self.pace = Pace(clock)
        self.meanwhile: Callable[[], None] | None = None

    def stop(self) -> None:
        """Makes long work raise `Stopped` at its next step; can be called from any thread."""
        self._stopping.set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Work on `stage` has come to `done` of `total`. Raises `Stopped`, or as `meanwhile`."""
        if self._stopping.is_set():
            raise Stopped(f"stopped at {stage} {done}/{total}", "it continues at the next start")
        if self._progress is not None:
            self._progress(stage, done, total)
        self.pace(stage, done, total)
        if self.meanwhile is not None and self._clock() - self._last >= self._seconds:
            self.meanwhile()
            self._last = self._clock()
