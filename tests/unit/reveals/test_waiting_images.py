"""Images wait for their reveal on this machine; kills and a store that is down lose none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.errors import ContentNotStored
from oracle.ledger.ledger import open_ledger
from oracle.reveals.waiting_images import WaitingImages
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

IMAGE, OTHER = b"an image", b"a rival's image"
DIGEST = sha256(IMAGE)


class Killed(BaseException):
    """The process ends here."""


class PublicStore(EmbeddedStore):
    """A store that can be down; `asked` is what it was asked for, as a node asks its peers."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[Digest] = []
        self.is_down = False

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        self.asked.append(digest)
        return super().get(digest, max_bytes=max_bytes)

    def put(self, data: bytes) -> Digest:
        if self.is_down:
            raise ContentNotStored("the store is down")
        return super().put(data)


class World:
    """A daemon's images, which a test may open again after a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = EmbeddedStore(folder / "uploads"), PublicStore(folder / "store")
        self.book = open_ledger("sqlite://", 1, "0x" + "11" * 20).pins
        self.now = 1000

    def open(self, publish_seconds: float = 10.0) -> WaitingImages:
        clock: Callable[[], float] = lambda: self.now  # noqa: E731
        parts = (self.folder, self.store, self.book, 1 << 20, 3600)
        return WaitingImages(*parts, clock=clock, publish_seconds=publish_seconds)

    def is_in(self, store: EmbeddedStore, digest: Digest = DIGEST) -> bool:
        return store.stamp(digest) is not None


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_an_image_is_neither_given_to_the_store_nor_asked_of_it_before_its_reveal(
    world: World,
) -> None:
    waiting = world.open()
    for _ in range(2):
        waiting.keep(IMAGE, world.now)
    waiting.publish([sha256(OTHER)])
    assert not world.is_in(world.store)
    assert world.store.asked == [], "a node asks its peers, who learn the name"
    assert world.folder.get(DIGEST, max_bytes=100) == IMAGE


def test_what_was_revealed_is_in_the_store_for_good_and_takes_no_room_any_more(
    world: World,
) -> None:
    waiting = world.open()
    waiting.keep(IMAGE, world.now)
    waiting.keep(OTHER, world.now)
    waiting.publish([DIGEST, DIGEST])
    assert world.is_in(world.store) and not world.is_in(world.folder)
    assert world.book.digests() == {sha256(OTHER)}
    world.now += 3601
    assert waiting.clear() == 1
    assert not world.is_in(world.folder, sha256(OTHER)) and world.is_in(world.store)


def test_while_the_store_is_down_what_was_revealed_waits_even_after_its_time(
    world: World,
) -> None:
    waiting = world.open()
    waiting.keep(IMAGE, world.now)
    world.store.is_down = True
    world.now += 3601
    with pytest.raises(ContentNotStored, match="the store is down"):
        waiting.publish([DIGEST])
    assert world.is_in(world.folder) and world.book.has(DIGEST)
    world.store.is_down = False
    waiting.publish([DIGEST])
    assert world.is_in(world.store) and waiting.is_empty()


@pytest.mark.parametrize("before", ["remove", "forget"])
def test_a_daemon_killed_while_it_publishes_goes_on_with_it(
    world: World, before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> None:
        raise Killed

    world.open().keep(IMAGE, world.now)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(world.folder if before == "remove" else world.book, before, kill)
        world.open().publish([DIGEST])
    assert world.book.has(DIGEST), "else nobody would know of what is left of it"
    world.open().publish([DIGEST])
    assert world.is_in(world.store) and not world.is_in(world.folder)
    assert world.open().is_empty()


def test_a_second_copy_of_what_was_revealed_expires_and_the_first_stays(world: World) -> None:
    world.store.put(IMAGE)
    waiting = world.open()
    waiting.keep(IMAGE, world.now)
    world.now += 3601
    assert waiting.clear() == 1
    assert world.is_in(world.store) and not world.is_in(world.folder)


def test_what_an_earlier_version_put_into_the_store_stays_if_revealed_and_else_expires(
    world: World,
) -> None:
    for image in (IMAGE, OTHER):
        world.book.record(world.store.put(image), len(image), world.now)
    waiting = world.open()
    waiting.publish([DIGEST])
    world.now += 3601
    assert waiting.clear() == 1
    assert world.is_in(world.store) and not world.is_in(world.store, sha256(OTHER))


def test_a_damaged_image_is_told_once_holds_up_no_other_and_can_be_handed_in_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = world.open()
    for image in (IMAGE, OTHER):
        waiting.keep(image, world.now)
    world.folder._path(DIGEST).write_bytes(b"an imagf")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            waiting.publish([DIGEST, sha256(OTHER)])
    assert len(caplog.records) == 1
    assert world.is_in(world.store, sha256(OTHER)) and not world.is_in(world.store)
    waiting.keep(IMAGE, world.now)
    waiting.publish([DIGEST])
    assert world.store.get(DIGEST, max_bytes=100) == IMAGE


def test_a_slow_store_keeps_the_daemon_from_nothing_and_has_all_in_the_end(world: World) -> None:
    images = [b"image %d" % number for number in range(3)]
    waiting = world.open(publish_seconds=-1)
    for image in images:
        waiting.keep(image, world.now)
    with pytest.raises(ContentNotStored, match="slow"):
        waiting.publish(map(sha256, images))
    assert not any(world.is_in(world.store, sha256(image)) for image in images)
    world.open().publish(map(sha256, images))
    assert all(world.is_in(world.store, sha256(image)) for image in images)
