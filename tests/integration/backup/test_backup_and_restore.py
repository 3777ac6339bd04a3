"""What was backed up can be put on another machine, whole; and nothing halfway, or over another."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from oracle.backup.archive import FORMAT
from oracle.chain.commitments import Domain
from oracle.cli.main import main
from oracle.errors import BadInput
from oracle.ledger.copying import copy_ledger, restore_ledger
from oracle.ledger.ledger import Step, open_ledger
from oracle.push.book import SubscriptionBook, damage_in
from oracle.push.reminder import Occasion
from oracle.push.subscription import Subscription
from oracle.sealed.images import SealedImage, SealedImages
from oracle.store.embedded import EmbeddedStore
from oracle.studio.book import PromptBook
from oracle.studio.schema import open_studio_engine
from scoring.digest import sha256

pytestmark = pytest.mark.integration

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
SECRET = SealedImage(b"\x07" * 32, b"\x08" * 32, b"a png")
WRITTEN = Path(__file__).resolve().parents[2] / "vectors" / "ledgers"


class Machine:
    """A folder with an operator's things in it, and settings that name them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.settings = folder / "oracle.toml"
        self.settings.write_text(
            f"""
            [chain]
            contract = "{CONTRACT}"
            [judge]
            work_dir = "{folder}/state/work"
            [store]
            url = "dir:{folder}/state/store"
            [studio]
            work_dir = "{folder}/state/studio"
            [ledger]
            url = "sqlite:///{folder}/state/ledger.sqlite"
            """
        )
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("correct horse battery staple\n")
        self.passphrase.chmod(0o600)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def judge(self, *arguments: object) -> Result:
        told = ["--config", self.settings, *arguments, "--passphrase-file", self.passphrase]
        return CliRunner().invoke(main, [str(argument) for argument in told])

    def ledger(self) -> Any:
        return closing(open_ledger(f"sqlite:///{self.state}/ledger.sqlite", 31337, CONTRACT))


def lived_in(folder: Path) -> Machine:
    machine = Machine(folder)
    SealedImages(machine.state / "work" / "targets").save(SECRET)
    (machine.state / "work" / "models").mkdir()
    (machine.state / "work" / "models" / "one.checkpoint").write_bytes(b"weights" * 1000)
    EmbeddedStore(machine.state / "store").put(b"an image")
    EmbeddedStore(machine.state / "work" / "uploads").put(b"a player's")
    with machine.ledger() as ledger:
        ledger.record_step(1, Step.SCORED, {"model": "0xab"})
        ledger.halt(2, "two readings differ")
    engine = open_studio_engine(machine.state / "studio" / "studio.sqlite")
    terms: Any = {"player": "0x1", "limit": 9, "ends_at": 9, "most_waiting": 9}
    PromptBook(engine, Domain(31337, CONTRACT)).reserve(1, 9, "key", "a red boat", **terms)
    engine.dispose()
    return machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return lived_in(tmp_path_factory.mktemp("backup") / "old")


@pytest.fixture(scope="module")
def backup(machine: Machine) -> Path:
    """Made while the ledger is open and held, as the daemon holds it."""
    path = machine.folder / "whole.backup"
    with machine.ledger() as ledger, ledger.hold_writer():
        ledger.record_step(3, Step.DISCOVERED)
        result = machine.judge("backup", path)
    assert result.exit_code == 0, result.stderr
    return path


@pytest.fixture
def new(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "new")


