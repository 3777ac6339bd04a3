"""A running studio in a world of its own, and a client without the environment's proxies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from oracle.assembly.studio import open_studio
from oracle.studio.running import RunningStudio
from tests.integration.competition_world import World
from tests.integration.studio.desk import studio_settings


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def studio(world: World) -> Iterator[RunningStudio]:
    with open_studio(studio_settings(world)) as running:
        running.start()
        yield running
        running.stop()
