"""A sender on a chain of its own, as a process has it after a start."""

from __future__ import annotations

import time
from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.fees import SendingPolicy
from oracle.chain.floors import FLOORS
from oracle.chain.state import Terms
from oracle.ledger.ledger import Ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from tests.integration.deployed_contract import AnyPolicy, Deployed
from tests.integration.flaky_proxy import FlakyProxy

ARBITER = "0x" + "a4" * 20
GWEI = 10**9
PRICE_WEI = 10**15
KEY = "1:buy"
POLICY = SendingPolicy(max_fee_cap_wei=100 * GWEI, stuck_after_seconds=60)


def terms_of_a_sale(sale_ends: int) -> Terms:
    """A competition of cheap tickets, with the shortest phases that there are."""
    return Terms(
        target_commitment=sale_ends.to_bytes(32, "big"),
        spec_digest=b"\x02" * 32,
        ticket_price=PRICE_WEI,
        sale_ends=sale_ends,
        open_seconds=60,
        reveal_seconds=FLOORS.reveal_seconds,
        judging_seconds=FLOORS.judging_seconds,
        liveness_seconds=FLOORS.liveness_seconds,
        verdict_seconds=60,
        min_revealed=1,
        max_tickets=100,
        arbiter=ARBITER,
    )


@dataclass
class Desk:
    """One operator's sender on a chain of its own, with a clock that only the test moves."""

    deployed: Deployed
    ledger_url: str
    ledger: Ledger
    now: float = 1000.0

    def sender(
        self, client: ChainClient | None = None, policy: SendingPolicy = POLICY
    ) -> TransactionSender:
        """A sender as a process has it after a start."""
        signer = Signer(parse_key(self.deployed.operator.key, "devnet"), AnyPolicy())
        return TransactionSender(
            client or self.deployed.client, signer, self.ledger, policy, lambda: self.now
        )

    def open_shop(self) -> None:
        """Somebody else's competition, number 1, whose tickets can be counted."""
        now = self.deployed.client.latest_block().timestamp
        call = self.deployed.contract.calls.create_competition(terms_of_a_sale(now + 86_400))
        assert call.to is not None
        # Without a tip: what the chain asks for stays what it was.
        self.deployed.anvil.rpc(
            "eth_sendTransaction",
            {
                "from": self.deployed.players[0].address,
                "to": call.to,
                "data": "0x" + call.data.hex(),
                "value": hex(call.value_wei),
                "maxFeePerGas": hex(10 * GWEI),
                "maxPriorityFeePerGas": "0x0",
            },
        )
        while self.deployed.contract.competition_count(self.deployed.client.latest_block()) == 0:
            time.sleep(0.01)

    def buy(self) -> Call:
        """A call whose effects can be counted: it buys one more ticket each time."""
        return self.deployed.contract.calls.buy_ticket(1, PRICE_WEI)

    @property
    def bought(self) -> int:
        """How many times the call was carried out."""
        return self.deployed.contract.state(1, self.deployed.client.latest_block()).sold

    def elsewhere(self, fee_wei: int = 20 * GWEI, nonce: int | None = None) -> bytes:
        """The same key, used by another program for something else."""
        nothing = Call(to=self.deployed.operator.address, data=b"")
        return self.deployed.send(self.deployed.operator, nothing, nonce, fee_wei)

    def fees(self) -> list[tuple[int, int]]:
        """Both fees of every attempt so far."""
        record = self.ledger.transactions.find(KEY)
        assert record is not None
        return [(a.max_fee_wei, a.priority_fee_wei) for a in record.attempts]


def through(proxy: FlakyProxy) -> ChainClient:
    return ChainClient.connect(proxy.url, 31337, 5)
