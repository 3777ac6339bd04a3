"""A dispute that auditors vote on."""

from __future__ import annotations

import pytest

from tests.integration.competition_world import World
from tests.integration.voting.voting_world import Courtroom, open_courtroom


@pytest.fixture
def room(world: World) -> Courtroom:
    """A wrong ranking, disputed."""
    room = open_courtroom(world)
    room.assert_wrongly()
    room.dispute()
    return room
