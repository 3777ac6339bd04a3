"""Log queries over wide ranges: asked for in pieces, checked piece by piece.

Every provider words its limits differently, and changes them. So a refused piece is halved before
its words are looked at; only a rate limit, which smaller pieces make worse, is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from oracle.chain import wire
from oracle.chain.node_errors import NodeRefusal, is_beyond_head, is_rate_limit
from oracle.chain.wire import Log
from oracle.errors import ChainUnavailable

Topics = Sequence[Sequence[bytes] | None]
"""Accepted values per topic place; None accepts any."""

Fetch = Callable[[str, Topics, int, int], object]
"""(address, topics, first block, last block) to a raw eth_getLogs answer; may raise NodeRefusal."""


PAUSES_SECONDS = (1.0, 2.0, 4.0)
"""How long rate limits are waited for, one after another."""
GROW_AFTER = 8
"""So many pieces in a row that were answered let the next ones be twice as wide."""


class LogRanges:
    """Collects logs in pieces, and remembers how wide a piece this node accepts.

    The width grows back by and by to what is configured: a limit may have been one busy moment's,
    or one of full blocks alone.
    """

    def __init__(self, fetch: Fetch, chunk_blocks: int) -> None:
        self._fetch = fetch
        self._widest = self._chunk_blocks = chunk_blocks
        self._answered = 0

    def collect(
        self, address: str, topics: Topics, from_block: int, to_block: int
    ) -> tuple[Log, ...]:
        """Logs of these blocks, both ends included, ordered by position."""
        found: list[Log] = []
        first = from_block
        while first <= to_block:
            last = min(first + self._chunk_blocks - 1, to_block)
            try:
                answer = self._ask(address, topics, first, last)
            except NodeRefusal as refusal:
                if first == last or is_beyond_head(refusal) or is_rate_limit(refusal):
                    raise ChainUnavailable(
                        f"the node gives no logs of blocks {first} to {last}: {refusal.message}",
                        "use an endpoint that serves eth_getLogs",
                    ) from None
                self._chunk_blocks = max(1, (last - first + 1) // 2)
                self._answered = 0
                continue
            found.extend(_checked(answer, address, topics, first, last))
            self._grow()
            first = last + 1
        return tuple(sorted(found, key=lambda log: log.position))

    def _ask(self, address: str, topics: Topics, first: int, last: int) -> object:
        for pause in PAUSES_SECONDS:
            try:
                return self._fetch(address, topics, first, last)
            except NodeRefusal as refusal:
                if not is_rate_limit(refusal):
                    raise
            time.sleep(pause)
        return self._fetch(address, topics, first, last)

    def _grow(self) -> None:
        self._answered += 1
        if self._answered >= GROW_AFTER and self._chunk_blocks < self._widest:
            self._chunk_blocks = min(2 * self._chunk_blocks, self._widest)
            self._answered = 0


def _checked(answer: object, address: str, topics: Topics, first: int, last: int) -> Iterator[Log]:
    if not isinstance(answer, list):
        raise wire.nonsense("eth_getLogs gave no list")
    seen = set()
    for raw in answer:
        log = wire.parse_log(raw)
        if log.address.lower() != address.lower():
            raise wire.nonsense("a log of another contract")
        if not first <= log.position.block_number <= last:
            raise wire.nonsense("a log from outside the range asked for")
        if not _matches(log, topics):
            raise wire.nonsense("a log with topics that were not asked for")
        if log.position in seen:
            raise wire.nonsense("the same log twice")
        seen.add(log.position)
        yield log


def _matches(log: Log, topics: Topics) -> bool:
    return len(log.topics) >= len(topics) and all(
        wanted is None or actual in wanted
        for wanted, actual in zip(topics, log.topics, strict=False)
    )
