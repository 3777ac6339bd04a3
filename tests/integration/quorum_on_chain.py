"""An auditors' quorum on a devnet, whose members are three of its accounts."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.devnet_keys import DEVNET_CHAIN_ID, DevnetAccount
from oracle.chain.quorum import Charter, QuorumContract
from oracle.deployment.blueprint import quorum_blueprint
from oracle.deployment.deploy import deploy, deployment_policy
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from tests.integration.deployed_contract import Deployed

WINDOW_SECONDS = 3600
STAKE_WEI = 10**18


@dataclass(frozen=True)
class Quorum:
    """The contract, its charter, and its members' accounts in the charter's order."""

    contract: QuorumContract
    charter: Charter
    members: tuple[DevnetAccount, ...]


def charter_of(deployed: Deployed, members: int = 3, threshold: int = 2) -> Charter:
    """A quorum of the devnet's last accounts but one."""
    return Charter(
        competition=deployed.contract.address,
        members=tuple(account.address for account in deployed.anvil.accounts[-1 - members : -1]),
        threshold=threshold,
        commit_seconds=WINDOW_SECONDS,
        reveal_seconds=WINDOW_SECONDS,
        deliver_seconds=WINDOW_SECONDS,
        stake_wei=STAKE_WEI,
    )


def deploy_quorum_on(
    deployed: Deployed, charter: Charter | None = None, *, staked: bool = True
) -> Quorum:
    """Deploys it through the factory; its members stake, which takes effect a second later."""
    blueprint = quorum_blueprint(charter or charter_of(deployed))
    client = deployed.client
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, "quorum")
    key = parse_key(deployed.anvil.accounts[-1].key, "devnet")
    signer = Signer(key, deployment_policy(DEVNET_CHAIN_ID, blueprint))
    sender = TransactionSender(client, signer, ledger)
    done = deploy(client, sender, DEVNET_CHAIN_ID, blueprint=blueprint)
    ledger.close()
    contract = QuorumContract(client, done.address)
    found = contract.charter(client.latest_block())
    by_address = {account.address: account for account in deployed.anvil.accounts}
    members = tuple(by_address[member] for member in found.members)
    for member in members if staked else ():
        call = contract.calls.deposit(member.address, found.stake_wei)
        deployed.act(member, call)
    return Quorum(contract, found, members)
