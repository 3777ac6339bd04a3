"""Players hand digest and salt to the daemon, which reveals for them, once, in Revealing only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from oracle.daemon.schedule import Daemon
from tests.integration.competition_world import World, picture

pytestmark = pytest.mark.integration


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def body_of(world: World, competition_id: int, number: int = 0) -> dict[str, Any]:
    one = world.submissions[competition_id][number]
    return {
        "competition": competition_id,
        "ticket": one.ticket_id,
        "image_digest": "0x" + one.digest.hex(),
        "salt": "0x" + one.salt.hex(),
    }


def committed(world: World, daemon: Daemon, players: int = 2) -> int:
    competition_id = world.create()
    world.buy(competition_id, players)
    world.play_until_open(daemon, competition_id)
    world.commit(competition_id, *(picture(number) for number in range(1, players + 1)))
    return competition_id


def test_nothing_is_taken_before_revealing_begins(world: World, http: requests.Session) -> None:
    with world.daemon() as daemon, daemon.api:
        number = committed(world, daemon)
        answer = http.post(f"{daemon.api.url}/reveals", json=body_of(world, number))
        assert answer.status_code == 409
        assert "secret" in answer.json()["do"]
        world.to_time(world.state(number).open_ends)
        world.cycle(daemon)
        assert world.state(number).revealed == 0, "nothing of it was kept"


def test_what_was_handed_over_is_revealed_once_by_one_transaction(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = committed(world, daemon, 3)
        world.to_time(world.state(number).open_ends)
        url = f"{daemon.api.url}/reveals"
        for place in (0, 1, 0):
            assert http.post(url, json=body_of(world, number, place)).status_code == 202
        world.cycle(daemon)
        assert world.state(number).revealed == 2
        world.cycle(daemon)
        assert http.post(url, json=body_of(world, number)).json() == {"status": "revealed"}
        assert http.post(url, json=body_of(world, number, 2)).status_code == 202
        world.cycle(daemon)
        world.cycle(daemon)
        assert world.state(number).revealed == 3
        history = daemon.cycle.contract.history(number, daemon.cycle.contract.client.latest_block())
        assert len({event.transaction_hash for event in history.reveals}) == 2
        assert not daemon.cycle.ledger.reveals.waiting(number)


def test_a_daemon_killed_after_taking_a_reveal_still_sends_it(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = committed(world, daemon)
        world.to_time(world.state(number).open_ends)
        assert http.post(f"{daemon.api.url}/reveals", json=body_of(world, number)).ok
    with world.daemon() as daemon:
        daemon.cycle.ledger.reveals.plan(number, [1])  # killed between planning and sending
    with world.daemon() as daemon:
        world.cycle(daemon)
        world.cycle(daemon)
        assert world.state(number).revealed == 1


def test_one_that_was_revealed_by_somebody_else_does_not_stop_the_others(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = committed(world, daemon)
        world.to_time(world.state(number).open_ends)
        for place in (0, 1):
            url = f"{daemon.api.url}/reveals"
            assert http.post(url, json=body_of(world, number, place)).status_code == 202
        daemon.cycle.ledger.reveals.plan(number, [1, 2])
        first = world.submissions[number][0]
        call = world.contract.calls.reveal_submission(number, 1, first.digest, first.salt)
        world.deployed.act(first.player, call)
        world.cycle(daemon)
        world.cycle(daemon)
        assert world.state(number).revealed == 2


def test_what_does_not_open_the_commitment_is_refused(world: World, http: requests.Session) -> None:
    with world.daemon() as daemon, daemon.api:
        number = committed(world, daemon)
        world.to_time(world.state(number).open_ends)
        right = body_of(world, number)
        for change in (
            {"salt": "0x" + "00" * 32},
            {"image_digest": "0x" + "11" * 32},
            {"ticket": 2},
            {"ticket": 9},
            {"ticket": "1"},
            {"competition": 7},
            {"salt": "0x12"},
        ):
            answer = http.post(f"{daemon.api.url}/reveals", json=right | change)
            assert answer.status_code == 422, change
        assert http.post(f"{daemon.api.url}/reveals", data=b"[" * 4000).status_code == 422
        assert http.post(f"{daemon.api.url}/reveals", data=b"x" * 5000).status_code == 413
        assert not daemon.cycle.ledger.reveals.waiting(number)
