"""Images judged side by side: one thread for each, rather than every thread for one.

Nothing about one image is large enough to be worth sharing, and threads that share small work wait
for one another: next to other programs that made scoring ten times slower.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from scoring.exact.backends.threads import work_alone
from scoring.processors import limit_torch, threads_here

_PATIENCE_SECONDS = 0.0005
"""How long a thread waits for the interpreter before it asks for it; Python's 5 ms are a third of
what an image takes."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    work: Callable[[Item], Result], items: Iterable[Item]
) -> Generator[Result, None, None]:
    """`work` of every item, in their order, by as many threads as this one may use.

    A few results are computed ahead. What `work` raises is raised in its place, and what was begun
    by then is waited for. `work` has to allow several threads. Whoever may stop before the end
    closes the generator, or its threads live on until it is collected.
    """
    threads = threads_here()
    if threads == 1:
        yield from map(work, items)
        return
    patience = sys.getswitchinterval()
    with ThreadPoolExecutor(threads, "image", _keep_to_itself) as pool:
        ahead: deque[Future[Result]] = deque()
        try:
            sys.setswitchinterval(_PATIENCE_SECONDS)
            for item in items:
                ahead.append(pool.submit(work, item))
                if len(ahead) > threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()
            sys.setswitchinterval(patience)
            # What a thread sets for itself is also what threads to come begin with.
            limit_torch(threads)


def _keep_to_itself() -> None:
    """In a thread of the pool, before its first image."""
    limit_torch(1)
    work_alone()
