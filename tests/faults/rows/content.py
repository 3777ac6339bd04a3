"""A gateway that is the only source of the players' images, and fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from oracle.chain.state import Phase
from scoring.digest import sha256
from tests.faults.arena import Arena
from tests.faults.fault import Fault, Inject
from tests.faults.rows.answers import Answer, falsified, late, status, trickle, truncated
from tests.faults.table import Seats


def for_all(fate: Answer) -> Inject:
    """The gateway serves nobody as it should."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        arena.gateway.rule = lambda digest: fate
        try:
            yield
        finally:
            arena.gateway.heal()

    return inject


def for_one(fate: Answer) -> Inject:
    """It fails about the first competition's images only."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        own = {sha256(content) for content in seats.contents}
        arena.gateway.rule = lambda digest: fate if digest in own else None
        try:
            yield
        finally:
            arena.gateway.heal()

    return inject


_FAILS = "fails for"

FAULTS = (
    Fault(
        "gateway-429",
        "The gateway answers 429 about one competition's images.",
        for_one(status(429)),
        Phase.OPEN,
        says=_FAILS,
        alone=True,
    ),
    Fault(
        "gateway-429-retry-after",
        "The gateway answers 429 with Retry-After to everything.",
        for_all(status(429, {"Retry-After": "1"})),
        Phase.OPEN,
        says=_FAILS,
    ),
    Fault(
        "gateway-500",
        "The gateway answers 500 to everything.",
        for_all(status(500)),
        Phase.OPEN,
        says=_FAILS,
    ),
    Fault(
        "gateway-has-it-not",
        "The gateway does not find one competition's images yet: they are waited for.",
        for_one(status(404)),
        Phase.OPEN,
        lasts=10,
        alone=True,
    ),
    Fault(
        "gateway-falsifies",
        "One byte of each of one competition's images is another.",
        for_one(falsified),
        Phase.OPEN,
        says=_FAILS,
        alone=True,
    ),
    Fault(
        "gateway-truncates",
        "Images break off in the middle.",
        for_one(truncated),
        Phase.OPEN,
        says=_FAILS,
        alone=True,
    ),
    Fault(
        "gateway-trickles",
        "Images come a byte at a time.",
        for_one(trickle),
        Phase.OPEN,
        says=_FAILS,
        alone=True,
    ),
    Fault(
        "gateway-late",
        "Images come after the time-out.",
        for_one(late(4)),
        Phase.OPEN,
        says=_FAILS,
        alone=True,
    ),
)
