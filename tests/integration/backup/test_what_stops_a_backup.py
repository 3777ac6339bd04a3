"""A backup that cannot be made says why in two lines, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.backup.test_backup_and_restore import Machine, lived_in

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return lived_in(tmp_path_factory.mktemp("stopped") / "old")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Where backups go."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("foo", "ledger.url is not a database address"),
        ("postgresql://judge:word@db:80a/judge", "ledger.url is not a database address"),
        ("mysql://db/judge", "a database that is not supported: mysql"),
        ("sqlite:///{folder}/passphrase", "file is not a database"),
        ("sqlite:///{folder}", "unable to open database file"),
    ],
)
def test_a_ledger_that_is_none_is_named(machine: Machine, disk: Path, url: str, words: str) -> None:
    ledger = f"ledger.url={url.format(folder=machine.folder)}"
    result = machine.judge("--set", ledger, "backup", disk / "one")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2), result.exception
    assert words in result.stderr
    assert "word@" not in result.stderr
    assert list(disk.iterdir()) == []


def test_a_full_disk_is_told_and_holds_no_half_backup(machine: Machine, disk: Path) -> None:
    judge = [sys.executable, "-m", "oracle", "--config", machine.settings]
    backup = ["backup", disk / "one", "--passphrase-file", machine.passphrase]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 16; exec "$@"', "sh", *judge, *backup],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2, done.stderr
    assert "room" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(disk.iterdir()) == []


@pytest.mark.parametrize("reason", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL])
def test_a_disk_without_hard_links_takes_a_backup(
    machine: Machine, disk: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    without_links(monkeypatch, reason)
    assert machine.judge("backup", disk / "one").exit_code == 0
    assert [path.name for path in disk.iterdir()] == ["one"]
    assert (disk / "one").stat().st_mode & 0o777 == 0o600
    assert machine.judge("restore", disk / "one", "--list").exit_code == 0


def test_what_came_in_between_is_not_overwritten_there_either(
    machine: Machine, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch, errno.EPERM, before=lambda: (disk / "one").write_text("mine"))
    result = machine.judge("backup", disk / "one")
    assert result.exit_code == 2
    assert "exists" in result.stderr
    assert [path.name for path in disk.iterdir()] == ["one"]
    assert (disk / "one").read_text() == "mine"


def test_a_disk_that_fails_at_the_last_step_keeps_no_empty_file(
    machine: Machine, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch, errno.EPERM)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "replace", fail)
    result = machine.judge("backup", disk / "one")
    assert result.exit_code == 2
    assert "Input/output error" in result.stderr
    assert list(disk.iterdir()) == []


def without_links(
    monkeypatch: pytest.MonkeyPatch, reason: int, before: object = lambda: None
) -> None:
    def link(*_: object, **__: object) -> None:
        assert callable(before)
        before()
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(os, "link", link)
