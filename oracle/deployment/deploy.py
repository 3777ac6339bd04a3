"""Deploying this version's contracts, and checking that what stands at an address is one.

Both go through CREATE2, so that where each stands follows from its creation code alone; a quorum's
holds its charter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.compile import (
    CompiledContract,
    load_competition,
    load_quorum,
    matches_deployed,
)
from oracle.chain.quorum import Charter
from oracle.chain.wire import Block
from oracle.errors import BadInput, ContractRefused, InvalidConfig, Mismatch, RetryLater
from oracle.sending.attempts import TxResult
from oracle.sending.sender import TransactionSender
from oracle.signing.policy import DeploymentPolicy

# The deterministic deployment proxy that stands at this address on most chains, and in anvil.
CREATE2_FACTORY = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
SALT = bytes(32)
DEPLOYMENT_KEY = "deploy"
# A competition gives its arbiter at most this long (`MAX_PHASE_SECONDS`).
MAX_VERDICT_SECONDS = 30 * 86_400
_CHARTER = ["address", "address[]", "uint256", "uint32", "uint32", "uint32"]


@dataclass(frozen=True)
class Blueprint:
    """A contract to be deployed: creation code with its arguments, and what then stands there."""

    name: str
    init_code: bytes
    compiled: CompiledContract

    @property
    def init_code_hash(self) -> bytes:
        return bytes(keccak(self.init_code))


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the contract stands, and since which block (0 when that was not seen)."""

    address: str
    block_number: int
    result: TxResult | None  # None when it stood there before


@cache
def competition_blueprint() -> Blueprint:
    """The Competition contract; it takes no arguments."""
    compiled = load_competition()
    return Blueprint("Competition", compiled.bytecode, compiled)


def quorum_blueprint(charter: Charter) -> Blueprint:
    """A quorum with this charter. Raises `BadInput` for one that the contract would refuse."""
    _check_charter(charter)
    # Whoever lists the same members gets the same address.
    ordered = replace(charter, members=tuple(sorted(charter.members, key=str.lower)))
    compiled = load_quorum()
    arguments = encode(_CHARTER, ordered.as_abi())
    return Blueprint("AuditorQuorum", compiled.bytecode + arguments, compiled)


def create2_address(blueprint: Blueprint | None = None) -> str:
    """Where the factory puts a contract of this version (the Competition), on every chain."""
    init_code_hash = (blueprint or competition_blueprint()).init_code_hash
    factory = bytes.fromhex(CREATE2_FACTORY[2:])
    return str(to_checksum_address(keccak(b"\xff" + factory + SALT + init_code_hash)[12:]))


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


def _check_charter(charter: Charter) -> None:
    members, threshold = len(charter.members), charter.threshold
    if len({member.lower() for member in charter.members}) != members:
        raise BadInput("a member of the quorum is named twice", "name each member once")
    if not members // 2 < threshold <= members:
        raise BadInput(
            f"a threshold of {threshold} does not fit {members} members",
            "it must be more than half of them, and at most all",
        )
    if min(charter.commit_seconds, charter.reveal_seconds, charter.deliver_seconds) < 1:
        raise BadInput("a window of the quorum has no length", "give each of the three some time")
    if charter.seconds > MAX_VERDICT_SECONDS:
        raise BadInput(
            "the quorum's windows are longer than 30 days together",
            "shorten them: no competition gives its arbiter more time",
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
            "run the command again: it goes on with the same transaction",
        )
    return Deployment(address or str(receipt.contract_address), receipt.block_number, result)