def everything_under(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def assert_nothing_was_restored(machine: Machine) -> None:
    assert not machine.state.exists() or everything_under(machine.state) == {}


def test_a_new_machine_goes_on_where_the_old_one_stood(backup: Path, new: Machine) -> None:
    result = new.judge("restore", backup, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["contract"] == CONTRACT
    with new.ledger() as ledger:
        assert ledger.steps(1)[Step.SCORED].data == {"model": "0xab"}
        assert ledger.halted(2).reason == "two readings differ"
        assert set(ledger.steps(3)) == {Step.DISCOVERED}
    secrets = SealedImages(new.state / "work" / "targets")
    assert secrets.load(SECRET.commitment) == SECRET
    kept = EmbeddedStore(new.state / "store")
    assert kept.get(sha256(b"an image"), max_bytes=100) == b"an image"
    engine = open_studio_engine(new.state / "studio" / "studio.sqlite")
    assert [p.text for p in PromptBook(engine, Domain(31337, CONTRACT)).of_ticket(1, 9)] == [
        "a red boat"
    ]
    engine.dispose()
    assert (new.state / "work" / "models" / "one.checkpoint").stat().st_size == 7000
    assert not list(new.state.rglob(".restoring-*"))


def test_restored_secrets_are_their_owners_alone(backup: Path, new: Machine) -> None:
    assert new.judge("restore", backup).exit_code == 0
    for path in (new.state / "work" / "targets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_nobody_without_the_passphrase_learns_anything(backup: Path, new: Machine) -> None:
    data = backup.read_bytes()
    for secret in (SECRET.salt, SECRET.image, CONTRACT.encode(), b"red boat", b"targets"):
        assert secret not in data
    new.passphrase.write_text("another\n")
    result = new.judge("restore", backup)
    assert (result.exit_code, "passphrase" in result.stderr) == (2, True)
    assert_nothing_was_restored(new)


@pytest.mark.parametrize("kept", [0.5, 0.999])
def test_a_backup_that_was_cut_restores_nothing(backup: Path, new: Machine, kept: float) -> None:
    data = backup.read_bytes()
    cut = new.folder / "cut.backup"
    cut.write_bytes(data[: int(len(data) * kept)])
    result = new.judge("restore", cut)
    assert (result.exit_code, "cut or damaged" in result.stderr) == (3, True)
    assert_nothing_was_restored(new)


def test_a_backup_with_one_other_bit_restores_nothing(backup: Path, new: Machine) -> None:
    data = bytearray(backup.read_bytes())
    data[-1000] ^= 1
    changed = new.folder / "changed.backup"
    changed.write_bytes(data)
    assert new.judge("restore", changed).exit_code == 3
    assert_nothing_was_restored(new)


@pytest.mark.parametrize("name", ["work/targets/one.json", "store/one", "studio/studio.sqlite"])
def test_nothing_is_overwritten(backup: Path, new: Machine, name: str) -> None:
    path = new.state / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    result = new.judge("restore", backup)
    assert (result.exit_code, "is not empty" in result.stderr) == (2, True)
    assert everything_under(new.state) == {name: b"mine"}


def test_a_ledger_with_something_in_it_is_not_overwritten(backup: Path, new: Machine) -> None:
    with new.ledger() as ledger:
        ledger.record_step(9, Step.DISCOVERED)
    result = new.judge("restore", backup)
    assert (result.exit_code, "not empty" in result.stderr) == (2, True)
    assert not (new.state / "work").exists()
    with new.ledger() as ledger:
        assert set(ledger.steps(9)) == {Step.DISCOVERED} and ledger.steps(1) == {}


def test_a_backup_does_not_overwrite_another(machine: Machine, backup: Path) -> None:
    before = backup.read_bytes()
    result = machine.judge("backup", backup)
    assert (result.exit_code, "exists" in result.stderr) == (2, True)
    assert backup.read_bytes() == before
    assert [path.name for path in machine.folder.iterdir() if "judge-backup" in path.name] == []


def test_a_backup_into_what_it_is_of_is_refused(machine: Machine) -> None:
    result = machine.judge("backup", machine.state / "work" / "mine.backup")
    assert (result.exit_code, "best to another disk" in result.stderr) == (2, True)


def test_a_backup_that_is_killed_leaves_no_file_of_its_name(machine: Machine) -> None:
    path = machine.folder / "killed.backup"
    script = (
        "import os, sys; from oracle.backup import archive, sealing;"
        "write = archive._add;"
        "archive._add = lambda *a: os._exit(9) if 'store' in a[1] else write(*a);"
        "from oracle.cli import main; main(sys.argv[1:])"
    )
    told = ["--config", machine.settings, "backup", path, "--passphrase-file", machine.passphrase]
    command = [sys.executable, "-c", script, *map(str, told)]
    assert subprocess.run(command, check=False).returncode == 9
    assert not path.exists()


def test_a_passphrase_that_others_can_read_is_refused(machine: Machine, tmp_path: Path) -> None:
    open_to_all = tmp_path / "passphrase"
    open_to_all.write_text("secret")
    os.chmod(open_to_all, 0o644)
    result = CliRunner().invoke(
        main, ["backup", str(tmp_path / "a"), "--passphrase-file", str(open_to_all)]
    )
    assert (result.exit_code, "chmod 600" in result.stderr) == (2, True)


def test_a_lean_backup_leaves_out_what_can_be_made_again(machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "lean.backup"
    assert machine.judge("backup", path, "--lean").exit_code == 0
    new = Machine(tmp_path / "new")
    assert new.judge("restore", path).exit_code == 0
    assert not (new.state / "work" / "models").exists()
    uploads = EmbeddedStore(new.state / "work" / "uploads")
    assert uploads.get(sha256(b"a player's"), max_bytes=100), "it was promised to be kept"
    assert SealedImages(new.state / "work" / "targets").load(SECRET.commitment) == SECRET


def test_the_list_tells_what_is_in_a_backup_and_restores_nothing(
    backup: Path, new: Machine
) -> None:
    result = new.judge("restore", backup, "--list", "--json")
    facts = json.loads(result.stdout)
    assert facts["parts"] == "ledger, work, studio, store-1"
    assert facts["files"] == 7
    assert_nothing_was_restored(new)


@pytest.fixture(params=["ledger-1.sql", "ledger-3.sql"])
def old_copy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A ledger of an earlier version, as a backup made by that version holds it."""
    path = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((WRITTEN / request.param).read_text())
    yield path


def test_a_ledger_of_an_earlier_version_is_restored_and_migrated(
    old_copy: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/new/ledger.sqlite"
    restore_ledger(old_copy, url)
    with closing(open_ledger(url, 1, CONTRACT)) as ledger:
        assert set(ledger.steps(1)) == set(Step) - {Step.VOID}
        assert ledger.transactions.find("1:assert").call.value_wei == 2**255
    with pytest.raises(BadInput, match="not empty"):
        restore_ledger(old_copy, url)


def test_this_is_the_first_format_of_backups() -> None:
    assert FORMAT == 1, "keep a backup of the last format beside this test before you raise it"


def test_a_ledger_that_is_no_file_is_copied_row_by_row(old_copy: Path, tmp_path: Path) -> None:
    # Any address will do: it is read through SQLAlchemy, as PostgreSQL's is.
    copy = tmp_path / "rows.sqlite"
    copy_ledger(f"sqlite:///{old_copy}", copy)
    with closing(open_ledger(f"sqlite:///{copy}", 1, CONTRACT)) as ledger:
        assert ledger.transactions.find("1:assert").call.value_wei == 2**255
        assert ledger.reveals.waiting(4)[0].receipt.prompt_index == 3


def killed_in_a_commit(path: Path) -> None:
    """Leaves a file of reminders as a kill does: half written, with the journal that undoes it."""
    whole = path.with_name("whole.sqlite")
    book = SubscriptionBook(whole, 999)
    for number in range(200):
        book.add(1, Subscription(f"https://push.example/{number}", b"p" * 65, b"a" * 16), None)
    with closing(sqlite3.connect(whole)) as database:
        database.execute("PRAGMA cache_size = 1")
        database.execute("UPDATE subscription SET told = 'open'")
        for end in ("", "-journal"):
            shutil.copy(f"{whole}{end}", f"{path}{end}")
        database.rollback()
    whole.unlink()
    path.chmod(0o600)


def test_reminders_are_of_one_moment_whoever_writes_them_meanwhile(
    tmp_path: Path, new: Machine
) -> None:
    machine = lived_in(tmp_path / "old")
    killed_in_a_commit(machine.state / "work" / "push.sqlite")
    path = tmp_path / "whole.backup"
    assert machine.judge("backup", path).exit_code == 0
    assert new.judge("restore", path).exit_code == 0
    found = new.state / "work" / "push.sqlite"
    assert not Path(f"{found}-journal").exists(), "of another moment, it would do harm"
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert damage_in(found) == ""
    assert len(SubscriptionBook(found, 999).untold(1, Occasion.OPEN)) == 200


def test_a_damaged_file_of_reminders_keeps_nothing_else_from_being_backed_up(
    tmp_path: Path, new: Machine
) -> None:
    machine = lived_in(tmp_path / "old")
    (machine.state / "work" / "push.sqlite").write_bytes(b"no database " * 1000)
    path = tmp_path / "whole.backup"
    assert machine.judge("backup", path).exit_code == 0
    assert new.judge("restore", path).exit_code == 0
    assert SealedImages(new.state / "work" / "targets").load(SECRET.commitment) == SECRET
    assert (new.state / "work" / "push.sqlite").read_bytes() == b"no database " * 1000
