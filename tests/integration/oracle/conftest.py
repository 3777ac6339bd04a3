"""A world of its own for every test, and one finished competition for those that only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from competition_world import World, picture
from deployed_contract import Deployed, deploy_on

from oracle.chain.anvil import Anvil


@pytest.fixture
def world(own_deployed: Deployed, tmp_path: Path) -> World:
    return World(own_deployed, tmp_path)


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which competition 1, of three tickets, has an asserted ranking."""
    with Anvil() as anvil:
        world = World(deploy_on(anvil), tmp_path_factory.mktemp("judged"))
        competition_id = world.create()
        with world.daemon() as daemon:
            contents = picture(1), picture(2), b"no image"
            world.play_until_asserted(daemon, competition_id, *contents)
        yield world
