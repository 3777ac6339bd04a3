"""Sharing compiled kernels among threads: each takes a span lo … hi − 1 of the same work.

Waking a thread takes a fifth of a millisecond, longer than many a kernel of a small network runs.
So work of each kind and size is tried both shared and alone, and then done in the faster way.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TRIALS = 3
"""Of each way. The least of their times counts, since other programs only ever lengthen them."""
_TRIED_AGAIN = 256
"""So many calls later both ways are tried again: other programs come and go."""

_this_thread = threading.local()


def work_alone() -> None:
    """From now on the calling thread does all its work itself, other threads being busy too."""
    _this_thread.alone = True


def _latest() -> deque[float]:
    return deque(maxlen=TRIALS)


@dataclass
class _Kind:
    """Seconds that work of one kind and size took the latest times, either way."""

    shared: deque[float] = field(default_factory=_latest)
    alone: deque[float] = field(default_factory=_latest)
    calls: int = 0

    def next_way(self) -> tuple[deque[float], bool]:
        """The way to take, and whether it is a trial; these take turns."""
        # Other threads may have begun all trials, and ended none yet.
        untimed = not (self.shared and self.alone)
        trial = untimed or self.calls % _TRIED_AGAIN < 2 * TRIALS
        ways = (self.shared, self.alone)
        way = ways[self.calls % 2] if trial else min(ways, key=min)
        self.calls += 1
        return way, trial


class Threads:
    """A pool that splits work evenly; what a kernel gives may not depend on whether and how."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="exact")
        self._kinds: dict[Hashable, _Kind] = {}

    def share(self, kernel: Callable[..., Any], count: int, *arguments: Any) -> list[Any]:
        """Run `kernel(*arguments, lo, hi)` over 0 … count − 1; each part's result."""

        def run(spans: list[tuple[int, int]]) -> list[Any]:
            first, *others = spans
            waiting = [self._pool.submit(kernel, *arguments, lo, hi) for lo, hi in others]
            result = kernel(*arguments, *first)
            return [result, *(future.result() for future in waiting)]

        return self._faster((kernel, count, _size(arguments)), count, run)

    def gather(
        self,
        kernel: Callable[..., Any],
        count: int,
        inputs: tuple[Any, ...],
        sums: tuple[Any, ...],
    ) -> list[Any]:
        """As `share`, each part with its own copy of each of `sums`; these, stacked by part."""

        def run(spans: list[tuple[int, int]]) -> list[Any]:
            own = [[array.copy() for array in sums] for _ in spans]
            waiting = [
                self._pool.submit(kernel, *inputs, *arrays, lo, hi)
                for arrays, (lo, hi) in zip(own[1:], spans[1:], strict=True)
            ]
            kernel(*inputs, *own[0], *spans[0])
            for future in waiting:
                future.result()
            return [np.stack(arrays) for arrays in zip(*own, strict=True)]

        return self._faster((kernel, count, _size(inputs)), count, run)

    def _faster(
        self, kind: Hashable, count: int, run: Callable[[list[tuple[int, int]]], list[Any]]
    ) -> list[Any]:
        spans = self._spans(count)
        if len(spans) == 1 or getattr(_this_thread, "alone", False):
            return run([(0, count)])
        seen = self._kinds.setdefault(kind, _Kind())
        way, trial = seen.next_way()
        start = time.perf_counter()
        result = run(spans if way is seen.shared else [(0, count)])
        if trial:
            way.append(time.perf_counter() - start)
        return result

    def _spans(self, count: int) -> list[tuple[int, int]]:
        parts = max(1, min(self.count, count))
        edges = [count * i // parts for i in range(parts + 1)]
        return list(zip(edges, edges[1:], strict=False))


def _size(arguments: tuple[Any, ...]) -> int:
    return sum(array.size for array in arguments if isinstance(array, np.ndarray))
