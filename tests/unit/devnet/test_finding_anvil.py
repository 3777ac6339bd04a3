"""The devnet's program is found where it was installed, or its absence is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.devnet import anvil
from oracle.errors import BadInput

pytestmark = pytest.mark.unit


def test_the_platform_s_own_program_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anvil.sys, "platform", "linux")
    monkeypatch.setattr(anvil.platform, "machine", lambda: "aarch64")
    program = tmp_path / "node_modules/@foundry-rs/anvil-linux-arm64/bin/anvil"
    program.parent.mkdir(parents=True)
    program.touch()
    assert anvil.find_anvil(tmp_path) == program


def test_one_on_the_path_does_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "anvil"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert anvil.find_anvil(tmp_path / "elsewhere") == program


def test_without_any_the_way_to_get_one_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="anvil.* was not found") as caught:
        anvil.find_anvil(tmp_path)
    assert "npm install @foundry-rs/anvil" in caught.value.hint
    assert "scripts/setup" in caught.value.hint


def test_after_that_command_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from a wheel, which has no checkout around it."""
    monkeypatch.setattr(anvil, "__file__", str(tmp_path / "site-packages/oracle/devnet/anvil.py"))
    monkeypatch.setattr(anvil.sys, "platform", "linux")
    monkeypatch.setattr(anvil.platform, "machine", lambda: "x86_64")
    program = tmp_path / "here/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.chdir(tmp_path / "here")
    assert anvil.find_anvil() == program
