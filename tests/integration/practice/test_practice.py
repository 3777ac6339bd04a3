"""A practice round: the score that the judge would have given, for strangers, within limits."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from oracle.api.app import create_app
from oracle.api.practice import Practice
from oracle.api.server import ApiServer
from oracle.assembly.practice import practice_of
from oracle.chain.state import Phase
from oracle.devnet.anvil import Anvil
from oracle.judging.bundle import MAX_PART_BYTES, read_index, read_page
from oracle.metrics import Metrics
from scoring.digest import Digest
from scoring.submission.flags import Flag
from tests.integration.competition_world import TARGET, World, picture
from tests.integration.deployed_contract import deploy_on
from tests.tiny_specs import TINY_COMPETITION, TINY_JUDGING

pytestmark = pytest.mark.integration

WITH_PRACTICE = {"practice.models": 3}


WITH_CALIBRATION, PLAIN, NOT_OVER = 1, 2, 3
"""Competitions. The plain one's judge is there at once, a calibration takes its seconds."""


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two competitions that are final, and one that is only asserted."""
    with Anvil() as anvil:
        world = World(deploy_on(anvil), tmp_path_factory.mktemp("final"))
        with world.daemon(**WITH_PRACTICE) as daemon:
            for spec in (TINY_JUDGING, TINY_COMPETITION):
                over = world.create(spec=spec)
                world.play_until_asserted(daemon, over, picture(1), picture(2))
                world.to_time(world.state(over).liveness_ends)
                world.cycle(daemon)
                assert world.state(over).phase is Phase.FINAL
            asserted = world.create()
            world.play_until_asserted(daemon, asserted, picture(1), picture(2))
            assert world.state(asserted).phase is Phase.ASSERTED
        yield world


@contextmanager
def served(world: World, **flags: Any) -> Iterator[tuple[str, Practice]]:
    flags = {**WITH_PRACTICE, "practice.per_minute": 100} | {
        name.replace("__", "."): value for name, value in flags.items()
    }
    with ExitStack() as running:
        practice = practice_of(world.settings(**flags), running)
        assert practice is not None
        app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=practice.routes())
        with ApiServer(app, "127.0.0.1", 0) as server:
            yield server.url, practice


def practise(url: str, number: int | str, image: bytes) -> requests.Response:
    return requests.post(f"{url}/practice/{number}", data=image, timeout=120)


def rows_of(world: World, competition_id: int) -> dict[str, dict[str, Any]]:
    """The published ranking, by image digest."""

    def read(digest: str) -> bytes:
        return world.store.get(Digest(bytes.fromhex(digest[2:])), max_bytes=MAX_PART_BYTES)

    index = read_index(read("0x" + world.state(competition_id).bundle_digest.hex()))
    return {row["image_digest"]: row for page in index["pages"] for row in read_page(read(page))}


@pytest.mark.parametrize("number", [WITH_CALIBRATION, PLAIN])
def test_an_image_gets_what_the_judge_gave_it_to_the_bit(final: World, number: int) -> None:
    rows = rows_of(final, number)
    assert len({row["score"] for row in rows.values()}) == 2
    with served(final) as (url, _):
        for image in (picture(1), picture(2)):
            said = practise(url, number, image).json()
            row = rows[said["image_digest"]]
            assert {name: said[name] for name in ("score", "terms", "flags")} == {
                name: row[name] for name in ("score", "terms", "flags")
            }


@pytest.fixture(scope="module")
def room(final: World) -> Iterator[str]:
    """A daemon's address, for tests that only ask: a worker takes seconds to start."""
    with served(final) as (url, _):
        yield url


def test_the_target_itself_is_scored_and_said_to_be_out(room: str) -> None:
    said = practise(room, PLAIN, TARGET).json()
    assert Flag.TARGET_COPY | Flag.DISQUALIFIED in Flag(said["flags"])
    assert int(said["score"]) > 0, "a copy is scored too, for practice"


