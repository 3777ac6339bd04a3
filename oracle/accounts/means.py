"""What a competition takes from its operator, and whether the operator may and can pay that.

A competition whose bond cannot be paid is lost with its deposit, so this is asked before there is
one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oracle.accounts.plan import Plan
from oracle.chain.amounts import format_eth
from oracle.chain.calls import deposit_for
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block

LEAST_BOND_WEI = 10**16
CREATION_GAS = 300_000
LATER_GAS = 600_000  # opening, seed, assertion, finalizing; reveals for players come on top
# Competitions that still need something are among the newest.
_NEWEST = 50


@dataclass(frozen=True, slots=True)
class Cost:
    """What a competition takes out of its operator's account if every ticket sells, in wei."""

    deposit_wei: int
    bond_wei: int
    creation_gas_wei: int
    later_gas_wei: int

    @property
    def now_wei(self) -> int:
        """With the creation."""
        return self.deposit_wei + self.creation_gas_wei

    @property
    def later_wei(self) -> int:
        """Until it has ended."""
        return self.bond_wei + self.later_gas_wei


@dataclass(frozen=True, slots=True)
class Means:
    """The most that the operator's settings let one transaction take, in wei."""

    max_fee_wei: int  # of one unit of gas
    max_deposit_wei: int
    max_bond_wei: int

    def cost(self, plan: Plan, fee_wei: int | None = None) -> Cost:
        """Under the contract's rules, at `fee_wei` for a unit of gas or the highest ever bid."""
        fee = self.max_fee_wei if fee_wei is None else min(fee_wei, self.max_fee_wei)
        bond = highest_bond(plan.ticket_price_wei, plan.max_tickets)
        return Cost(plan.deposit_wei, bond, CREATION_GAS * fee, LATER_GAS * fee)

    def against(self, plan: Plan) -> str:
        """What the settings do not let this competition take, in words; empty where they do."""
        cost = self.cost(plan)
        limits = (
            ("its deposit is", cost.deposit_wei, "signer.max_deposit_eth", self.max_deposit_wei),
            ("its bond may be", cost.bond_wei, "signer.max_bond_eth", self.max_bond_wei),
        )
        return ", and ".join(
            f"{words} {format_eth(wei)} where {setting} allows {format_eth(most)}"
            for words, wei, setting, most in limits
            if wei > most
        )


def highest_bond(ticket_price_wei: int, max_tickets: int) -> int:
    """Wei of the bond if every ticket sells: half of the deposit, a tenth of the pot."""
    return max(deposit_for(ticket_price_wei, max_tickets) // 2, LEAST_BOND_WEI)


def bonds_to_come(states: Iterable[CompetitionState], operator: str) -> dict[int, int]:
    """Wei that an operator's assertions may still take, by competition; at worst all is sold."""
    return {
        state.id: highest_bond(state.terms.ticket_price, state.terms.max_tickets)
        if state.phase in (Phase.SELLING, Phase.OPENING)
        else state.bond
        for state in states
        if state.operator == operator and Phase.SELLING <= state.phase < Phase.ASSERTED
    }


def newest(contract: CompetitionContract, block: Block) -> list[CompetitionState]:
    """The states of the newest competitions, of which those that go on are some."""
    count = contract.competition_count(block)
    return [contract.state(n, block) for n in range(max(1, count - _NEWEST + 1), count + 1)]
