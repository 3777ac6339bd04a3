"""Full disks, stores that are down, clocks that are wrong, and whoever is not meant."""

from __future__ import annotations

import dataclasses
import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import event

from oracle.accounts.player import Player
from oracle.accounts.prompter import Drawn
from oracle.assembly.accounts import open_player, open_prompter
from oracle.errors import ContentNotStored
from oracle.studio import shelf
from oracle.studio.running import RunningStudio
from scoring.digest import Digest, sha256
from tests.integration.competition_world import World
from tests.integration.studio.desk import (
    LIMIT,
    Page,
    open_session,
    opened,
    permit_for,
    player_settings,
    signed_by,
)

pytestmark = pytest.mark.integration

WORDS = {
    "another script": "赤い家と緑の丘",
    "right to left": "بيت أحمر على تل أخضر",
    "emoji alone": "🏠🌳☀️",
    "zero-width signs between letters": "a\u200b red\u200d ho\u2060use",
    "a right-to-left override": "a \u202ered house\u202c",
    "accents": "une maison à côté de la forêt, été",
}


def test_words_of_every_script_get_an_image(world: World, studio: RunningStudio) -> None:
    number = opened(world, players=1, limit=len(WORDS))
    page = Page(world, studio.api.url, number)
    for place, (name, words) in enumerate(WORDS.items()):
        told = page.drawn(words)
        assert (told["state"], told["index"]) == ("done", place), name
        assert not set(told["prompt"]) & set("\u200b\u200d\u2060\u202e\u202c"), name
    assert "a red house" in [prompt["prompt"] for prompt in page.overview()["prompts"]]
    assert page.overview()["left"] == 0


def test_two_devices_share_one_tickets_prompts(world: World, studio: RunningStudio) -> None:
    number = opened(world, players=1)
    phone, laptop = (Page(world, studio.api.url, number) for _ in range(2))
    claim, studio.worker._studio.book.claim = studio.worker._studio.book.claim, lambda: None
    first = phone.ask("a tree")
    second = laptop.ask("a house")
    assert (first.status_code, second.status_code) == (202, 409)
    assert "not finished" in second.json()["what"]
    studio.worker._studio.book.claim = claim  # type: ignore[method-assign]
    assert laptop.end_of(first.json()["number"])["state"] == "done"
    assert phone.overview() == laptop.overview()
    assert laptop.overview()["left"] == LIMIT - 1
    assert laptop.drawn("a house")["index"] == 1


def test_a_disk_without_room_for_an_image_costs_no_prompt(
    world: World, studio: RunningStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(world, studio.api.url, opened(world, players=1))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shelf, "write_private", full)
        told = page.drawn("a tree")
        with only_here(studio):
            refused = page.drawn("a house")
        assert (told["state"], told["index"]) == ("done", 0), "it can be drawn again"
        assert (refused["state"], refused["index"]) == ("failed", None)
        assert "No space left" in refused["reason"] and page.overview()["left"] == LIMIT - 1
        digest = told["image_digest"].removeprefix("0x")
        assert sha256(page.get(f"images/{digest}").content).hex() == digest
    assert page.drawn("a house")["index"] == 1


@contextmanager
def only_here(studio: RunningStudio) -> Iterator[None]:
    """A generator that draws nothing twice, as a neural network on a GPU."""
    worker = studio.worker
    exact = worker._maker
    backend = Mock(wraps=exact.backend)
    backend.name = exact.backend.name
    model = exact.backend.model(seconds=60)
    backend.model = lambda *, seconds: dataclasses.replace(model, is_exact=False)
    worker._maker = dataclasses.replace(exact, backend=backend)
    try:
        yield
    finally:
        worker._maker = exact


def images_on_disk(studio: RunningStudio) -> list[Path]:
    """The files of the shelf, once nothing is under way."""
    folder = studio.worker._maker.shelf._folder
    ends = time.monotonic() + 10
    while studio.worker._maker.shelf._held:
        assert time.monotonic() < ends
        time.sleep(0.01)
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_sketch_that_the_disk_lost_is_drawn_again_for_player_and_public(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world, players=1)
    settings = player_settings(world, 0, studio.api.url)
    with open_prompter(settings) as prompter, open_player(settings) as account:
        drawn = prompter.draw(number, 1, "a red house")
        (file,) = images_on_disk(studio)
        file.unlink()
        page = Page(world, studio.api.url, number)
        assert page.get(f"images/{drawn.digest.hex()}").content == drawn.path.read_bytes()
        (file,) = images_on_disk(studio)  # it is kept again
        kept = file.read_bytes()
        file.write_bytes(kept[:1000])  # by a power cut
        reveal(world, account, number, drawn)
    publisher = studio.publishing._publisher
    publisher.run_once()
    assert publisher.store.get(drawn.digest, max_bytes=1 << 20) == drawn.path.read_bytes()
    assert file.read_bytes() == kept, "it would be drawn again each time"


