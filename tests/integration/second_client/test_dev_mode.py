"""`geth --dev`: blocks come by themselves in real time, and become final an epoch later."""

from __future__ import annotations

import pytest

from oracle.chain.client import ChainClient
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.floors import DEVNET_FLOORS
from oracle.deployment.blueprint import competition_blueprint
from oracle.deployment.deploy import deploy, deployment_policy, verify_deployment
from oracle.ledger.ledger import open_ledger
from oracle.ledger.transaction import TxStatus
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from tests.integration.second_client.geth import DevGeth

EPOCH = 32

# It waits for an epoch of real seconds.
pytestmark = [pytest.mark.integration, pytest.mark.slow]


def test_a_deployment_is_mined_in_seconds_and_confirmed_with_its_epoch(dev_geth: DevGeth) -> None:
    client = ChainClient.connect(dev_geth.url, DEVNET_CHAIN_ID)
    blueprint = competition_blueprint(DEVNET_FLOORS)
    policy = deployment_policy(DEVNET_CHAIN_ID, blueprint)
    signer = Signer(parse_key(dev_geth.accounts[0].key, "devnet"), policy)
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, "deployer")
    sender = TransactionSender(client, signer, ledger)
    done = deploy(client, sender, DEVNET_CHAIN_ID, blueprint=blueprint)
    assert done.result is not None and done.result.status is TxStatus.MINED
    verify_deployment(client, done.address, client.latest_block(), blueprint)
    final = client.finalized_block()
    assert final.number % EPOCH == 0 and final.number < done.block_number
    assert client.block("safe").number > final.number, "safe is the newest block here"
    settled = sender.wait(done.result.key, timeout_seconds=120, until_final=True)
    ledger.close()
    assert settled.status is TxStatus.CONFIRMED
    final = client.finalized_block()
    assert final.number % EPOCH == 0 and final.number >= done.block_number
