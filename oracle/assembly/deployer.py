"""`judge deploy`, put together from settings: the node, a key that may only deploy, the book."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from oracle.assembly.accounts import require_signer
from oracle.assembly.parts import open_client
from oracle.chain.client import ChainClient
from oracle.chain.quorum import Charter
from oracle.deployment.blueprint import (
    Blueprint,
    beacon_blueprint,
    competition_blueprint,
    create2_address,
    quorum_blueprint,
)
from oracle.deployment.book import BookEntry, ensure_deployed
from oracle.deployment.deploy import Deployment, deploy, deployment_policy
from oracle.ledger.ledger import open_ledger
from oracle.sending.sender import TransactionSender
from oracle.settings.config import Settings


def deploy_competition(settings: Settings, book: Path) -> BookEntry:
    """The Competition on the configured chain, deployed unless it stands there; see the book.

    Raises what `ensure_deployed` does, and `InvalidConfig` on another chain than the configured one
    or without a key.
    """
    return _ensure_deployed(settings, book, competition_blueprint())


def deploy_beacon(settings: Settings, book: Path) -> BookEntry:
    """As `deploy_competition`, the verifier of quicknet's rounds."""
    # Imported here: the curve's mathematics take a while.
    from oracle.beacon.rounds import QUICKNET

    return _ensure_deployed(settings, book, beacon_blueprint(QUICKNET))


def deploy_quorum(settings: Settings, book: Path, charter: Charter) -> BookEntry:
    """As `deploy_competition`, an auditors' quorum for the contract that its charter names."""
    return _ensure_deployed(settings, book, quorum_blueprint(charter), charter)


def _ensure_deployed(
    settings: Settings, book: Path, blueprint: Blueprint, charter: Charter | None = None
) -> BookEntry:
    client = open_client(settings)
    return ensure_deployed(client, book, blueprint, partial(_sent, settings, client), charter)


def _sent(settings: Settings, client: ChainClient, blueprint: Blueprint) -> Deployment:
    signer = require_signer(settings, deployment_policy(client.chain_id, blueprint))
    ledger = open_ledger(settings.ledger.url, client.chain_id, create2_address(blueprint))
    try:
        with ledger.hold_writer():
            sender = TransactionSender(client, signer, ledger, settings.signer.policy)
            return deploy(client, sender, settings.chain.chain_id, blueprint=blueprint)
    finally:
        ledger.close()
