"""Worlds on a real geth, where one is found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.deployed_contract import Deployed, deploy_on
from tests.integration.second_client.geth import DevGeth, Geth


@pytest.fixture(scope="session")
def binary() -> str:
    """The geth that the environment names, or of the PATH."""
    found = os.environ.get("JUDGE_TEST_GETH") or shutil.which("geth")
    if not found:
        pytest.skip("no geth: set JUDGE_TEST_GETH to a geth binary (scripts/build-geth makes one)")
    return found


@pytest.fixture(scope="module")
def geth(binary: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Geth]:
    """A node whose clock and finality the tests of one file move."""
    with Geth(binary, tmp_path_factory.mktemp("geth")) as geth:
        yield geth


@pytest.fixture(scope="module")
def placed_on_geth(geth: Geth) -> Deployed:
    """The contract on it."""
    return deploy_on(geth)


@pytest.fixture
def on_geth(geth: Geth, placed_on_geth: Deployed) -> Deployed:
    """The same, with all final that earlier tests did: a node forgets the state of old blocks."""
    geth.finalize()
    return placed_on_geth


@pytest.fixture
def dev_geth(binary: str, tmp_path: Path) -> Iterator[DevGeth]:
    """`geth --dev`, whose blocks come by themselves."""
    with DevGeth(binary, tmp_path) as geth:
        yield geth
