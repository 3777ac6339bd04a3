"""The book of addresses: where this version's contracts stand, and since which transaction.

The addresses follow from the code alone (CREATE2 through the deterministic deployer that stands at
the same address on most chains), so that anybody with this package can derive them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oracle.chain.client import ChainClient
from oracle.chain.quorum import Charter
from oracle.deployment.blueprint import (
    CREATE2_FACTORY,
    SALT,
    Blueprint,
    beacon_blueprint,
    competition_blueprint,
    create2_address,
    quorum_blueprint,
)
from oracle.deployment.deploy import Deployment, verify_deployment
from oracle.errors import BadInput, InvalidConfig

if TYPE_CHECKING:
    # Not loaded: the curve's mathematics are needed by nobody here.
    from oracle.beacon.rounds import Network


@dataclass(frozen=True)
class Address:
    """Where a version of a contract stands on every chain, and what that follows from."""

    contract: str
    factory: str
    salt: str
    init_code_hash: str


@dataclass(frozen=True)
class BookEntry:
    """One deployment; block and transaction are None when it was not this book that saw it."""

    chain_id: int
    name: str
    address: Address
    block: int | None
    transaction: str | None
    new: bool  # deployed by this very call
    charter: Charter | None = None  # a quorum's

    def to_json(self) -> dict[str, Any]:
        """A book with this entry alone."""
        found = asdict(self.address) | {"block": self.block, "transaction": self.transaction}
        if self.charter is not None:
            found["charter"] = asdict(self.charter)
        return {"chain_id": self.chain_id, "contracts": {self.name: found}}


def competition_address() -> Address:
    """Derived from this package alone; asks no chain."""
    return _address(competition_blueprint())


def quorum_address(charter: Charter) -> Address:
    """As `competition_address`, for a quorum with this charter. Raises `BadInput`."""
    return _address(quorum_blueprint(charter))


def beacon_address(network: Network) -> Address:
    """As `competition_address`, for the verifier of a drand network's rounds."""
    return _address(beacon_blueprint(network))


def ensure_deployed(
    client: ChainClient,
    book: Path,
    blueprint: Blueprint,
    deploy: Callable[[Blueprint], Deployment],
    charter: Charter | None = None,
) -> BookEntry:
    """Deploys unless it stands there already, verifies the code, and writes the book.

    Raises `InvalidConfig` where there is no deterministic deployer, `Mismatch` when other code
    stands at the address, `BadInput` for another chain's book or one that lists another quorum:
    its entry is not written over.
    """
    listed = _read_book(book, client.chain_id)
    address = _address(blueprint)
    known = listed.get(blueprint.name, {})
    if charter is not None and known.get("contract", address.contract) != address.contract:
        raise BadInput(f"{book} lists another quorum, {known['contract']}", "name another file")
    if not client.code(CREATE2_FACTORY, client.latest_block().hash):
        raise InvalidConfig(
            f"no deterministic deployer stands at {CREATE2_FACTORY} on chain {client.chain_id}",
            "put it there first: github.com/Arachnid/deterministic-deployment-proxy",
        )
    if client.code(address.contract, client.latest_block().hash):
        seen = known if known.get("contract") == address.contract else {}
        block, transaction, new = seen.get("block"), seen.get("transaction"), False
    else:
        block, transaction = _seen(deploy(blueprint))
        new = block is not None
    verify_deployment(client, address.contract, client.latest_block(), blueprint)
    entry = BookEntry(client.chain_id, blueprint.name, address, block, transaction, new, charter)
    _write_book(book, listed, entry)
    return entry


def _seen(deployment: Deployment) -> tuple[int | None, str | None]:
    """Block and transaction of a deployment; None when somebody else was quicker."""
    if deployment.result is None:
        return None, None
    sent = deployment.result.hash
    return deployment.block_number, "0x" + sent.hex() if sent else None


def _address(blueprint: Blueprint) -> Address:
    return Address(
        contract=create2_address(blueprint),
        factory=CREATE2_FACTORY,
        salt="0x" + SALT.hex(),
        init_code_hash="0x" + blueprint.init_code_hash.hex(),
    )


def _read_book(book: Path, chain_id: int) -> dict[str, Any]:
    """What an earlier run wrote, by contract. Raises `BadInput` for another chain's book."""
    if not book.exists():
        return {}
    try:
        written = json.loads(book.read_text())
        of_chain, found = written["chain_id"], dict(written["contracts"])
        if not all(isinstance(entry, dict) for entry in found.values()):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{book} is not an address book", "name another file") from error
    if of_chain != chain_id:
        raise BadInput(
            f"{book} is the address book of chain {of_chain}, not {chain_id}", "name another file"
        )
    return found


def _write_book(book: Path, listed: dict[str, Any], entry: BookEntry) -> None:
    written = entry.to_json()
    written["contracts"] = listed | written["contracts"]
    book.write_text(json.dumps(written, indent=2) + "\n")
