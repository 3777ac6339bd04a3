"""A voter's money: the gas of its votes is said to be missing before a window closes."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.amounts import format_eth
from oracle.chain.competition import CompetitionContract
from oracle.chain.wire import Block
from oracle.metrics import Metrics

# Committing, revealing, delivering, finalizing, and claiming where others are settled too.
VOTE_GAS = 1_000_000


@dataclass(frozen=True)
class GasMoney:
    """Looks after one member's account; it sends nothing, since a voter's key pays nothing out."""

    contract: CompetitionContract
    account: str
    metrics: Metrics
    max_fee_wei: int  # the highest that is ever bid for one unit of gas

    def look_after(self, votes: int, block: Block) -> None:
        """Reports what there is, and whether so many open votes can be paid at today's fee."""
        client = self.contract.client
        balance = client.balance(self.account)
        self.metrics.money_seen(balance, self.contract.credit(self.account, block), 0)
        missing = ""
        if votes:
            asked = client.fees()
            fee = min(2 * asked.base_fee_wei + asked.priority_fee_wei, self.max_fee_wei)
            needed = votes * VOTE_GAS * fee
            if balance < needed:
                missing = (
                    f"{self.account} holds {format_eth(balance)}, and the gas of {votes} open "
                    f"vote{'s' * (votes > 1)} may take {format_eth(needed)}: send it "
                    f"{format_eth(needed - balance)}"
                )
        self.metrics.health.short_of(missing)
