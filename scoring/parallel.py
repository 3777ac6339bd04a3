"""Images judged side by side: one thread for each, rather than every thread for one.

Nothing about one image is large enough to be worth sharing, and threads that share small work wait
for one another: next to other programs that made scoring ten times slower.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`work` of every item, in their order, by as many threads as torch may use.

    A few results are worked out ahead. What `work` raises is raised in its place, and what was
    begun by then is waited for. `work` has to allow several threads.
    """
    threads = torch.get_num_threads()
    if threads == 1:
        yield from map(work, items)
        return
    with _one_torch_thread_each(), ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[Result]] = deque()
        try:
            for item in items:
                ahead.append(pool.submit(work, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()


@contextmanager
def _one_torch_thread_each() -> Iterator[None]:
    threads = torch.get_num_threads()
    # The thread that says it keeps to it at once, others that use torch for the first time then.
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
