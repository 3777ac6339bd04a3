"""An auditor's own trouble keeps no dispute back: the liveness runs on meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.accounts.disputer import Disputer
from oracle.auditing.report import AuditReport
from oracle.chain.state import Phase
from oracle.errors import ContentNotStored
from oracle.store.base import MAX_BLOCK_BYTES
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit


class DeadStore(EmbeddedStore):
    """An IPFS node that was there when the auditor began."""

    def put(self, data: bytes) -> Digest:
        raise ContentNotStored("the node could not put a block", "is the daemon running?")


@dataclass
class Account:
    """A wallet, and the contract it pays to; both only note what they are asked for."""

    evidence: list[bytes] = field(default_factory=list)

    def disputer(self, store: EmbeddedStore, folder: Path) -> Disputer:
        state = SimpleNamespace(
            phase=Phase.ASSERTED, liveness_ends=1, bond=10, dispute=SimpleNamespace(against=0)
        )
        contract: Any = SimpleNamespace(
            client=SimpleNamespace(latest_block=lambda: SimpleNamespace(timestamp=0, number=5)),
            state=lambda number, block: state,
            calls=SimpleNamespace(dispute=lambda number, root, model, evidence, wei: evidence),
        )
        wallet: Any = SimpleNamespace(
            unfinished=lambda prefix: (), send=lambda key, call: self.evidence.append(call)
        )
        return Disputer(contract, store, folder, wallet)


def report_of(differences: int) -> AuditReport:
    report = AuditReport(1, Phase.ASSERTED)
    for number in range(differences):
        report.compare(f"ranking root {number}", "theirs", "ours")
    return report


def test_with_its_store_down_it_is_disputed_and_the_report_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = Account()
    digest, _ = account.disputer(DeadStore(tmp_path), tmp_path / "kept").dispute(report_of(1))
    assert account.evidence == [digest]
    kept = tmp_path / "kept" / f"{digest.hex()}.json"
    assert sha256(kept.read_bytes()) == digest
    assert "the node could not put a block" in caplog.text
    assert f"put {kept} there afterwards" in caplog.text


def test_with_a_folder_that_cannot_be_written_it_is_disputed_and_the_report_published(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account, store = Account(), EmbeddedStore(tmp_path / "store")
    (tmp_path / "kept").write_text("a file where a folder should be")
    digest, _ = account.disputer(store, tmp_path / "kept").dispute(report_of(1))
    assert account.evidence == [digest]
    assert b"ranking root" in store.get(digest, max_bytes=MAX_BLOCK_BYTES)
    assert "not kept" in caplog.text and "work_dir" in caplog.text


def test_a_full_disk_leaves_no_half_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_a_part(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    account, store = Account(), DeadStore(tmp_path / "store")
    monkeypatch.setattr(Path, "write_bytes", write_a_part)
    digest, _ = account.disputer(store, tmp_path / "kept").dispute(report_of(1))
    assert account.evidence == [digest]
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_report_that_no_store_takes_is_disputed_with(tmp_path: Path) -> None:
    account = Account()
    report = report_of(30_000)
    digest, _ = account.disputer(EmbeddedStore(tmp_path), tmp_path / "kept").dispute(report)
    assert account.evidence == [digest]
    assert (tmp_path / "kept" / f"{digest.hex()}.json").stat().st_size > MAX_BLOCK_BYTES
