"""Images that are none: each is disqualified with its reason, and the others are judged."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from oracle.chain.state import Phase
from tests.faults.arena import Arena
from tests.faults.fault import Fault
from tests.faults.mutants import mutant
from tests.faults.table import Seats

_MUTANTS = 10


def mutants_and_one_picture(arena: Arena) -> tuple[bytes, ...]:
    """The last one can win."""
    pictures = arena.pictures(_MUTANTS + 1)
    dice = random.Random(len(pictures[0]))
    return *(mutant(dice, image) for image in pictures[1:]), pictures[0]


@contextmanager
def nothing(arena: Arena, seats: Seats) -> Iterator[None]:
    """Nothing else fails."""
    yield


FAULTS = (
    Fault(
        "images-mutated",
        "Ten of eleven images have bytes that were changed, cut, added or repeated.",
        nothing,
        Phase.OPEN,
        ends_with=Phase.FINAL,
        contents=mutants_and_one_picture,
    ),
)
