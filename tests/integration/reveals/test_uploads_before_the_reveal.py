"""Nobody sees an upload before its reveal; after it, it is in the store, and judged."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import requests

from oracle.chain.state import Phase
from oracle.daemon.schedule import Daemon
from oracle.ledger.ledger import Step
from oracle.store.cid import cid_of
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256
from tests.integration.competition_world import World, picture

pytestmark = pytest.mark.integration

IMAGES = picture(1), picture(2)
DIGESTS = tuple(sha256(image) for image in IMAGES)


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def in_store(world: World) -> list[bool]:
    return [world.store.stamp(digest) is not None for digest in DIGESTS]


def waiting(world: World, home: str = "operator") -> list[bool]:
    folder = EmbeddedStore(world.folder / home / "uploads")
    return [folder.stamp(digest) is not None for digest in DIGESTS]


def handed_in(world: World, daemon: Daemon, http: requests.Session, opener: Daemon) -> int:
    """A competition in Open, whose images were handed in to `daemon` and are nowhere else."""
    number = world.create()
    world.buy(number)
    world.play_until_open(opener, number)
    for image in IMAGES:
        assert http.post(f"{daemon.api.url}/images", data=image).status_code == 200
    world.commit(number, *DIGESTS)
    return number


def revealed(world: World, number: int) -> None:
    world.to_time(world.state(number).open_ends)
    world.reveal(number)


def seeded(world: World, daemon: Daemon, number: int) -> None:
    world.to_time(world.state(number).reveal_ends)
    world.cycle(daemon)
    world.anvil.mine(17)
    world.cycle(daemon)


def judged(world: World, daemon: Daemon, number: int) -> None:
    """From a pinned seed to an assertion that calls no image unavailable."""
    for _ in range(2):
        assert not world.cycle(daemon).failed
    assert world.state(number).phase is Phase.ASSERTED
    published = daemon.cycle.ledger.steps(number)[Step.BUNDLE_PINNED]
    assert "given_up" not in published.data


def test_an_upload_is_in_no_store_until_it_is_revealed_and_then_it_is_judged(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = handed_in(world, daemon, http, daemon)
        world.cycle(daemon)
        assert (in_store(world), waiting(world)) == ([False] * 2, [True] * 2)
        # A second device has the secret alone, and so knows the image's name.
        served = http.get(f"{daemon.api.url}/ipfs/{cid_of(DIGESTS[0])}")
        assert (served.status_code, served.content) == (200, IMAGES[0])
        preview = http.get(f"{daemon.api.url}/previews/128/{cid_of(DIGESTS[0])}")
        assert preview.headers["Content-Type"] == "image/jpeg"
        assert in_store(world) == [False] * 2, "who asks for an image moves it nowhere"
        world.to_time(world.state(number).open_ends)
        world.cycle(daemon)
        assert in_store(world) == [False] * 2, "Revealing alone reveals nothing"
        world.reveal(number)
        world.cycle(daemon)
        assert (in_store(world), waiting(world)) == ([True] * 2, [False] * 2)
        assert http.get(f"{daemon.api.url}/ipfs/{cid_of(DIGESTS[0])}").content == IMAGES[0]
        seeded(world, daemon, number)
        judged(world, daemon, number)


def test_beside_an_ipfs_node_an_upload_is_shown_to_who_knows_its_name_and_the_node_is_not_asked(
    world: World, http: requests.Session
) -> None:
    # Nothing listens there: whoever asked it would fail.
    with world.daemon(store__url="kubo:/ip4/127.0.0.1/tcp/1") as daemon, daemon.api:
        assert http.post(f"{daemon.api.url}/images", data=IMAGES[0]).status_code == 200
        served = http.get(f"{daemon.api.url}/ipfs/{cid_of(DIGESTS[0])}")
        assert (served.status_code, served.content) == (200, IMAGES[0])
        assert http.get(f"{daemon.api.url}/ipfs/{cid_of(DIGESTS[1])}").status_code == 404


def test_other_users_of_the_machine_cannot_read_what_waits(world: World) -> None:
    with world.daemon():
        assert (world.folder / "operator" / "uploads").stat().st_mode & 0o077 == 0


def test_a_store_that_is_down_at_the_reveal_costs_nobody_an_image(
    world: World, http: requests.Session, caplog: pytest.LogCaptureFixture
) -> None:
    flags = {"judge__give_up_missing_fraction": "0", "judge__give_up_after_seconds": "0"}
    with world.daemon(**flags) as daemon, daemon.api:
        number = handed_in(world, daemon, http, daemon)
        broken = world.folder / "content" / "incoming"
        broken.rename(broken.with_name("elsewhere"))
        broken.touch()
        revealed(world, number)
        with caplog.at_level(logging.WARNING):
            for _ in range(3):
                assert not world.cycle(daemon).failed, "it is the store's trouble alone"
        assert [r.msg for r in caplog.records].count("revealed uploads not published") == 1
        seeded(world, daemon, number)
        for _ in range(5):
            world.cycle(daemon)
        assert world.state(number).phase is Phase.JUDGING, "the seed needs no store"
        assert (in_store(world), waiting(world)) == ([False] * 2, [True] * 2)
        broken.unlink()
        judged(world, daemon, number)


def test_a_daemon_that_was_killed_before_it_published_does_so_after_its_start(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = handed_in(world, daemon, http, daemon)
    revealed(world, number)
    assert in_store(world) == [False] * 2
    # Uploads may be off by then: what was promised is kept.
    with world.daemon(uploads__max_total_mib="0") as daemon:
        world.cycle(daemon)
        assert (in_store(world), waiting(world)) == ([True] * 2, [False] * 2)


def test_an_upload_for_another_operators_competition_is_published_at_its_reveal(
    world: World, http: requests.Session
) -> None:
    other = world.folder / "other.key"
    other.touch(mode=0o600)
    other.write_text(world.deployed.players[-1].key)
    with world.daemon() as opener, world.daemon("other", signer__key_file=str(other)) as daemon:
        with daemon.api:
            number = handed_in(world, daemon, http, opener)
            world.cycle(daemon)
            assert (in_store(world), waiting(world, "other")) == ([False] * 2, [True] * 2)
        revealed(world, number)
        world.cycle(daemon)
        assert (in_store(world), waiting(world, "other")) == ([True] * 2, [False] * 2)


def test_an_upload_that_nobody_revealed_is_removed_when_its_time_is_over(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        handed_in(world, daemon, http, daemon)
        book = daemon.cycle.ledger.pins
        book.record(DIGESTS[0], len(IMAGES[0]), 1)
        world.cycle(daemon)
        assert (in_store(world), waiting(world)) == ([False] * 2, [False, True])
        assert book.digests() == {DIGESTS[1]}


def test_an_expired_upload_of_an_earlier_version_stays_in_the_store_if_it_was_revealed(
    world: World, http: requests.Session
) -> None:
    with world.daemon() as daemon, daemon.api:
        number = handed_in(world, daemon, http, daemon)
        book = daemon.cycle.ledger.pins
        for image in IMAGES:
            world.store.put(image)
            EmbeddedStore(world.folder / "operator" / "uploads").remove(sha256(image))
            book.record(sha256(image), len(image), 1)
        del world.submissions[number][1]
        revealed(world, number)
        world.cycle(daemon)
        assert not book.digests()
        assert in_store(world) == [True, False]
