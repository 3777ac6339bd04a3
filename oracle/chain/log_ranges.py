"""Log queries over wide ranges: asked for in pieces, checked piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from oracle.chain import wire
from oracle.chain.node_errors import NodeRefusal, is_range_limit
from oracle.chain.wire import Log
from oracle.errors import ChainUnavailable

Topics = Sequence[Sequence[bytes] | None]
"""Accepted values per topic place; None accepts any."""

Fetch = Callable[[str, Topics, int, int], object]
"""(address, topics, first block, last block) to a raw eth_getLogs answer; may raise NodeRefusal."""


class LogRanges:
    """Collects logs in pieces, and remembers how wide a piece this node accepts."""

    def __init__(self, fetch: Fetch, chunk_blocks: int) -> None:
        self._fetch = fetch
        self._chunk_blocks = chunk_blocks

    def collect(
        self, address: str, topics: Topics, from_block: int, to_block: int
    ) -> tuple[Log, ...]:
        """Logs of these blocks, both ends included, ordered by position."""
        found: list[Log] = []
        first = from_block
        while first <= to_block:
            last = min(first + self._chunk_blocks - 1, to_block)
            try:
                answer = self._fetch(address, topics, first, last)
            except NodeRefusal as refusal:
                if not is_range_limit(refusal) or first == last:
                    raise ChainUnavailable(
                        f"the node gives no logs of blocks {first} to {last}: {refusal.message}",
                        "use an endpoint that serves eth_getLogs",
                    ) from None
                self._chunk_blocks = max(1, (last - first + 1) // 2)
                continue
            found.extend(_checked(answer, address, topics, first, last))
            first = last + 1
        return tuple(sorted(found, key=lambda log: log.position))


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
