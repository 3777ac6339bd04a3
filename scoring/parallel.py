"""Images judged side by side: one thread for each, rather than every thread for one.

Nothing about one image is large enough to be worth sharing, and threads that share small work wait
for one another: next to other programs that made scoring ten times slower. A GPU is given many
images together, while the threads do what comes before and after.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from scoring.exact.backends.threads import work_alone
from scoring.processors import limit_torch, threads_here

_PATIENCE_SECONDS = 0.0005
"""How long a thread waits for the interpreter before it asks for it; Python's 5 ms are a third of
what an image takes."""

Item = TypeVar("Item")
Begun = TypeVar("Begun")
Seen = TypeVar("Seen")
Result = TypeVar("Result")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Stages(Generic[Item, Begun, Seen, Result]):
    """Work on an item, of which the middle part can be done for several items together.

    No item may change what becomes of another. `begin` and `finish` have to allow several threads.
    """

    begin: Callable[[Item], Begun]
    together: Callable[[Sequence[Begun]], Sequence[Seen]]
    finish: Callable[[Seen], Result]

    def one(self, item: Item) -> Result:
        """All of it, for one item by itself."""
        [seen] = self.together([self.begin(item)])
        return self.finish(seen)

    def then(self, last: Callable[[Result], Other]) -> Stages[Item, Begun, Seen, Other]:
        """The same, with one more thing to do in the end."""
        return Stages(self.begin, self.together, lambda seen: last(self.finish(seen)))


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
    ahead: deque[Future[Result]] = deque()
    with _pool(threads, ahead) as pool:
        for item in items:
            ahead.append(pool.submit(work, item))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def in_groups(
    work: Stages[Item, Begun, Seen, Result], items: Iterable[Item], size: int
) -> Generator[Result, None, None]:
    """`work.one` of every item, in their order, what is done together for up to `size` of them.

    The calling thread does that, while others begin the next group and finish the one before. For
    the rest see `side_by_side`; what is raised for a group as a whole ends it at once.
    """
    if size == 1:
        yield from side_by_side(work.one, items)
        return
    source = iter(items)
    begun: deque[Future[Begun]] = deque()
    finished: deque[Future[Result]] = deque()
    with _pool(threads_here(), begun, finished) as pool:
        while True:
            room = 2 * size - len(begun)
            begun.extend(pool.submit(work.begin, item) for item in islice(source, room))
            group = [begun.popleft() for _ in range(min(size, len(begun)))]
            finished.extend(_finishing(pool, work, group))
            while len(finished) > len(group):
                yield finished.popleft().result()
            if not group:
                return


def _finishing(
    pool: ThreadPoolExecutor,
    work: Stages[Item, Begun, Seen, Result],
    group: Sequence[Future[Begun]],
) -> Iterator[Future[Any]]:
    """The results to be of a group; an item that could not be begun has its error in its place."""
    begun = [future.result() for future in group if future.exception() is None]
    seen = iter(work.together(begun) if begun else ())
    for future in group:
        yield future if future.exception() else pool.submit(work.finish, next(seen))


@contextmanager
def _pool(threads: int, *futures: deque[Future[Any]]) -> Iterator[ThreadPoolExecutor]:
    """So many threads, for images; in the end those of `futures` that did not begin never do."""
    patience = sys.getswitchinterval()
    with ThreadPoolExecutor(threads, "image", _keep_to_itself) as pool:
        try:
            sys.setswitchinterval(_PATIENCE_SECONDS)
            yield pool
        finally:
            for future in (future for queue in futures for future in queue):
                future.cancel()
            sys.setswitchinterval(patience)
            # What a thread sets for itself is also what threads to come begin with.
            limit_torch(threads)


def _keep_to_itself() -> None:
    """In a thread of the pool, before its first image."""
    limit_torch(1)
    work_alone()
