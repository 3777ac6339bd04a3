"""Sharing compiled kernels among threads: each takes a span lo … hi − 1 of the same work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np


class Threads:
    """A pool that splits work evenly; what a kernel gives may not depend on how."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="exact")

    def _spans(self, count: int) -> list[tuple[int, int]]:
        parts = max(1, min(self.count, count))
        edges = [count * i // parts for i in range(parts + 1)]
        return list(zip(edges, edges[1:], strict=False))

    def share(self, kernel: Callable[..., Any], count: int, *arguments: Any) -> list[Any]:
        """Run `kernel(*arguments, lo, hi)` over 0 … count − 1; each part's result."""
        first, *others = self._spans(count)
        waiting = [self._pool.submit(kernel, *arguments, lo, hi) for lo, hi in others]
        result = kernel(*arguments, *first)
        return [result, *(future.result() for future in waiting)]

    def gather(
        self,
        kernel: Callable[..., Any],
        count: int,
        inputs: tuple[Any, ...],
        sums: tuple[Any, ...],
    ) -> list[Any]:
        """As `share`, each part with its own copy of each of `sums`; these, stacked by part."""
        spans = self._spans(count)
        own = [[array.copy() for array in sums] for _ in spans]
        waiting = [
            self._pool.submit(kernel, *inputs, *arrays, lo, hi)
            for arrays, (lo, hi) in zip(own[1:], spans[1:], strict=True)
        ]
        kernel(*inputs, *own[0], *spans[0])
        for future in waiting:
            future.result()
        return [np.stack(arrays) for arrays in zip(*own, strict=True)]
