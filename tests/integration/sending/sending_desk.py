"""A sender on a chain of its own, as a process has it after a start."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.fees import SendingPolicy
from oracle.chain.state import Terms
from oracle.ledger.ledger import Ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from tests.integration.deployed_contract import AnyPolicy, Deployed
from tests.integration.flaky_proxy import FlakyProxy

ARBITER = "0x" + "a4" * 20
GWEI = 10**9
KEY = "1:create"
POLICY = SendingPolicy(max_fee_cap_wei=100 * GWEI, stuck_after_seconds=60)


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

    def create(self) -> Call:
        """A call whose effects can be counted: it creates one more competition each time."""
        now = self.deployed.client.latest_block().timestamp
        terms = Terms(
            b"\x01" * 32, b"\x02" * 32, 10**15, now + 86_400, 60, 60, 60, 60, 60, 1, ARBITER
        )
        return self.deployed.contract.calls.create_competition(terms)

    @property
    def created(self) -> int:
        """How many times the call was carried out."""
        return self.deployed.contract.competition_count(self.deployed.client.latest_block())

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
