"""A devnet with the contract on it, and accounts that act like wallets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.commitments import Domain
from oracle.chain.competition import CompetitionContract
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, DevnetAccount
from oracle.chain.floors import FLOORS, Floors
from oracle.chain.wire import Receipt
from oracle.deployment.blueprint import competition_blueprint, create2_address
from oracle.deployment.deploy import deploy, deployment_policy
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, UnsignedTransaction, parse_key


class Chain(Protocol):
    """A chain whose clock a test moves: anvil, or another node that can be told the time."""

    url: str
    accounts: Sequence[DevnetAccount]

    def rpc(self, method: str, *params: object) -> Any:
        """One raw JSON-RPC request."""

    def time(self) -> int:
        """The newest block's timestamp."""

    def set_time(self, timestamp: int) -> None:
        """Makes a block with this timestamp."""

    def mine(self, blocks: int = 1) -> None:
        """Makes blocks."""

    def finalize(self) -> None:
        """Makes everything that was mined final."""

    def settle(self) -> None:
        """Waits until what was accepted is mined."""


class AnyPolicy:
    """Lets a test's account sign anything."""

    def check(self, chain_id: int, call: Call) -> None:
        """Allows it."""

    def check_message(self, kind: str, domain: Domain) -> None:
        """Allows it."""


@dataclass(frozen=True)
class Deployed:
    """A devnet with the contract on it."""

    anvil: Chain
    client: ChainClient
    contract: CompetitionContract

    @property
    def operator(self) -> DevnetAccount:
        return self.anvil.accounts[0]

    @property
    def players(self) -> tuple[DevnetAccount, ...]:
        return self.anvil.accounts[1:]

    def send(
        self,
        account: DevnetAccount,
        call: Call,
        nonce: int | None = None,
        fee_wei: int = 10**10,
        gas: int = 1_000_000,
    ) -> bytes:
        """Sends as a wallet would, without any of the oracle's sending; returns the hash."""
        signer = Signer(parse_key(account.key, "devnet"), AnyPolicy())
        if nonce is None:
            nonce = self.client.nonce(account.address)
        signed = signer.sign(
            UnsignedTransaction(DEVNET_CHAIN_ID, nonce, call, gas, fee_wei, fee_wei)
        )
        answer, words = self.client.send_raw(signed.raw)
        assert answer.value == "accepted", words
        return signed.hash

    def act(self, account: DevnetAccount, call: Call) -> Receipt:
        """Sends and expects success."""
        return self.received(self.send(account, call))

    def received(self, sent: bytes) -> Receipt:
        """Waits for what was sent, and expects success."""
        ends = time.monotonic() + 10
        while (receipt := self.client.receipt(sent)) is None and time.monotonic() < ends:
            time.sleep(0.01)
        assert receipt is not None and receipt.succeeded
        return receipt


def deploy_on(
    anvil: Chain,
    floors: Floors = FLOORS,
    confirmations: Literal["finalized"] | int = "finalized",
) -> Deployed:
    """Deploys the contract through the factory."""
    client = ChainClient.connect(anvil.url, DEVNET_CHAIN_ID, confirmations=confirmations)
    blueprint = competition_blueprint(floors)
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, create2_address(blueprint))
    policy = deployment_policy(DEVNET_CHAIN_ID, blueprint)
    sender = TransactionSender(
        client, Signer(parse_key(anvil.accounts[-1].key, "x"), policy), ledger
    )
    deployment = deploy(client, sender, DEVNET_CHAIN_ID, blueprint=blueprint)
    ledger.close()
    contract = CompetitionContract(client, deployment.address, deployment.block_number)
    return Deployed(anvil, client, contract)
