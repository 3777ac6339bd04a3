"""Fetching asks for everything at once, under one budget, whatever some of it is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from oracle.errors import ContentUnavailable
from oracle.judging.fetch import Budget, fetch_all
from oracle.judging.search import Search
from oracle.store import MAX_BLOCK_BYTES
from oracle.store.cid import cid_of
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.submission.image import MAX_IMAGE_BYTES

pytestmark = pytest.mark.unit


@dataclass
class SlowStore:
    """Holds some blocks, and takes its time over those that it does not hold."""

    blocks: dict[Digest, bytes]
    seconds: float
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    name = "slow"
    writable = False

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if digest in self.blocks:
                return self.blocks[digest]
            time.sleep(self.seconds)
            raise ContentUnavailable("nobody has it")
        finally:
            with self.lock:
                self.at_once -= 1

    def put(self, data: bytes) -> Digest:
        raise NotImplementedError

    def remove(self, digest: Digest) -> None:
        raise NotImplementedError

    def check(self) -> None:
        """It works."""


def phantoms(count: int) -> list[Digest]:
    """Digests with nothing behind them."""
    return [sha256(f"phantom {number}".encode()) for number in range(count)]


def test_digests_without_a_file_wait_for_one_another_no_longer(tmp_path: Path) -> None:
    images = {sha256(data): data for data in (b"one", b"two", b"three")}
    store = SlowStore(images, seconds=0.2)
    began = time.monotonic()
    fetched = fetch_all(
        store, EmbeddedStore(tmp_path), [*phantoms(40), *images], budget=Budget(60, 20)
    )
    assert time.monotonic() - began < 40 * 0.2 / 2
    assert set(fetched.missing) == set(phantoms(40))
    assert store.most_at_once > 10
    assert all(fetched.require(digest, "it") == data for digest, data in images.items())


def test_the_budget_is_for_all_together(tmp_path: Path) -> None:
    store = SlowStore({}, seconds=0.5)
    began = time.monotonic()
    fetched = fetch_all(
        store, EmbeddedStore(tmp_path), phantoms(1000), budget=Budget(seconds=1.0, at_once=10)
    )
    assert time.monotonic() - began < 5
    assert len(fetched.missing) == 1000
    assert "nobody was asked" in fetched.missing[phantoms(1000)[-1]]


def test_silent_sources_hold_up_no_image_behind_them(tmp_path: Path) -> None:
    images = {sha256(data): data for data in (b"one", b"two", b"three")}
    store = SlowStore(images, seconds=5.0)
    budget = Budget(seconds=3.0, at_once=4, slow_seconds=0.1)
    fetched = fetch_all(store, EmbeddedStore(tmp_path), [*phantoms(60), *images], budget=budget)
    assert set(fetched.missing) == set(phantoms(60))
    assert store.most_at_once > 30


def test_what_had_no_time_is_told_apart_from_what_nobody_has(tmp_path: Path) -> None:
    store = SlowStore({}, seconds=0.2)
    budget = Budget(seconds=1.0, at_once=2, slow_seconds=9.0)
    fetched = fetch_all(store, EmbeddedStore(tmp_path), phantoms(100), budget=budget)
    assert len(fetched.missing) == 100
    assert 80 <= len(fetched.unasked) < 100
    assert phantoms(100)[0] not in fetched.unasked and phantoms(100)[99] in fetched.unasked


def test_phantoms_take_an_images_turn_only_once(tmp_path: Path) -> None:
    image = sha256(b"an image")
    store = SlowStore({image: b"an image"}, seconds=0.1)
    budget = Budget(seconds=0.5, at_once=2, slow_seconds=9.0)
    search = Search(store)
    wanted = [*phantoms(30), image]
    looks = 0
    while (
        image
        in fetch_all(store, EmbeddedStore(tmp_path), wanted, budget=budget, search=search).missing
    ):
        looks += 1
        assert looks < 20, "the same phantoms are always the first"
    assert looks >= 2


def test_what_is_too_large_stays_so_when_it_is_served_no_longer(tmp_path: Path) -> None:
    large = bytes(MAX_IMAGE_BYTES + 1)
    cache = EmbeddedStore(tmp_path)
    fetch_all(SlowStore({sha256(large): large}, 0), cache, [sha256(large)])
    again = fetch_all(SlowStore({}, 0), cache, [sha256(large)])
    assert (again.missing, again.too_large) == ({}, {sha256(large)})


def test_what_is_here_already_is_not_asked_for_again(tmp_path: Path) -> None:
    cache = EmbeddedStore(tmp_path)
    digest = cache.put(b"here")
    store = SlowStore({}, seconds=0)
    fetched = fetch_all(store, cache, [digest, digest])
    assert (fetched.missing, store.most_at_once) == ({}, 0)


def test_a_block_too_large_for_a_submission_is_told_apart_from_a_missing_one(
    tmp_path: Path,
) -> None:
    large = bytes(MAX_IMAGE_BYTES + 1)
    assert len(large) < MAX_BLOCK_BYTES
    fetched = fetch_all(
        SlowStore({sha256(large): large}, 0), EmbeddedStore(tmp_path), [sha256(large)]
    )
    assert fetched.missing == {} and fetched.too_large == {sha256(large)}


def test_a_stop_in_the_middle_is_obeyed_within_a_second_or_two(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def progress(stage: str, done: int, total: int) -> None:
        if time.monotonic() - began > 0.3:
            raise Stop

    began = time.monotonic()
    with pytest.raises(Stop):
        fetch_all(SlowStore({}, 2.0), EmbeddedStore(tmp_path), phantoms(100), progress=progress)
    assert time.monotonic() - began < 4


def test_ten_thousand_images_are_not_read_again_in_every_look_for_one_that_is_missing(
    tmp_path: Path,
) -> None:
    class Counting(EmbeddedStore):
        reads = 0

        def get(self, digest: Digest, *, max_bytes: int) -> bytes:
            type(self).reads += 1
            return super().get(digest, max_bytes=max_bytes)

    cache, store = Counting(tmp_path), SlowStore({}, 0)
    here = [cache.put(f"image {number}".encode()) for number in range(20)]
    search = Search(store)
    fetch_all(store, cache, [*here, *phantoms(1)], search=search)
    Counting.reads = 0
    fetched = fetch_all(store, cache, [*here, *phantoms(1)], search=search)
    assert (Counting.reads, set(fetched.missing)) == (1, set(phantoms(1)))
    (changed,) = tmp_path.glob(f"blocks/*/{cid_of(here[0])}")
    changed.write_bytes(b"rot")
    fetched = fetch_all(store, cache, [*here, *phantoms(1)], search=search)
    assert set(fetched.missing) == {here[0], *phantoms(1)}, "what has changed is read"