def reveal(world: World, account: Player, number: int, drawn: Drawn) -> None:
    """The only ticket's image is handed in and shown, and the time for that is over."""
    account.submit(number, drawn.path.read_bytes(), 1)
    world.to_time(world.state(number).open_ends)
    account.reveal(number, 1)
    world.to_time(world.state(number).reveal_ends)


def test_a_lost_image_is_said_where_it_is_drawn_otherwise_now(
    world: World, studio: RunningStudio
) -> None:
    page = Page(world, studio.api.url, opened(world, players=1))
    told = page.drawn("a red house")
    (file,) = images_on_disk(studio)
    file.unlink()
    with studio.worker._studio.book._engine.begin() as book:
        book.exec_driver_sql("UPDATE prompts SET text = 'a blue house'")
    answer = page.get(f"images/{told['image_digest'].removeprefix('0x')}")
    assert answer.status_code == 422 and "no such image" in answer.json()["what"]


def test_a_disk_without_room_for_the_book_refuses_and_keeps_what_it_took(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world, players=5, limit=2)
    pages = [Page(world, studio.api.url, number, player) for player in range(5)]
    is_full = True

    def checkout(connection: object, _record: object, _proxy: object) -> None:
        most = 1 if is_full else 1 << 30  # no page more than there are, or as many as you like
        connection.execute(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]

    event.listen(studio.worker._studio.book._engine, "checkout", checkout)
    words = "a red house on a hill " * 45
    answers = [page.ask(words, "key") for page in pages]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} <= {202, 503} and refused
    assert "full" in refused[0].json()["what"] and "room" in refused[0].json()["do"]
    is_full = False
    for page in pages:
        told = page.drawn(words, "key")  # the same key: whether it was taken does not matter
        assert (told["state"], told["index"]) == ("done", 0)
        assert page.overview()["left"] == 1


def test_a_store_that_is_down_delays_what_becomes_public_and_loses_nothing(
    world: World, studio: RunningStudio
) -> None:
    number = opened(world, players=1)
    settings = player_settings(world, 0, studio.api.url)
    with open_prompter(settings) as prompter, open_player(settings) as account:
        drawn = prompter.draw(number, 1, "a red house")
        reveal(world, account, number, drawn)
    publisher = studio.publishing._publisher
    store, publisher.store = publisher.store, Down()  # type: ignore[assignment]
    publisher.run_once()
    assert number not in publisher.published
    page = Page(world, studio.api.url, number)
    assert page.get(f"images/{drawn.digest.hex()}").status_code == 200
    publisher.store = store
    publisher.run_once()
    assert store.get(drawn.digest, max_bytes=1 << 20) == drawn.path.read_bytes()


class Down:
    """A store that takes nothing."""

    def put(self, content: bytes) -> Digest:
        raise ContentNotStored("the store is down", "start it")


@pytest.mark.parametrize("days", [-400, 400])
def test_a_studio_whose_own_clock_is_wrong_goes_by_the_chains(
    world: World, studio: RunningStudio, days: int
) -> None:
    def wrong() -> float:
        return time.time() + days * 86_400

    page = Page(world, studio.api.url, opened(world, players=1))
    assert page.drawn("a tree")["index"] == 0
    worker = studio.worker
    worker._maker = dataclasses.replace(worker._maker, clock=wrong)
    worker._studio.book._clock = wrong
    assert page.drawn("a bigger tree")["index"] == 1
    assert page.overview()["left"] == LIMIT - 2


@pytest.mark.parametrize("seconds", [-10, 0, 61 * 86_400])
def test_a_player_whose_clock_is_wrong_is_told_so(
    world: World, studio: RunningStudio, seconds: int
) -> None:
    permit = permit_for(world, opened(world, players=1), 1, seconds)
    answer = open_session(studio.api.url, permit, signed_by(world, 0, permit))
    assert answer.status_code == 422
    assert "deadline" in answer.json()["what"] and "clock" in answer.json()["do"]


def test_a_studio_that_the_terms_do_not_name_takes_nobody(
    world: World, studio: RunningStudio
) -> None:
    other = world.deployed.players[8].address
    number = world.create(studio=other, prompt_limit=LIMIT)
    world.buy(number, 1)
    permit = permit_for(world, number, 1)
    answer = open_session(studio.api.url, permit, signed_by(world, 0, permit))
    assert answer.status_code == 422
    assert "does not name this studio" in answer.json()["what"]
    assert other in answer.json()["do"]

    meant = dataclasses.replace(permit_for(world, number, 1), studio=other)
    answer = open_session(studio.api.url, meant, signed_by(world, 0, meant))
    assert answer.status_code == 422 and "signed for the studio" in answer.json()["what"]
