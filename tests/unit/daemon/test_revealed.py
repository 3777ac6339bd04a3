"""What was revealed is read when there is more of it, and let go when it is over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.assembly.cycle_bench import STANDING_STATE
from oracle.chain.state import Phase
from oracle.daemon.revealed import RevealedImages, RevealedUploads
from oracle.ledger.ledger import open_ledger
from oracle.reveals.waiting_images import WaitingImages
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256
from scoring.ranking import Entry

pytestmark = pytest.mark.unit

IMAGES = b"an image", b"another"


class World:
    """Another operator's competition, whose logs are read by the count of `reads`."""

    def __init__(self, folder: Path) -> None:
        self.reads = 0
        self.state = replace(STANDING_STATE, id=7, phase=Phase.REVEALING, revealed=0)
        contract: Any = SimpleNamespace(
            competition_count=lambda block: 7,
            state=lambda number, block: self.state,
            entries=self.entries,
        )
        roll: Any = SimpleNamespace(anybodys=lambda count: self.numbers, close=lambda number: None)
        self.numbers = [7]
        self.store = EmbeddedStore(folder / "store")
        book = open_ledger("sqlite://", 1, "0x" + "11" * 20).pins
        folder_ = EmbeddedStore(folder / "uploads")
        self.waiting = WaitingImages(folder_, self.store, book, 1 << 20, 10**10)
        self.revealed = RevealedImages(contract)
        self.uploads = RevealedUploads(contract, roll, self.revealed, self.waiting)
        self.now = 0

    def entries(self, number: int, block: object) -> list[Entry]:
        self.reads += 1
        images = IMAGES[: self.state.revealed]
        return [Entry(n, "0x" + "11" * 20, sha256(image), n) for n, image in enumerate(images)]

    def tidy(self, seconds_later: int = 60) -> None:
        self.now += seconds_later
        block: Any = SimpleNamespace(timestamp=self.now)
        self.uploads.tidy(block)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_nothing_is_read_while_no_upload_waits(world: World) -> None:
    world.state = replace(world.state, revealed=1)
    world.tidy()
    assert world.reads == 0


def test_others_competitions_are_looked_at_once_a_minute_and_read_when_there_is_more(
    world: World,
) -> None:
    world.waiting.keep(IMAGES[1], 1)
    for revealed, reads in ((0, 0), (1, 1), (1, 1), (2, 2)):
        world.state = replace(world.state, revealed=revealed)
        for seconds in (59, 1):
            world.tidy(seconds)
        assert world.reads == reads
    assert world.store.get(sha256(IMAGES[1]), max_bytes=100) == IMAGES[1]


def test_what_ended_is_not_remembered(world: World) -> None:
    world.waiting.keep(b"for another competition", 1)
    world.state = replace(world.state, revealed=1)
    world.tidy()
    assert set(world.revealed._known) == {7}
    world.numbers = []
    world.tidy()
    assert not world.revealed._known
