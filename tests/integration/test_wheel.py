"""Wheel and sdist bring the built page, and every source that compiling the contracts needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from oracle.chain.sources import OURS, sources

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.integration


def _imported() -> set[str]:
    names = sources(ROOT, "contracts/Competition.sol")
    return {name for name in names if not name.startswith(OURS)}


def _build(tree: Path, target: str, into: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(into)],
        cwd=tree,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )


def _metadata(wheel: zipfile.ZipFile) -> str:
    return wheel.read(next(n for n in wheel.namelist() if n.endswith("/METADATA"))).decode()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What a build reads of the checkout, without what npm brings and makes."""
    for name in ("contracts", "oracle", "scoring"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / "tree" / name, ignore=ignored)
    # With .gitignore, or a build would look through all of node_modules.
    for name in (
        ".gitignore",
        "pyproject.toml",
        "hatch_build.py",
        "hatch_metadata.py",
        "README.md",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, tmp_path / "tree")
    return tmp_path / "tree"


@pytest.fixture
def npm_has_run(tree: Path) -> None:
    (tree / "node_modules").symlink_to(ROOT / "node_modules")
    page = tree / "web" / "dist"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<title>page</title>")
    (page / "assets" / "index.js").write_text("//")
    (page / ".built").write_text("a stamp of scripts/setup")


@pytest.mark.usefixtures("npm_has_run")
def test_wheel_brings_the_page_and_what_the_contracts_import(tree: Path, tmp_path: Path) -> None:
    built = _build(tree, "wheel", tmp_path)
    assert built.returncode == 0, built.stderr
    wheel = zipfile.ZipFile(next(tmp_path.glob("*.whl")))
    names = set(wheel.namelist())
    assert "](docs/" not in _metadata(wheel)
    assert {f"oracle/chain/node_modules/{name}" for name in _imported()} <= names
    assert {"oracle/chain/contracts/Competition.sol", "oracle/chain/contracts/solc.json"} <= names
    page = {name for name in names if name.startswith("oracle/api/page_files/")}
    assert {name.removeprefix("oracle/api/page_files/") for name in page} == {
        "index.html",
        "assets/index.js",
    }
    assert {"oracle/py.typed", "scoring/py.typed"} <= names
    checked = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", str(wheel.filename)],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.usefixtures("npm_has_run")
def test_sdist_brings_what_a_wheel_made_of_it_needs(tree: Path, tmp_path: Path) -> None:
    built = _build(tree, "sdist", tmp_path)
    assert built.returncode == 0, built.stderr
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert {f"node_modules/{name}" for name in _imported()} <= names
    assert {"hatch_build.py", "hatch_metadata.py", "contracts/Competition.sol"} <= names
    assert {"web/dist/index.html", "web/dist/assets/index.js"} <= names


def test_without_the_built_page_no_wheel_is_built(tree: Path, tmp_path: Path) -> None:
    (tree / "node_modules").symlink_to(ROOT / "node_modules")
    built = _build(tree, "wheel", tmp_path)
    assert built.returncode != 0
    assert "the players' page is not built" in built.stderr
    assert "run scripts/setup" in built.stderr


def test_without_npm_packages_no_wheel_is_built(tree: Path, tmp_path: Path) -> None:
    built = _build(tree, "wheel", tmp_path)
    assert built.returncode != 0
    assert "a source that the contracts import is not here" in built.stderr
    assert "run scripts/setup" in built.stderr
    assert not list(tmp_path.glob("*.whl"))


@pytest.mark.usefixtures("npm_has_run")
def test_an_installed_wheel_works_away_from_the_checkout(tree: Path, tmp_path: Path) -> None:
    """Ours from the wheel, others from this environment; scripts/installs tries real ones."""
    assert _build(tree, "wheel", tmp_path).returncode == 0
    installed = tmp_path / "site"
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(installed)
    code = (
        "import oracle, pathlib, sys; from oracle.api.built_page import built_page\n"
        "from oracle.chain.compile import _source_root\n"
        "print(pathlib.Path(oracle.__file__).parents[1], built_page(), _source_root())\n"
        "from oracle.cli import main; main(['metrics', '--json'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    places, _, listed = done.stdout.partition("\n")
    assert places.split() == [
        str(installed),
        str(installed / "oracle" / "api" / "page_files"),
        str(installed / "oracle" / "chain"),
    ]
    assert {entry["name"] for entry in json.loads(listed)} >= {"rmse", "ssim", "calibrated"}
