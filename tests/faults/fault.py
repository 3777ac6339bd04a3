"""What a fault is: when it comes, what it does, how long it lasts, and what must be told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from oracle.chain.state import Phase
from tests.faults.arena import Arena
from tests.faults.table import Seats

Inject = Callable[[Arena, Seats], AbstractContextManager[None]]
"""Makes things fail around one competition while its context lasts."""


def two_pictures(arena: Arena) -> tuple[bytes, ...]:
    """What players hand in where the fault is not in that."""
    return arena.pictures(2)


@dataclass(frozen=True)
class Fault:
    """A row of the table. Two competitions run: the fault comes in the first one's `begins`."""

    name: str
    what: str  # as the table tells it
    inject: Inject
    begins: Phase
    lasts: float = 3.0  # seconds at least; and until `says` was heard
    ends_with: Phase | None = None  # lasts until the first competition has come there
    says: str = ""  # what /healthz has to say meanwhile; empty: it is mended before it has to
    alone: bool = False  # the other competition is judged while the fault lasts
    settings: Mapping[str, Any] = field(default_factory=dict)
    contents: Callable[[Arena], tuple[bytes, ...]] = two_pictures  # of the first competition
    quick: bool = False  # belongs to the few that scripts/test plays
