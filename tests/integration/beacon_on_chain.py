"""A verifier of a beacon's rounds on a devnet."""

from __future__ import annotations

from oracle.beacon.rounds import Network
from oracle.chain.client import ChainClient
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.deployment.blueprint import beacon_blueprint
from oracle.deployment.deploy import deploy, deployment_policy
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from tests.integration.deployed_contract import Chain


def deploy_beacon_on(anvil: Chain, client: ChainClient, network: Network) -> str:
    """Deploys it through the factory; returns the address."""
    blueprint = beacon_blueprint(network)
    key = parse_key(anvil.accounts[-1].key, "devnet")
    signer = Signer(key, deployment_policy(DEVNET_CHAIN_ID, blueprint))
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, "beacon")
    try:
        sender = TransactionSender(client, signer, ledger)
        return deploy(client, sender, DEVNET_CHAIN_ID, blueprint=blueprint).address
    finally:
        ledger.close()
