"""How often one client may ask: a token bucket for each address, a limit on requests at once."""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from oracle.errors import Busy, TooMany

_REMEMBERED = 10_000


@dataclass
class _Bucket:
    tokens: float
    seen: float


class RateLimit:
    """At most `per_minute` requests of an address on average; at once, `at_once` of all together.

    One address has at most half of those at once.

    Used on one event loop, so nothing is locked.
    """

    def __init__(
        self, per_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_minute = per_minute
        self._at_once = at_once
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._running: Counter[str] = Counter()

    @contextmanager
    def admit(self, address: str) -> Iterator[None]:
        """Counts a request while it runs. Raises `TooMany` or `Busy`."""
        client = _client(address)
        if self._running[client] >= max(1, self._at_once // 2):
            raise TooMany("this address has requests running", "wait until they are done")
        self._spend(client)
        if self._running.total() >= self._at_once:
            raise Busy("the daemon is busy with other requests", "try again in a few seconds")
        self._running[client] += 1
        try:
            yield
        finally:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]

    def _spend(self, client: str) -> None:
        now = self._clock()
        bucket = self._buckets.pop(client, _Bucket(self._per_minute, now))
        gained = (now - bucket.seen) * self._per_minute / 60
        bucket.tokens, bucket.seen = min(self._per_minute, bucket.tokens + gained), now
        self._buckets[client] = bucket
        # The address that was seen longest ago is forgotten first: its bucket is nearly full again.
        while len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            raise TooMany(
                f"more than {self._per_minute} requests a minute came from this address",
                "wait a minute and try again",
            )
        bucket.tokens -= 1


def _client(address: str) -> str:
    """An IPv6 client has a whole /64 of addresses to ask from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((address, 64), strict=False))
