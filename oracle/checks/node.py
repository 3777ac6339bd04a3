"""Whether the node serves what the daemon asks of it."""

from __future__ import annotations

import time

from oracle.assembly.parts import open_client, open_contract
from oracle.chain.client import ChainClient
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.events import CompetitionCreated
from oracle.chain.quorum import QuorumContract
from oracle.deployment.deploy import verify_deployment
from oracle.errors import BadInput, InvalidConfig, OracleError, RetryLater
from oracle.settings.config import Settings

_MOST_AHEAD_SECONDS = 60  # a block's time is that of its making, give or take a slot
# Farther back, counting every creation would take minutes; the daemon notices it at work.
_MOST_BLOCKS = 500_000


def chain(settings: Settings) -> str:
    """The right chain, up to date, with final blocks."""
    client = open_client(settings)
    client.require_chain()
    head = client.latest_block()
    final = client.finalized_block()
    age = int(time.time()) - head.timestamp
    # A devnet makes blocks when there is need, and its clock is moved.
    if settings.chain.chain_id != DEVNET_CHAIN_ID:
        if age > settings.daemon.head_late_seconds:
            raise RetryLater(
                f"the newest block is {age} seconds old by this machine's clock",
                "wait until the node has synced, or set the clock: other nodes tell which is wrong",
            )
        if age < -_MOST_AHEAD_SECONDS:
            raise RetryLater(
                f"the newest block is {-age} seconds ahead of this machine's clock",
                "set the clock, and let it be kept (timedatectl set-ntp true)",
            )
    return f"chain {client.chain_id}, block {head.number}, final {final.number}"


def nodes(settings: Settings) -> str:
    """Each of several nodes answers, and serves the right chain."""
    chain = settings.chain
    if not chain.rpc_urls:
        return "one"
    for url in (chain.rpc_url, *chain.rpc_urls):
        try:
            ChainClient.connect(url, chain.chain_id, chain.timeout_seconds).latest_block()
        except OracleError as error:
            raise BadInput(
                f"one of the nodes cannot be used: {error.what}",
                "mend it, or take it out of [chain] rpc_url and rpc_urls",
            ) from error
    return f"all {1 + len(chain.rpc_urls)} answer"


def contract(settings: Settings) -> str:
    """This package's contract stands where the settings say."""
    found = open_contract(settings)
    verify_deployment(found.client, found.address, found.client.latest_block())
    return f"{found.address} holds this package's contract"


def logs(settings: Settings) -> str:
    """The node serves logs, and `start_block` leaves none of them out."""
    found = open_contract(settings)
    head, first = found.client.latest_block(), settings.chain.start_block
    if first > head.number:
        raise InvalidConfig(
            f"chain.start_block is {first}, after the newest block {head.number}",
            "set it to the block of the contract's deployment; 0 is always right, and slow",
        )
    if head.number - first > _MOST_BLOCKS:
        found.client.logs(found.address, [], head.number, head.number)
        return f"served; from block {first} on they are read at work"
    told = sum(isinstance(event, CompetitionCreated) for event in found.turns(first, head))
    count = found.competition_count(head)
    if told < count:
        raise InvalidConfig(
            f"from block {first} on, logs tell of {told} of {count} competitions",
            "set chain.start_block to the block of the deployment; where it is, this node hides "
            "logs: use another one",
        )
    return f"tell of {count} competitions"


def sending(settings: Settings) -> str:
    """The node takes transactions; it is given one that it must refuse for its form."""
    client = open_client(settings)
    if not client.takes_transactions():
        raise BadInput(
            f"{client.endpoint} takes no transactions",
            "use a node or provider with eth_sendRawTransaction in [chain] rpc_url",
        )
    return "takes transactions"


def quorum(settings: Settings) -> str:
    """The auditors' quorum is one of this contract."""
    if not settings.chain.quorum:
        return "none is set: name who decides disputes with judge create --arbiter"
    found = open_contract(settings)
    auditors = QuorumContract(found.client, settings.chain.quorum)
    charter = auditors.charter(found.client.latest_block())
    if charter.competition != found.address:
        raise InvalidConfig(
            f"{auditors.address} decides disputes of {charter.competition}",
            "correct [chain] quorum or [chain] contract",
        )
    return f"{charter.threshold} of {len(charter.members)} auditors at {auditors.address}"
