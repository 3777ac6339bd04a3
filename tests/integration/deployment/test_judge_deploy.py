"""`judge deploy`: the same address everywhere, once, verified, and written into a book."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.assembly.deployer import deploy_competition, deploy_quorum
from oracle.chain.quorum import Charter
from oracle.deployment.blueprint import CREATE2_FACTORY
from oracle.deployment.book import competition_address, quorum_address
from oracle.devnet.anvil import Anvil
from oracle.errors import BadInput, InvalidConfig, Mismatch, SignerRefused
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.integration


@pytest.fixture
def anvil() -> Iterator[Anvil]:
    with Anvil() as anvil:
        yield anvil


def settings(anvil: Anvil, folder: Path, with_key: bool = True, **flags: str) -> Settings:
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_text(anvil.accounts[0].key)
    given = {
        "chain.rpc_url": anvil.url,
        "chain.chain_id": str(anvil.chain_id),
        "ledger.url": f"sqlite:///{folder}/ledger.sqlite",
        "signer.key_file": str(key) if with_key else "",
    }
    return load_settings(None, {}, given | {k.replace("__", "."): v for k, v in flags.items()})


def test_it_is_deployed_once_where_it_was_foretold_and_written_down(
    anvil: Anvil, tmp_path: Path
) -> None:
    book = tmp_path / "book.json"
    first = deploy_competition(settings(anvil, tmp_path), book)
    assert first.new
    assert first.address == competition_address()
    written = json.loads(book.read_text())
    assert written["chain_id"] == 31337
    entry = written["contracts"]["Competition"]
    assert (entry["contract"], entry["block"]) == (first.address.contract, 1)
    assert anvil.rpc("eth_getTransactionReceipt", entry["transaction"])["status"] == "0x1"
    # Verifying needs no key, and forgets nothing of the book.
    again = deploy_competition(settings(anvil, tmp_path, with_key=False), book)
    assert not again.new
    assert json.loads(book.read_text()) == written
    assert int(anvil.rpc("eth_blockNumber"), 16) == 1


def test_other_code_at_the_address_is_named(anvil: Anvil, tmp_path: Path) -> None:
    anvil.rpc("anvil_setCode", competition_address().contract, "0x6001")
    with pytest.raises(Mismatch):
        deploy_competition(settings(anvil, tmp_path), tmp_path / "book.json")
    assert not (tmp_path / "book.json").exists()


def test_nothing_is_sent_without_a_key_or_a_deployer_or_to_another_chain(
    anvil: Anvil, tmp_path: Path
) -> None:
    book = tmp_path / "book.json"
    with pytest.raises(InvalidConfig, match="no key"):
        deploy_competition(settings(anvil, tmp_path, with_key=False), book)
    with pytest.raises(InvalidConfig, match="serves chain 31337, not 1"):
        deploy_competition(settings(anvil, tmp_path, chain__chain_id="1"), book)
    anvil.rpc("anvil_setCode", CREATE2_FACTORY, "0x")
    with pytest.raises(InvalidConfig, match="no deterministic deployer"):
        deploy_competition(settings(anvil, tmp_path), book)
    assert int(anvil.rpc("eth_blockNumber"), 16) == 0


def test_published_keys_are_refused_on_any_other_chain(tmp_path: Path) -> None:
    with Anvil(chain_id=11155111) as other, pytest.raises(SignerRefused, match="published"):
        deploy_competition(settings(other, tmp_path), tmp_path / "book.json")


def test_the_book_of_another_chain_is_not_overwritten(anvil: Anvil, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    deploy_competition(settings(anvil, tmp_path), book)
    written = json.loads(book.read_text())
    book.write_text(json.dumps(written | {"chain_id": 1}))
    with pytest.raises(BadInput, match="chain 1, not 31337"):
        deploy_competition(settings(anvil, tmp_path), book)
    book.write_text("{}")
    with pytest.raises(BadInput, match="not an address book"):
        deploy_competition(settings(anvil, tmp_path), book)


def charter(anvil: Anvil, threshold: int = 2) -> Charter:
    members = tuple(account.address for account in anvil.accounts[5:8])
    return Charter(competition_address().contract, members, threshold, 60, 60, 60, 10**18)


def test_a_quorum_stands_beside_the_contract_in_one_book(anvil: Anvil, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    deploy_competition(settings(anvil, tmp_path), book)
    first = deploy_quorum(settings(anvil, tmp_path), book, charter(anvil))
    assert first.new
    assert first.address == quorum_address(charter(anvil))
    written = json.loads(book.read_text())
    assert set(written["contracts"]) == {"Competition", "AuditorQuorum"}
    entry = written["contracts"]["AuditorQuorum"]
    assert entry["charter"]["threshold"] == 2
    assert entry["charter"]["competition"] == written["contracts"]["Competition"]["contract"]
    again = deploy_quorum(settings(anvil, tmp_path, with_key=False), book, charter(anvil))
    assert not again.new
    deploy_competition(settings(anvil, tmp_path, with_key=False), book)
    assert json.loads(book.read_text()) == written


def test_another_quorum_is_not_written_over_the_first(anvil: Anvil, tmp_path: Path) -> None:
    book = tmp_path / "book.json"
    deploy_quorum(settings(anvil, tmp_path), book, charter(anvil))
    written = book.read_text()
    with pytest.raises(BadInput, match="lists another quorum"):
        deploy_quorum(settings(anvil, tmp_path), book, charter(anvil, threshold=3))
    assert book.read_text() == written
    other = deploy_quorum(settings(anvil, tmp_path), tmp_path / "2.json", charter(anvil, 3))
    assert other.new


def test_other_code_at_the_quorums_address_is_named(anvil: Anvil, tmp_path: Path) -> None:
    anvil.rpc("anvil_setCode", quorum_address(charter(anvil)).contract, "0x6001")
    with pytest.raises(Mismatch, match="AuditorQuorum"):
        deploy_quorum(settings(anvil, tmp_path), tmp_path / "book.json", charter(anvil))
