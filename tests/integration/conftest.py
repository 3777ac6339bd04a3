"""A real chain for the integration tests, and worlds around it: see `competition_world`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from oracle.devnet.anvil import Anvil
from tests.integration.competition_world import World, picture
from tests.integration.deployed_contract import Deployed, deploy_on


@pytest.fixture(scope="module", autouse=True)
def nothing_of_ours_stays() -> Iterator[None]:
    """Decoders, painters and other processes of this package end with whoever started them."""
    before = set(psutil.Process().children())
    yield
    left = []
    for process in set(psutil.Process().children()) - before:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ends just now
            left += [process.cmdline()]
    assert not [command for command in left if any(part.startswith("oracle.") for part in command)]


@pytest.fixture(scope="session")
def shared_deployed() -> Iterator[Deployed]:
    with Anvil() as anvil:
        yield deploy_on(anvil)


@pytest.fixture
def deployed(shared_deployed: Deployed) -> Iterator[Deployed]:
    """The contract on the shared chain, whose state goes back after the test."""
    snapshot = shared_deployed.anvil.snapshot()
    yield shared_deployed
    shared_deployed.anvil.set_automine(True)
    shared_deployed.anvil.revert(snapshot)


@pytest.fixture
def own_deployed() -> Iterator[Deployed]:
    """The contract on a chain of the test's own: for reorgs, stopped mining, moved clocks."""
    with Anvil() as anvil:
        yield deploy_on(anvil)


@pytest.fixture
def world(own_deployed: Deployed, tmp_path: Path) -> World:
    """A world of its own for every test."""
    return World(own_deployed, tmp_path)


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which competition 1, of three tickets, has an asserted ranking; only to look."""
    with Anvil() as anvil:
        world = World(deploy_on(anvil), tmp_path_factory.mktemp("judged"))
        competition_id = world.create()
        with world.daemon() as daemon:
            contents = picture(1), picture(2), b"no image"
            world.play_until_asserted(daemon, competition_id, *contents)
        yield world
