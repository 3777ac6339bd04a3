"""What gets deployed: creation code with its arguments, and the address that follows from it.

A contract goes through CREATE2, so that where it stands follows from its creation code alone; a
quorum's holds its charter.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from oracle.chain.compile import CompiledContract, load_beacon, load_competition, load_quorum
from oracle.chain.floors import FLOORS, Floors
from oracle.chain.quorum import Charter
from oracle.errors import BadInput

if TYPE_CHECKING:
    # Not loaded: the curve's mathematics are needed by nobody here.
    from oracle.beacon.rounds import Network

# The deterministic deployment proxy that stands at this address on most chains, and in anvil.
CREATE2_FACTORY = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
SALT = bytes(32)
# A competition gives its arbiter at most this long (`MAX_PHASE_SECONDS`).
MAX_VERDICT_SECONDS = 30 * 86_400
_CHARTER = ["address", "address[]", "uint256", "uint32", "uint32", "uint32", "uint256"]


@dataclass(frozen=True)
class Blueprint:
    """A contract before its deployment: creation code with its arguments, and what it becomes."""

    name: str
    init_code: bytes
    compiled: CompiledContract

    @property
    def init_code_hash(self) -> bytes:
        return bytes(keccak(self.init_code))


@cache
def competition_blueprint(floors: Floors = FLOORS) -> Blueprint:
    """The Competition contract with these floors."""
    compiled = load_competition()
    arguments = encode(["uint32"] * 3, astuple(floors))
    return Blueprint("Competition", compiled.bytecode + arguments, compiled)


def beacon_blueprint(network: Network) -> Blueprint:
    """The verifier of a drand network's rounds."""
    compiled = load_beacon()
    arguments = encode(["bytes", "uint64", "uint32"], network.constructor_arguments())
    return Blueprint("DrandBeacon", compiled.bytecode + arguments, compiled)


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
    if charter.stake_wei < 1:
        raise BadInput("members of the quorum stake nothing", "name a stake, such as 1eth")
    if charter.seconds > MAX_VERDICT_SECONDS:
        raise BadInput(
            "the quorum's windows are longer than 30 days together",
            "shorten them: no competition gives its arbiter more time",
        )
