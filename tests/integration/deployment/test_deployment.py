"""Deploying twice is deploying once, and what stands at an address is checked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oracle.chain.client import ChainClient
from oracle.deployment.blueprint import CREATE2_FACTORY, create2_address
from oracle.deployment.deploy import deploy, deployment_policy, verify_deployment
from oracle.devnet.anvil import Anvil
from oracle.errors import ContractRefused, InvalidConfig, Mismatch, RetryLater
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from tests.integration.deployed_contract import Deployed

pytestmark = pytest.mark.integration


@pytest.fixture
def anvil() -> Iterator[Anvil]:
    with Anvil() as anvil:
        yield anvil


def sender_on(anvil: Anvil, client: ChainClient) -> TransactionSender:
    signer = Signer(parse_key(anvil.accounts[0].key, "devnet"), deployment_policy(31337))
    return TransactionSender(client, signer, open_ledger("sqlite://", 31337, create2_address()))


def test_the_factory_puts_it_where_it_was_foretold_and_only_once(anvil: Anvil) -> None:
    client = ChainClient.connect(anvil.url, 31337)
    first = deploy(client, sender_on(anvil, client), 31337)
    assert first.address == create2_address()
    assert first.block_number == client.latest_block().number == 1
    verify_deployment(client, first.address, client.latest_block())
    second = deploy(client, sender_on(anvil, client), 31337)
    assert (second.address, second.result) == (first.address, None)
    assert client.latest_block().number == 1


def test_without_a_factory_it_is_created_plainly(anvil: Anvil) -> None:
    anvil.rpc("anvil_setCode", CREATE2_FACTORY, "0x")
    client = ChainClient.connect(anvil.url, 31337)
    deployment = deploy(client, sender_on(anvil, client), 31337)
    assert deployment.address != create2_address()
    verify_deployment(client, deployment.address, client.latest_block())


def test_another_chain_is_refused(anvil: Anvil) -> None:
    client = ChainClient.connect(anvil.url, 31337)
    with pytest.raises(InvalidConfig, match="this is chain 31337, not 1"):
        deploy(client, sender_on(anvil, client), 1)
    assert client.latest_block().number == 0


def test_a_deployment_that_is_not_mined_in_time_goes_on_later(anvil: Anvil) -> None:
    client = ChainClient.connect(anvil.url, 31337)
    sender = sender_on(anvil, client)
    anvil.set_automine(False)
    with pytest.raises(RetryLater, match="not mined yet"):
        deploy(client, sender, 31337, timeout_seconds=0)
    anvil.mine()
    assert client.code(create2_address(), client.latest_block().hash)


def test_a_deployment_that_fails_says_so(anvil: Anvil) -> None:
    anvil.rpc("anvil_setCode", CREATE2_FACTORY, "0x5f5ffd")  # reverts
    client = ChainClient.connect(anvil.url, 31337)
    with pytest.raises(ContractRefused, match="not deployed: the call reverts without a reason"):
        deploy(client, sender_on(anvil, client), 31337)


def test_what_is_not_this_contract_is_found_out(deployed: Deployed) -> None:
    latest = deployed.client.latest_block()
    verify_deployment(deployed.client, deployed.contract.address, latest)
    with pytest.raises(Mismatch, match="no contract stands at"):
        verify_deployment(deployed.client, deployed.players[0].address, latest)
    with pytest.raises(Mismatch, match="is not this version's Competition"):
        verify_deployment(deployed.client, CREATE2_FACTORY, latest)
