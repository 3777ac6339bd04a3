"""The shortest phases that a Competition's terms can ask for: fixed at its deployment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Floors:
    """In seconds, in the order of the contract's constructor."""

    reveal_seconds: int
    judging_seconds: int
    liveness_seconds: int


# What people need who are not at their machines: to reveal, to fetch and train, to audit.
FLOORS = Floors(900, 1800, 3600)
# A devnet's clock is moved at will.
DEVNET_FLOORS = Floors(1, 1, 1)
