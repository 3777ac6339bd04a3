"""A chain of the harness's own: anvil, the contracts, a funded operator, unlocked players.

Its id is not a devnet's, so that the daemon has every limit that it has on a real chain.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.competition import CompetitionContract
from oracle.chain.devnet_keys import PUBLISHED_ACCOUNTS, DevnetAccount
from oracle.deployment.blueprint import competition_blueprint, create2_address
from oracle.deployment.deploy import deploy, deployment_policy
from oracle.devnet.anvil import Anvil
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key

CHAIN_ID = 1337
RICH_WEI = 10**22
# The chain begins in the past, so that a fault can stop it at this machine's own time.
BEGINS_SECONDS_AGO = 400


def account_of(name: str) -> DevnetAccount:
    """An account of the harness's own, with a key that no mnemonic is published for."""
    key = "0x" + hashlib.sha256(f"tests.faults {name}".encode()).hexdigest()
    return DevnetAccount(address=parse_key(key, name).address, key=key)


class FaultChain:
    """A running chain; use as a context manager. Blocks come with transactions and ticks."""

    def __init__(self, *arguments: str, players: int = PUBLISHED_ACCOUNTS) -> None:
        begins = int(time.time()) - BEGINS_SECONDS_AGO
        started_with = ("--timestamp", str(begins), *arguments)
        self.anvil = Anvil(chain_id=CHAIN_ID, accounts=players, arguments=started_with)
        self.operator = account_of("operator")
        self.arbiter = account_of("arbiter").address
        self.contract: CompetitionContract

    def __enter__(self) -> FaultChain:
        self.anvil.start()
        try:
            self.anvil.set_balance(self.operator.address, RICH_WEI)
            self.contract = self._deploy()
            self.anvil.finalize()  # a daemon finds nothing there before
        except BaseException:
            self.anvil.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.anvil.stop()

    def _deploy(self) -> CompetitionContract:
        client = ChainClient.connect(self.anvil.url, CHAIN_ID)
        blueprint = competition_blueprint()
        account = parse_key(self.operator.key, "operator")
        signer = Signer(account, deployment_policy(CHAIN_ID, blueprint))
        ledger = open_ledger("sqlite://", CHAIN_ID, create2_address(blueprint))
        try:
            sender = TransactionSender(client, signer, ledger)
            deployment = deploy(client, sender, CHAIN_ID, blueprint=blueprint)
        finally:
            ledger.close()
        return CompetitionContract(client, deployment.address, deployment.block_number)

    @property
    def players(self) -> tuple[str, ...]:
        """Accounts that anvil signs for by itself."""
        return tuple(account.address for account in self.anvil.accounts)

    def act(self, player: str, call: Call) -> None:
        """A player's transaction, mined at once. Raises `ChainUnavailable` when it fails."""
        sent = self.anvil.rpc(
            "eth_sendTransaction",
            {
                "from": player,
                "to": call.to,
                "data": "0x" + call.data.hex(),
                "value": hex(call.value_wei),
            },
        )
        self.anvil.settle()
        assert int(self.anvil.rpc("eth_getTransactionReceipt", sent)["status"], 16) == 1, call

    def block(self, number: int) -> dict[str, Any]:
        """A block with its transactions, as the node gives it."""
        found: dict[str, Any] | None = self.anvil.rpc("eth_getBlockByNumber", hex(number), True)
        assert found is not None, f"no block {number}; the newest is {self.head()}"
        return found

    def head(self) -> int:
        return int(self.anvil.rpc("eth_blockNumber"), 16)
