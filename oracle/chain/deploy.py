"""Deploying the Competition contract, and checking that what stands at an address is it."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from oracle.broadcast import TxResult
from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.compile import load_competition, matches_deployed
from oracle.chain.wire import Block
from oracle.errors import ContractRefused, InvalidConfig, Mismatch, RetryLater
from oracle.signing_policy import DeploymentPolicy
from oracle.tx import TransactionSender

# The deterministic deployment proxy that stands at this address on most chains, and in anvil.
CREATE2_FACTORY = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
SALT = bytes(32)
DEPLOYMENT_KEY = "deploy"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the contract stands, and since which block (0 when that was not seen)."""

    address: str
    block_number: int
    result: TxResult | None  # None when it stood there before


def create2_address() -> str:
    """Where the factory puts this version of the contract, on every chain."""
    init_code_hash = keccak(load_competition().bytecode)
    factory = bytes.fromhex(CREATE2_FACTORY[2:])
    return str(to_checksum_address(keccak(b"\xff" + factory + SALT + init_code_hash)[12:]))


def deployment_policy(chain_id: int) -> DeploymentPolicy:
    """A signer's policy that allows deploying this version of the contract and nothing else."""
    return DeploymentPolicy(chain_id, CREATE2_FACTORY, SALT, load_competition().bytecode)


def deploy(
    client: ChainClient,
    sender: TransactionSender,
    expected_chain_id: int,
    timeout_seconds: float = 120.0,
) -> Deployment:
    """Deploys through the factory where there is one, and by a plain creation elsewhere.

    Does nothing when the factory has already put this version there. Raises InvalidConfig on
    another chain, ContractRefused when it fails, RetryLater when it is not mined in time.
    """
    if client.chain_id != expected_chain_id:
        raise InvalidConfig(
            f"this is chain {client.chain_id}, not {expected_chain_id}", "correct [chain] chain_id"
        )
    latest = client.latest_block()
    has_factory = bool(client.code(CREATE2_FACTORY, latest.hash))
    init_code = load_competition().bytecode
    if not has_factory:
        return _created(sender, Call(to=None, data=init_code), None, timeout_seconds)
    address = create2_address()
    if client.code(address, latest.hash):
        return Deployment(address, 0, None)
    call = Call(to=CREATE2_FACTORY, data=SALT + init_code)
    return _created(sender, call, address, timeout_seconds)


def verify_deployment(client: ChainClient, address: str, block: Block) -> None:
    """Raises Mismatch unless exactly this version's code stands at an address."""
    code = client.code(address, block.hash)
    if not code:
        raise Mismatch(f"no contract stands at {address}", "check [chain] contract and rpc_url")
    if not matches_deployed(code, load_competition()):
        raise Mismatch(
            f"the contract at {address} is not this version's Competition",
            "check [chain] contract, or use the version of judge that deployed it",
        )


def _created(
    sender: TransactionSender, call: Call, address: str | None, timeout_seconds: float
) -> Deployment:
    result = sender.submit(DEPLOYMENT_KEY, call)
    if not result.status.is_settled:
        result = sender.wait(DEPLOYMENT_KEY, timeout_seconds=timeout_seconds, poll_seconds=0.1)
    receipt = result.receipt
    if receipt is None or not result.succeeded:
        if result.status.is_settled:
            raise ContractRefused(f"the contract was not deployed: {result.reason}")
        raise RetryLater(
            f"the deployment is not mined yet ({result.status.value} {result.reason})".rstrip(),
            "run the command again: it goes on with the same transaction",
        )
    return Deployment(address or str(receipt.contract_address), receipt.block_number, result)
