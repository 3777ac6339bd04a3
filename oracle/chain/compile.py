"""Compiles the contract from its sources, so that deployed code can be checked against them.

Version and settings come from `contracts/solc.json`, which Hardhat reads too; both compilations
give the same bytes. `python -m oracle.chain.compile` rewrites the committed artifacts.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any, Final, cast

import requests
import solcx
from solcx import wrapper
from solcx.exceptions import SolcInstallationError, SolcNotInstalled

from oracle.chain.sources import OURS, sources
from oracle.errors import OracleError, Undecidable

ARTIFACT: Final = Path(__file__).parent / "artifacts" / "Competition.json"
QUORUM_ARTIFACT: Final = ARTIFACT.with_name("AuditorQuorum.json")
BEACON_ARTIFACT: Final = ARTIFACT.with_name("DrandBeacon.json")

_COMPETITION: Final = "Competition"
_QUORUM: Final = "AuditorQuorum"
_BEACON: Final = "DrandBeacon"
# Hardhat gives our sources such names; the compiler must see the same ones.
_PROJECT: Final = "project/"


@dataclass(frozen=True)
class ImmutableReference:
    """Where the deployed code holds an immutable value, in bytes; zero there before deployment."""

    start: int
    length: int


@dataclass(frozen=True)
class CompiledContract:
    """What the compiler made of the sources.

    `bytecode` is the creation code; `settings` is the standard-JSON settings object without its
    output selection.
    """

    abi: list[dict[str, Any]]
    bytecode: bytes
    deployed_bytecode: bytes
    immutable_references: tuple[ImmutableReference, ...]
    settings: Mapping[str, Any]

    def to_json(self) -> str:
        """The committed artifact's text."""
        document = {
            "abi": self.abi,
            "bytecode": "0x" + self.bytecode.hex(),
            "deployedBytecode": "0x" + self.deployed_bytecode.hex(),
            "immutableReferences": [
                {"start": reference.start, "length": reference.length}
                for reference in self.immutable_references
            ],
            "settings": self.settings,
        }
        return json.dumps(document, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> CompiledContract:
        """Reads what `to_json` wrote."""
        document = json.loads(text)
        return cls(
            abi=document["abi"],
            bytecode=bytes.fromhex(document["bytecode"][2:]),
            deployed_bytecode=bytes.fromhex(document["deployedBytecode"][2:]),
            immutable_references=tuple(
                ImmutableReference(start=reference["start"], length=reference["length"])
                for reference in document["immutableReferences"]
            ),
            settings=document["settings"],
        )


def load_competition() -> CompiledContract:
    """The contract as committed with this version; needs no compiler."""
    return CompiledContract.from_json(ARTIFACT.read_text(encoding="utf-8"))


def load_quorum() -> CompiledContract:
    """The auditors' quorum as committed with this version; needs no compiler."""
    return CompiledContract.from_json(QUORUM_ARTIFACT.read_text(encoding="utf-8"))


def load_beacon() -> CompiledContract:
    """The drand beacon's verifier as committed with this version; needs no compiler."""
    return CompiledContract.from_json(BEACON_ARTIFACT.read_text(encoding="utf-8"))


def compile_competition() -> CompiledContract:
    """Compiles the contract from the sources that came with this package.

    Raises `Undecidable` when no compiler of the right version is here or can be downloaded.
    """
    return _compile(_COMPETITION)


def compile_quorum() -> CompiledContract:
    """As `compile_competition`, the auditors' quorum."""
    return _compile(_QUORUM)


def compile_beacon() -> CompiledContract:
    """As `compile_competition`, the drand beacon's verifier."""
    return _compile(_BEACON)


def _compile(name: str) -> CompiledContract:
    entry = f"contracts/{name}.sol"
    root = _source_root()
    pinned = json.loads((root / "contracts" / "solc.json").read_text(encoding="utf-8"))
    output = _run_solc(pinned["version"], _standard_json(root, name, pinned["settings"]))
    contract = output["contracts"][_PROJECT + entry][name]
    deployed = contract["evm"]["deployedBytecode"]
    return CompiledContract(
        abi=contract["abi"],
        bytecode=bytes.fromhex(contract["evm"]["bytecode"]["object"]),
        deployed_bytecode=bytes.fromhex(deployed["object"]),
        immutable_references=_immutable_references(deployed.get("immutableReferences", {})),
        settings=pinned["settings"],
    )


def matches_deployed(code: bytes, compiled: CompiledContract) -> bool:
    """Whether `code`, read from a chain, is `compiled` up to the values of its immutables."""
    return len(code) == len(compiled.deployed_bytecode) and _masked(code, compiled) == _masked(
        compiled.deployed_bytecode, compiled
    )


def _masked(code: bytes, compiled: CompiledContract) -> bytes:
    masked = bytearray(code)
    for reference in compiled.immutable_references:
        masked[reference.start : reference.start + reference.length] = bytes(reference.length)
    return bytes(masked)


def _immutable_references(
    by_declaration: Mapping[str, list[dict[str, int]]],
) -> tuple[ImmutableReference, ...]:
    return tuple(
        sorted(
            (
                ImmutableReference(start=place["start"], length=place["length"])
                for places in by_declaration.values()
                for place in places
            ),
            key=lambda reference: reference.start,
        )
    )


def _source_root() -> Path:
    """The folder that holds `contracts/`: the checkout, or this package when it is installed."""
    here = Path(__file__).resolve()
    for root in (here.parents[2], here.parent):
        if (root / "contracts" / f"{_COMPETITION}.sol").is_file():
            return root
    raise Undecidable(
        "the contract's sources are not here",
        "install the package anew, or run from a checkout of the repository",
    )


def _standard_json(root: Path, name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    entry = f"contracts/{name}.sol"
    deployed = ["evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"]
    wanted = ["abi", "evm.bytecode.object", *deployed]
    return {
        "language": "Solidity",
        "sources": {
            _unit_name(unit): {"content": text} for unit, text in _sources(root, entry).items()
        },
        "settings": {
            **settings,
            "outputSelection": {_PROJECT + entry: {name: wanted}},
        },
    }


def _unit_name(name: str) -> str:
    return _PROJECT + name if name.startswith(OURS) else name


def _sources(root: Path, entry: str) -> dict[str, str]:
    try:
        return sources(root, entry)
    except FileNotFoundError as error:
        raise Undecidable(
            f"a source of the contract is not here: {error.filename}",
            "run scripts/setup in a checkout, or install the package anew",
        ) from error


def _run_solc(version: str, request: dict[str, Any]) -> dict[str, Any]:
    with _solc(version) as binary:
        stdout, _, _, _ = wrapper.solc_wrapper(
            solc_binary=binary, stdin=json.dumps(request), standard_json=True
        )
    # solc-js may print a notice line before its answer.
    output = cast("dict[str, Any]", json.loads(stdout[stdout.index("{") :]))
    for error in output.get("errors", []):
        if error["severity"] == "error":
            raise OracleError(
                "the contract's sources do not compile", error["formattedMessage"].strip()
            )
    return output


@contextmanager
def _solc(version: str) -> Iterator[Path]:
    """A compiler of exactly this version: installed, from npm, or downloaded, in this order."""
    try:
        yield solcx.install.get_executable(version)
        return
    except SolcNotInstalled:
        pass
    with _npm_solc(version) as launcher:
        yield launcher or _downloaded_solc(version)


@contextmanager
def _npm_solc(version: str) -> Iterator[Path | None]:
    """npm's solc-js behind a launcher that looks like a native solc; None where it is not here.

    The launcher names Node by its full path: inside a virtual environment it may be on no PATH. It
    goes through a file because solc-js exits before a pipe has taken more than 64 KiB.
    """
    folder = Path(__file__).resolve().parents[2] / "node_modules" / "solc"
    beside_python = Path(sys.executable).parent / "node"
    node = str(beside_python) if beside_python.is_file() else shutil.which("node")
    if node is None or not _is_version(folder / "package.json", version):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="judge-solc-") as temporary:
        launcher = Path(temporary) / "solc"
        question, answer = Path(temporary) / "question", Path(temporary) / "answer"
        launcher.write_text(
            "#!/bin/sh\n"
            # Through a file too: of a pipe solc-js reads only what is already there (EAGAIN).
            f'case " $* " in *" --standard-json "*) cat;; esac >{quote(str(question))}\n'
            f'{quote(node)} {quote(str(folder / "solc.js"))} "$@" '
            f"<{quote(str(question))} >{quote(str(answer))}\n"
            f"status=$?; cat {quote(str(answer))}; exit $status\n"
        )
        launcher.chmod(0o700)
        yield launcher


def _is_version(package_json: Path, version: str) -> bool:
    if not package_json.is_file():
        return False
    return bool(json.loads(package_json.read_text(encoding="utf-8"))["version"] == version)


def _downloaded_solc(version: str) -> Path:
    try:
        solcx.install_solc(version)
    except (requests.RequestException, SolcInstallationError) as error:
        raise Undecidable(
            f"no Solidity compiler {version} is here and it cannot be downloaded",
            f"install it with: python -m solcx.install v{version} (a checkout's scripts/setup "
            "brings one), or leave this check out with --skip-code",
        ) from error
    return solcx.install.get_executable(version)


def main() -> None:
    """Rewrites the committed artifacts from the sources."""
    ARTIFACT.parent.mkdir(exist_ok=True)
    ARTIFACT.write_text(compile_competition().to_json(), encoding="utf-8")
    QUORUM_ARTIFACT.write_text(compile_quorum().to_json(), encoding="utf-8")
    BEACON_ARTIFACT.write_text(compile_beacon().to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
