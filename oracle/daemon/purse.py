"""The operator's money: what it holds, what it can withdraw, and what its bonds will take.

A bond that cannot be paid is a competition lost, so what is owed is fetched by itself, and what is
missing is said before it is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oracle.chain.amounts import format_eth
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.daemon.logged_sender import LoggedSender
from oracle.ledger.journal import TransactionJournal
from oracle.metrics import Metrics


def bond_ahead(state: CompetitionState) -> int:
    """Wei that a competition's assertion will send along; 0 where none is ahead."""
    return state.bond if Phase.OPEN <= state.phase < Phase.ASSERTED else 0


@dataclass
class Purse:
    """Looks after one account. `withdraw_above_wei` of credit are withdrawn; 0: never."""

    contract: CompetitionContract
    account: str
    journal: TransactionJournal
    sender: LoggedSender
    metrics: Metrics
    withdraw_above_wei: int
    _withdrawals: int = field(default=0, init=False)  # that are settled

    def look_after(self, bonds: Mapping[int, int], block: Block) -> None:
        """Reports what there is and what is ahead, by competition; withdraws what is worth it."""
        balance = self.contract.client.balance(self.account)
        credit = self.contract.credit(self.account, block)
        ahead = sum(bonds.values())
        self.metrics.money_seen(balance, credit, ahead)
        self.metrics.health.short_of(self._what_is_missing(balance, bonds))
        if self.withdraw_above_wei and credit > self.withdraw_above_wei:
            call = self.contract.calls.withdraw(self.account)
            self.sender.send(self._next_key(), call, action="withdraw")

    def _what_is_missing(self, balance: int, bonds: Mapping[int, int]) -> str:
        ahead = sum(bonds.values())
        if balance >= ahead:
            return ""
        numbers = ", ".join(str(number) for number in sorted(bonds) if bonds[number])
        return (
            f"{self.account} holds {format_eth(balance)}, and the bonds of competitions {numbers} "
            f"take {format_eth(ahead)}: send it {format_eth(ahead - balance)} and some for gas"
        )

    def _next_key(self) -> str:
        """The key of the withdrawal that is under way, or of the next one."""
        while True:
            key = f"withdraw:{self._withdrawals + 1}"
            found = self.journal.find(key)
            # A refused one is tried again under its key.
            if found is None or not found.status.is_settled or not found.sent:
                return key
            self._withdrawals += 1
