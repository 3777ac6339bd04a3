"""`judge check` goes on, whatever one of its looks meets."""

from __future__ import annotations

import pytest

from oracle.checks import environment
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.unit


def sound(_: Settings) -> str:
    return "is there"


def broken(settings: Settings) -> str:
    raise UnicodeError(f"cannot encode\n {settings.chain.rpc_url}")


def test_a_look_that_breaks_off_is_one_failed_row(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = {"chain": sound, "contract": broken, "bonds": sound, "page": sound}
    monkeypatch.setattr(environment, "_LOOKS", looks)
    settings = load_settings(None, {}, {"chain.rpc_url": "https://rpc.example/v3/" + "5ec2e7" * 4})
    found = {look.name: look for look in environment.check_environment(settings)}
    assert [name for name, look in found.items() if look.ok] == ["chain", "page"]
    row = found["contract"]
    assert row.found.startswith("this look broke off: UnicodeError: cannot encode https://rpc.")
    assert "5ec2e7" not in row.found
    assert row.hint
    # What needs it is not looked at.
    assert found["bonds"].found == "not looked at: see contract"