def test_only_competitions_that_are_over_and_kept_are_practised_on(room: str) -> None:
    listed = requests.get(f"{room}/practice", timeout=5)
    assert listed.json() == {"competitions": [NOT_OVER, PLAIN, WITH_CALIBRATION]}
    too_early = practise(room, NOT_OVER, picture(3))
    hint = "practise once its result is final"
    assert (too_early.status_code, too_early.json()["do"]) == (409, hint)
    assert practise(room, 4, picture(3)).status_code == 422
    assert practise(room, "one", picture(3)).status_code == 422


def test_what_is_no_image_is_refused_and_the_next_image_is_scored(room: str) -> None:
    for data in (b"", b"no image", picture(1)[:-100]):
        assert practise(room, PLAIN, data).status_code == 422
    assert practise(room, PLAIN, picture(3)).status_code == 200


def test_too_many_and_too_often_are_told_so(final: World) -> None:
    with served(final, practice__waiting=1) as (url, practice):
        with practice.room._one:  # somebody's image is in work
            first = threading.Thread(target=practise, args=(url, PLAIN, picture(3)))
            first.start()
            while practice.room._places._value:  # looked at, not taken: the first one needs it
                time.sleep(0.01)
            answer = practise(url, PLAIN, picture(4))
        first.join()
    assert answer.status_code in (429, 503)
    assert answer.headers["Retry-After"]
    with served(final, **{"practice.per_minute": 1}) as (url, _):
        assert practise(url, 4, b"x").status_code == 422
        assert practise(url, 4, b"x").status_code == 429


def test_a_worker_that_dies_or_hangs_costs_one_image_and_an_idle_one_ends(final: World) -> None:
    with served(final) as (url, practice):
        practice.room.seconds = 0.001
        answer = practise(url, PLAIN, picture(3))
        why = "the image could not be scored in time"
        assert (answer.status_code, answer.json()["what"]) == (503, why)
        practice.room.seconds = 120
        assert practise(url, PLAIN, picture(3)).status_code == 200
        scorer = practice.room._scorer
        assert scorer is not None
        os.kill(scorer.pid, signal.SIGKILL)
        while scorer.is_running:
            pass
        practice.room.idle_seconds = 0.01
        assert practise(url, PLAIN, picture(3)).status_code == 200
        timer = practice.room._timer
        assert timer is not None
        timer.join(30)
        assert practice.room._scorer is None


def test_a_model_that_is_not_the_one_on_chain_scores_nothing(final: World) -> None:
    with served(final) as (url, practice):
        path = practice.room.shelf.path(PLAIN)
        kept = path.read_bytes()
        path.write_bytes(practice.room.shelf.path(NOT_OVER).read_bytes())
        try:
            answer = practise(url, PLAIN, picture(3))
            assert answer.status_code == 503
            assert "is not the one on-chain" in answer.json()["what"]
        finally:
            path.write_bytes(kept)


def test_without_the_operators_word_there_is_no_practice(world: World) -> None:
    with ExitStack() as running:
        assert practice_of(world.settings(), running) is None
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_asserted(daemon, competition_id, picture(1), picture(2))
    assert not (world.folder / "operator" / "practice").exists()


def test_the_oldest_model_goes_when_there_are_too_many(final: World, tmp_path: Path) -> None:
    from oracle.practice.shelf import ModelShelf

    class Judge:
        spec = TINY_JUDGING

        def save(self, path: Path) -> None:
            path.write_text("model")

    shelf = ModelShelf(tmp_path / "practice", 2)
    for number in (9, 10, 11):
        shelf.keep(number, Judge())  # type: ignore[arg-type]
    assert shelf.numbers() == (11, 10)
    blocked = ModelShelf(tmp_path / "practice" / "11.model", 2)
    blocked.keep(12, Judge())  # type: ignore[arg-type]
    assert json.dumps(blocked.numbers()) == "[]", "nothing is kept, and nothing is raised"
