"""Series on a chain of the test's own."""

from __future__ import annotations

import pytest

from tests.integration.competition_world import World
from tests.integration.series.series_world import SeriesWorld


@pytest.fixture
def series(world: World) -> SeriesWorld:
    return SeriesWorld(world)
