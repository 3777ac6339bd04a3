"""What a quorum's member does by hand: stake, leave, and see to it that seats are not lost."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.quorum import QuorumContract
from oracle.errors import BadInput
from oracle.sending.wallet import Sent, Wallet


@dataclass(frozen=True)
class Member:
    """Acts for one member's account on one quorum."""

    quorum: QuorumContract
    wallet: Wallet

    def stake(self, wei: int | None = None) -> tuple[int, Sent]:
        """Adds to the account's stake, by default what it lacks; returns wei and transaction."""
        block = self.quorum.client.latest_block()
        for record in self.wallet.unfinished("stake:"):
            return record.call.value_wei, self.wallet.send(record.key, record.call)
        if wei is None:
            wanted = self.quorum.charter(block).stake_wei
            wei = max(0, wanted - self.quorum.stake(self.wallet.address, block).amount)
        if wei == 0:
            raise BadInput(
                f"the stake of {self.wallet.address} is complete",
                "name what to add to it with --amount: more is room for a fault",
            )
        call = self.quorum.calls.deposit(self.wallet.address, wei)
        return wei, self.wallet.send(f"stake:{block.number}", call)

    def leave(self) -> Sent:
        """Begins the exit: no vote in later disputes, and in time the stake comes out."""
        block = self.quorum.client.latest_block()
        stake = self.quorum.stake(self.wallet.address, block)
        under_way = any(True for _ in self.wallet.unfinished("requestExit:"))
        if not stake.amount and not under_way:
            raise BadInput(f"{self.wallet.address} has no stake", "there is nothing to leave with")
        return self._once("requestExit", self.quorum.calls.request_exit())

    def withdraw(self) -> tuple[int, Sent]:
        """Takes the stake out, once the exit is due; returns wei and transaction."""
        block = self.quorum.client.latest_block()
        stake = self.quorum.stake(self.wallet.address, block)
        under_way = any(True for _ in self.wallet.unfinished("withdrawStake:"))
        if not stake.amount and not under_way:
            raise BadInput(
                f"{self.wallet.address} has no stake to withdraw", "nothing is left to do"
            )
        if not stake.exits_at and not under_way:
            raise BadInput(
                f"{self.wallet.address} has not asked to leave",
                "ask first: judge stake --leave; the stake comes out 37 days later",
            )
        call = self.quorum.calls.withdraw_stake(self.wallet.address)
        return stake.amount, self._once("withdrawStake", call)

    def propose(self, member: str, successor: str) -> Sent:
        """Approves that `successor` takes a member's seat; for one's own seat that is enough."""
        call = self.quorum.calls.propose_replacement(member, successor)
        return self._once(f"propose:{member}:{successor}", call)

    def refuse(self) -> Sent:
        """Drops everything that was proposed for the account's own seat."""
        return self._once("refuse", self.quorum.calls.refuse_replacement())

    def replace(self, member: str) -> Sent:
        """Puts the successor into a member's seat, when that is due."""
        return self._once(f"replace:{member}", self.quorum.calls.replace_member(member))

    def _once(self, action: str, call: Call) -> Sent:
        for record in self.wallet.unfinished(f"{action}:"):
            return self.wallet.send(record.key, record.call)
        block = self.quorum.client.latest_block()
        return self.wallet.send(f"{action}:{block.number}", call)
