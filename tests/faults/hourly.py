"""The small faults of ordinary life: each lasts a while and is gone again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.arena import Arena
from tests.faults.fault import Inject
from tests.faults.machine import DISK_FULL, DISK_READ_ONLY
from tests.faults.rows.answers import falsified, late, status, truncated
from tests.faults.rows.content import for_all
from tests.faults.rows.machines import machine
from tests.faults.rows.node import always, frozen, ruled, sometimes, swapped, twice
from tests.faults.table import Seats
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST


@contextmanager
def killed(arena: Arena, seats: Seats) -> Iterator[None]:
    """The daemon is dead for as long as the fault lasts."""
    arena.kill_daemon()
    try:
        yield
    finally:
        arena.start_daemon()


@contextmanager
def reorganised(arena: Arena, seats: Seats) -> Iterator[None]:
    """The newest block goes, with whatever is in it."""
    yield
    arena.chain.anvil.reorg(1)


HOURLY: dict[str, Inject] = {
    "node gone": always(DROP_REQUEST),
    "node loses requests": sometimes(DROP_REQUEST, 4),
    "node loses answers": always(DROP_ANSWER, "eth_sendRawTransaction"),
    "node takes twice": always(twice, "eth_sendRawTransaction"),
    "node truncates": sometimes(truncated, 3),
    "node 429": always(status(429)),
    "node late": always(late(1.5)),
    "node frozen": ruled(frozen),
    "nodes swapped": ruled(swapped),
    "gateway 429": for_all(status(429)),
    "gateway 500": for_all(status(500)),
    "gateway falsifies": for_all(falsified),
    "disk full": machine(lambda it: it.break_disk(DISK_FULL)),
    "disk read-only": machine(lambda it: it.break_disk(DISK_READ_ONLY)),
    "clock an hour back": machine(lambda it: it.set_clock(-3600)),
    "reorganised": reorganised,
    "killed": killed,
}
# A start takes seconds in which the chain's hour passes.
WEIGHTS = {"killed": 0.25}
