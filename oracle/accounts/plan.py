"""A competition as its operator wants it, before there is one."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.calls import deposit_for
from scoring.spec import JudgingSpec


@dataclass(frozen=True)
class Plan:
    """A competition to be created. Seconds are durations; the price is in wei."""

    image: bytes  # the target, a canonical PNG
    spec: JudgingSpec
    ticket_price_wei: int
    sale_seconds: int
    open_seconds: int
    reveal_seconds: int
    judging_seconds: int
    liveness_seconds: int
    min_revealed: int = 1
    max_tickets: int = 100
    verdict_seconds: int = 86_400
    studio: str = ""  # whose receipts reveals need; empty: none
    prompt_limit: int = 0  # of each ticket at the studio; 0 without one
    arbiter: str = ""  # who decides disputes; empty, on a devnet only: the operator itself
    beacon: str = ""  # the contract whose rounds give the seed; empty: a block hash gives it
    sale_ends: int = 0  # unix seconds; 0: `sale_seconds` from now on
    salt: bytes = b""  # hides the target; empty: a new one

    @property
    def deposit_wei(self) -> int:
        """What the operator pays at creation; it comes back after an honest end."""
        return deposit_for(self.ticket_price_wei, self.max_tickets)

    @property
    def judging_spec(self) -> JudgingSpec:
        """The spec that is published; where a studio makes all images, none is an edited copy."""
        return self.spec.for_studio() if self.studio else self.spec
