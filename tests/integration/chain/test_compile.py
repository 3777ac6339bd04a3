"""The committed artifact, a fresh compilation from Python, and Hardhat's own are the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import solcx
from solcx.exceptions import SolcNotInstalled

from oracle.chain import compile as compiling
from oracle.chain.compile import (
    ARTIFACT,
    BEACON_ARTIFACT,
    QUORUM_ARTIFACT,
    CompiledContract,
    ImmutableReference,
    compile_competition,
    load_competition,
    matches_deployed,
)
from oracle.chain.sources import source_path, sources
from oracle.errors import OracleError, Undecidable

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def compiled() -> CompiledContract:
    return compile_competition()


@pytest.fixture(scope="module")
def hardhat_artifact(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Hardhat makes of a copy of the contracts; other tests may be building the checkout's."""
    project = tmp_path_factory.mktemp("hardhat")
    for name in ("package.json", "hardhat.config.js"):
        shutil.copy(ROOT / name, project)
    shutil.copytree(ROOT / "contracts", project / "contracts")
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    hardhat = project / "node_modules" / ".bin" / "hardhat"
    subprocess.run([hardhat, "build", "--quiet"], cwd=project, env=environment, check=True)
    artifact = project / "artifacts" / "contracts" / "Competition.sol" / "Competition.json"
    document: dict[str, Any] = json.loads(artifact.read_text())
    return document


@pytest.fixture(scope="module")
def checkout_solc() -> Iterator[Path]:
    """The checkout's solc-js as a binary; stands in for one that is installed or downloaded."""
    with compiling._npm_solc("0.8.37") as launcher:
        assert launcher is not None
        yield launcher


@pytest.fixture
def installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """As in a wheel: the contracts and what they import inside the package, no solc."""
    package = tmp_path / "site-packages" / "oracle" / "chain"
    shutil.copytree(ROOT / "contracts", package / "contracts")
    for entry in ("contracts/Competition.sol", "contracts/AuditorQuorum.sol"):
        for name, text in sources(ROOT, entry).items():
            copy = source_path(package, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text)
    monkeypatch.setattr(compiling, "__file__", str(package / "compile.py"))
    monkeypatch.setattr(solcx.install, "get_executable", _not_installed)
    yield package


def _not_installed(version: str) -> Path:
    raise SolcNotInstalled(version)


def test_fresh_compilation_equals_committed_artifact(compiled: CompiledContract) -> None:
    assert compiled.to_json() == ARTIFACT.read_text()
    assert compiled == load_competition()


def test_hardhat_gives_the_same_bytes(
    compiled: CompiledContract, hardhat_artifact: dict[str, Any]
) -> None:
    assert "0x" + compiled.bytecode.hex() == hardhat_artifact["bytecode"]
    assert "0x" + compiled.deployed_bytecode.hex() == hardhat_artifact["deployedBytecode"]
    assert compiled.abi == hardhat_artifact["abi"]


def test_artifact_settings_are_the_pinned_ones() -> None:
    pinned = json.loads((ROOT / "contracts" / "solc.json").read_text())
    assert load_competition().settings == pinned["settings"]


def test_runtime_code_fits_on_every_chain() -> None:
    assert 0 < len(load_competition().deployed_bytecode) < 24_576


def test_deployed_code_is_recognised(compiled: CompiledContract) -> None:
    assert matches_deployed(compiled.deployed_bytecode, compiled)


@pytest.mark.parametrize("change", [b"", b"\x00", b"other code"])
def test_other_code_is_not_recognised(compiled: CompiledContract, change: bytes) -> None:
    assert not matches_deployed(change, compiled)
    assert not matches_deployed(compiled.deployed_bytecode + change + b"\x00", compiled)


def test_a_single_changed_byte_is_noticed(compiled: CompiledContract) -> None:
    code = bytearray(compiled.deployed_bytecode)
    code[-1] ^= 1
    assert not matches_deployed(bytes(code), compiled)


def test_immutable_values_may_differ_and_nothing_else(compiled: CompiledContract) -> None:
    masked = replace(compiled, immutable_references=(ImmutableReference(start=4, length=32),))
    code = bytearray(compiled.deployed_bytecode)
    code[4:36] = b"\xff" * 32
    assert matches_deployed(bytes(code), masked)
    code[36] ^= 1
    assert not matches_deployed(bytes(code), masked)


def test_immutable_references_are_ordered_by_place() -> None:
    by_declaration = {"7": [{"start": 90, "length": 32}], "3": [{"start": 10, "length": 20}]}
    assert compiling._immutable_references(by_declaration) == (
        ImmutableReference(start=10, length=20),
        ImmutableReference(start=90, length=32),
    )


def test_no_compiler_and_no_download_cannot_be_decided(
    installed_package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(version: str) -> None:
        raise requests.ConnectionError("no network")

    monkeypatch.setattr(solcx, "install_solc", offline)
    with pytest.raises(Undecidable, match="cannot be downloaded") as caught:
        compile_competition()
    assert "python -m solcx.install v0.8.37" in caught.value.hint
    assert "--skip-code" in caught.value.hint


def test_installed_package_brings_its_sources_and_downloads_the_compiler(
    installed_package: Path,
    checkout_solc: Path,
    compiled: CompiledContract,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_for: list[str] = []

    def install(version: str) -> None:
        asked_for.append(version)
        monkeypatch.setattr(solcx.install, "get_executable", lambda version: checkout_solc)

    monkeypatch.setattr(solcx, "install_solc", install)
    assert compile_competition() == compiled
    assert asked_for == ["0.8.37"]


def test_missing_sources_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "__file__", str(tmp_path / "a" / "b" / "compile.py"))
    with pytest.raises(Undecidable, match="sources are not here") as caught:
        compile_competition()
    assert caught.value.hint


def test_a_missing_import_says_what_to_do(installed_package: Path) -> None:
    shutil.rmtree(installed_package / "node_modules")
    with pytest.raises(Undecidable, match="is not here: .*ECDSA.sol") as caught:
        compile_competition()
    assert "scripts/setup" in str(caught.value.hint)


def test_sources_that_do_not_compile_are_refused(
    installed_package: Path, checkout_solc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = installed_package / "contracts" / "Competition.sol"
    broken.write_text("contract Competition { not solidity }")
    monkeypatch.setattr(solcx.install, "get_executable", lambda version: checkout_solc)
    with pytest.raises(OracleError, match="do not compile"):
        compile_competition()


def test_main_rewrites_the_artifact(
    tmp_path: Path, compiled: CompiledContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = tmp_path / "artifacts" / "Competition.json"
    quorum_artifact = tmp_path / "artifacts" / "AuditorQuorum.json"
    monkeypatch.setattr(compiling, "ARTIFACT", artifact)
    beacon_artifact = tmp_path / "artifacts" / "DrandBeacon.json"
    monkeypatch.setattr(compiling, "QUORUM_ARTIFACT", quorum_artifact)
    monkeypatch.setattr(compiling, "BEACON_ARTIFACT", beacon_artifact)
    monkeypatch.setattr(compiling, "compile_competition", lambda: compiled)
    compiling.main()
    assert artifact.read_text() == ARTIFACT.read_text()
    assert quorum_artifact.read_text() == QUORUM_ARTIFACT.read_text()
    assert beacon_artifact.read_text() == BEACON_ARTIFACT.read_text()
