"""The command that installs what is missing works where the package came from."""

from __future__ import annotations

import importlib.metadata
import json
from importlib.metadata import PackageNotFoundError

import pytest

from scoring import installing

pytestmark = pytest.mark.unit


class Noted:
    """A distribution that an installer left this note with."""

    def __init__(self, note: str | None) -> None:
        self.note = note

    def read_text(self, name: str) -> str | None:
        return self.note if name == "direct_url.json" else None


@pytest.mark.parametrize(
    ("note", "command"),
    [
        (None, "pip install 'judging-oracle[classic]'"),
        ("no json", "pip install 'judging-oracle[classic]'"),
        ("[]", "pip install 'judging-oracle[classic]'"),
        (
            json.dumps({"url": "file:///home/a%20b/oracle", "dir_info": {"editable": True}}),
            "pip install --editable '/home/a b/oracle[classic]'",
        ),
        (
            json.dumps({"url": "file:///home/o", "dir_info": {}}),
            "pip install '/home/o[classic]'",
        ),
        (
            json.dumps({"url": "file:///o-0.1.0-py3-none-any.whl", "archive_info": {}}),
            "pip install '/o-0.1.0-py3-none-any.whl[classic]'",
        ),
    ],
)
def test_it_is_installed_from_where_the_package_came(
    note: str | None, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _: Noted(note))
    assert installing.install_command("classic") == command


def test_sources_that_are_not_installed_name_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    assert installing.install_command("x") == "pip install 'judging-oracle[x]'"


def test_a_machine_without_numba_is_told_what_it_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "find_spec", lambda _: None)
    assert "ten times" in installing.slowness()
    assert installing.install_command("fast") in installing.slowness()


def test_a_machine_whose_numba_is_switched_off_is_told_what_it_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    assert installing.slowness() == ""
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert "ten times" in installing.slowness() and "NUMBA_DISABLE_JIT" in installing.slowness()
