"""Deploying this version's contracts, and checking that what stands at an address is one."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.compile import matches_deployed
from oracle.chain.wire import Block
from oracle.deployment.blueprint import (
    CREATE2_FACTORY,
    SALT,
    Blueprint,
    competition_blueprint,
    create2_address,
)
from oracle.errors import ContractRefused, InvalidConfig, Mismatch, RetryLater
from oracle.ledger.transaction import TxResult
from oracle.sending.sender import TransactionSender
from oracle.signing.policy import DeploymentPolicy

DEPLOYMENT_KEY = "deploy"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the contract stands, and since which block (0 when that was not seen)."""

    address: str
    block_number: int
    result: TxResult | None  # None when it stood there before


def deployment_policy(chain_id: int, blueprint: Blueprint | None = None) -> DeploymentPolicy:
    """A signer's policy that allows deploying this (the Competition) and nothing else."""
    init_code = (blueprint or competition_blueprint()).init_code
    return DeploymentPolicy(chain_id, CREATE2_FACTORY, SALT, init_code)


def deploy(
    client: ChainClient,
    sender: TransactionSender,
    expected_chain_id: int,
    timeout_seconds: float = 120.0,
    blueprint: Blueprint | None = None,
) -> Deployment:
    """Deploys through the factory where there is one, and by a plain creation elsewhere.

    Does nothing when the factory has already put this version there. Raises InvalidConfig on
    another chain, ContractRefused when it fails, RetryLater when it is not mined in time.
    """
    blueprint = blueprint or competition_blueprint()
    if client.chain_id != expected_chain_id:
        raise InvalidConfig(
            f"this is chain {client.chain_id}, not {expected_chain_id}", "correct [chain] chain_id"
        )
    latest = client.latest_block()
    # The hash tells an interrupted deployment of this very code from any other.
    key = f"{DEPLOYMENT_KEY}:{blueprint.name}:{blueprint.init_code_hash.hex()}"
    if not client.code(CREATE2_FACTORY, latest.hash):
        call = Call(to=None, data=blueprint.init_code)
        return _created(sender, key, call, None, timeout_seconds)
    address = create2_address(blueprint)
    if client.code(address, latest.hash):
        return Deployment(address, 0, None)
    call = Call(to=CREATE2_FACTORY, data=SALT + blueprint.init_code)
    return _created(sender, key, call, address, timeout_seconds)


def verify_deployment(
    client: ChainClient, address: str, block: Block, blueprint: Blueprint | None = None
) -> None:
    """Raises Mismatch unless exactly this version's code stands at an address."""
    blueprint = blueprint or competition_blueprint()
    code = client.code(address, block.hash)
    if not code:
        raise Mismatch(f"no contract stands at {address}", "check [chain] contract and rpc_url")
    if not matches_deployed(code, blueprint.compiled):
        raise Mismatch(
            f"the contract at {address} is not this version's {blueprint.name}",
            "check its address, or use the version of judge that deployed it",
        )


def _created(
    sender: TransactionSender, key: str, call: Call, address: str | None, timeout_seconds: float
) -> Deployment:
    result = sender.submit(key, call)
    if not result.status.is_settled:
        result = sender.wait(key, timeout_seconds=timeout_seconds, poll_seconds=0.1)
    receipt = result.receipt
    if receipt is None or not result.succeeded:
        if result.status.is_settled:
            raise ContractRefused(f"the contract was not deployed: {result.reason}")
        raise RetryLater(
            f"the deployment is not mined yet ({result.status.value} {result.reason})".rstrip(),
            "run the command again: it continues with the same transaction",
        )
    return Deployment(address or str(receipt.contract_address), receipt.block_number, result)
