"""`judge deploy`: this version's contract on the configured chain, and the book of where it stands.

The address follows from the code alone (CREATE2 through the deterministic deployer that stands at
the same address on most chains), so that anybody with this package can derive it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from oracle.assembly.parts import open_client
from oracle.chain.client import ChainClient
from oracle.chain.compile import load_competition
from oracle.chain.deploy import (
    CREATE2_FACTORY,
    SALT,
    create2_address,
    deploy,
    deployment_policy,
    verify_deployment,
)
from oracle.config import Settings
from oracle.errors import BadInput, InvalidConfig
from oracle.ledger import open_ledger
from oracle.signer import load_signer
from oracle.tx import TransactionSender


@dataclass(frozen=True)
class Address:
    """Where a version of the contract stands on every chain, and what that follows from."""

    contract: str
    factory: str
    salt: str
    init_code_hash: str


@dataclass(frozen=True)
class BookEntry:
    """One deployment; block and transaction are None when it was not this book that saw it."""

    chain_id: int
    address: Address
    block: int | None
    transaction: str | None
    new: bool  # deployed by this very call

    def to_json(self) -> dict[str, Any]:
        return {
            "chain_id": self.chain_id,
            "contracts": {
                "Competition": asdict(self.address)
                | {"block": self.block, "transaction": self.transaction}
            },
        }


def competition_address() -> Address:
    """Derived from this package alone; asks no chain."""
    return Address(
        contract=create2_address(),
        factory=CREATE2_FACTORY,
        salt="0x" + SALT.hex(),
        init_code_hash="0x" + keccak(load_competition().bytecode).hex(),
    )


def deploy_competition(settings: Settings, book: Path) -> BookEntry:
    """Deploys unless it stands there already, verifies the code, and writes the book.

    Raises `InvalidConfig` on another chain than the configured one, without a key, or where there
    is no deterministic deployer; `Mismatch` when other code stands at the address.
    """
    client = open_client(settings)
    known = _read_book(book, client.chain_id)
    address = competition_address()
    if not client.code(CREATE2_FACTORY, client.latest_block().hash):
        raise InvalidConfig(
            f"no deterministic deployer stands at {CREATE2_FACTORY} on chain {client.chain_id}",
            "put it there first: github.com/Arachnid/deterministic-deployment-proxy",
        )
    entry = _stands_already(client, address, known) or _deploy(settings, client, address)
    verify_deployment(client, address.contract, client.latest_block())
    book.write_text(json.dumps(entry.to_json(), indent=2) + "\n")
    return entry


def _stands_already(
    client: ChainClient, address: Address, known: dict[str, Any]
) -> BookEntry | None:
    if not client.code(address.contract, client.latest_block().hash):
        return None
    seen = known if known.get("contract") == address.contract else {}
    return BookEntry(
        client.chain_id, address, seen.get("block"), seen.get("transaction"), new=False
    )


def _deploy(settings: Settings, client: ChainClient, address: Address) -> BookEntry:
    signer = load_signer(settings.signer, deployment_policy(client.chain_id))
    if signer is None:
        raise InvalidConfig(
            "no key is configured",
            "set [signer] keystore or key_file, or JUDGE_PRIVATE_KEY in the environment",
        )
    ledger = open_ledger(settings.ledger.url, client.chain_id, address.contract)
    try:
        with ledger.hold_writer():
            sender = TransactionSender(client, signer, ledger, settings.signer.policy)
            done = deploy(client, sender, settings.chain.chain_id)
    finally:
        ledger.close()
    sent = done.result.hash if done.result is not None else None
    return BookEntry(
        client.chain_id,
        address,
        done.block_number if done.result is not None else None,
        "0x" + sent.hex() if sent else None,
        new=done.result is not None,
    )


def _read_book(book: Path, chain_id: int) -> dict[str, Any]:
    """What an earlier run wrote about the contract. Raises `BadInput` for another chain's book."""
    if not book.exists():
        return {}
    try:
        written = json.loads(book.read_text())
        found: dict[str, Any] = written["contracts"]["Competition"]
        of_chain = written["chain_id"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{book} is not an address book", "name another file") from error
    if of_chain != chain_id:
        raise BadInput(
            f"{book} is the address book of chain {of_chain}, not {chain_id}", "name another file"
        )
    return found
