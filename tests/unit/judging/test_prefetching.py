"""What is revealed is fetched before it is judged; a thousand phantoms hold nothing up."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock

import pytest

from oracle.errors import ContentUnavailable
from oracle.judging.fetch import Budget, fetch_all
from oracle.judging.prefetch import Prefetch
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

MISS_SECONDS = 0.05


class SlowToMiss(EmbeddedStore):
    """A store that takes its time to say that it has not got something, as a network does."""

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        try:
            return super().get(digest, max_bytes=max_bytes)
        except ContentUnavailable:
            time.sleep(MISS_SECONDS)
            raise


def wait_until(there: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.02)


def has(cache: EmbeddedStore, digest: Digest) -> bool:
    try:
        cache.get(digest, max_bytes=1 << 20)
    except ContentUnavailable:
        return False
    return True


def test_two_hundred_images_among_a_thousand_phantoms_cost_the_judging_no_time(
    tmp_path: Path,
) -> None:
    store, cache = SlowToMiss(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    phantoms = [sha256(f"phantom {number}".encode()) for number in range(1000)]
    images = [store.put(f"image {number}".encode()) for number in range(200)]
    # The phantoms are revealed first.
    with Prefetch(store, cache) as prefetch:
        prefetch.want(phantoms + images)
        wait_until(lambda: all(has(cache, image) for image in images))
    started = time.monotonic()
    fetched = fetch_all(store, cache, phantoms + images, budget=Budget(seconds=2.0))
    took = time.monotonic() - started
    assert set(fetched.missing) == set(phantoms)
    print(f"1,000 phantoms among 1,200 entries: {took:.1f} s after they were prefetched")
    assert took < 10, "the budget, and what is cached"


def test_what_is_missing_is_looked_for_again(tmp_path: Path) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    late = sha256(b"late")
    with Prefetch(store, cache, pause_seconds=0.05) as prefetch:
        prefetch.want([late])
        time.sleep(0.2)
        assert not has(cache, late)
        store.put(b"late")
        wait_until(lambda: has(cache, late))


def test_nothing_is_looked_for_again_before_all_had_their_turn(tmp_path: Path) -> None:
    asked = {sha256(f"phantom {number}".encode()): 0 for number in range(500)}
    ahead, lock, thrice = list[int](), Lock(), Event()

    class Empty(EmbeddedStore):
        def get(self, digest: Digest, *, max_bytes: int) -> bytes:
            with lock:
                if digest in asked:  # it is also asked for what it must have, if it works
                    asked[digest] += 1
                    ahead.append(asked[digest] - min(asked.values()))
                    if min(asked.values()) == 3:
                        thrice.set()
            raise ContentUnavailable("nobody has it")

    cache = EmbeddedStore(tmp_path / "cache")
    with Prefetch(Empty(tmp_path / "store"), cache, pause_seconds=0.01) as prefetch:
        prefetch.want(asked)
        assert thrice.wait(60)
    assert max(ahead) == 1


def test_what_is_no_longer_wanted_is_not_looked_for(tmp_path: Path) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    dropped, wanted = sha256(b"dropped"), sha256(b"wanted")
    with Prefetch(store, cache, pause_seconds=0.05) as prefetch:
        prefetch.want([dropped, wanted])
        prefetch.drop([dropped])
        # Once what is wanted later is here, whatever went on at the time of the drop is over.
        prefetch.want([store.put(b"later")])
        wait_until(lambda: has(cache, sha256(b"later")))
        store.put(b"dropped"), store.put(b"wanted")
        wait_until(lambda: has(cache, wanted))
    assert not has(cache, dropped)


def test_it_stops_at_once_in_the_middle_of_its_work(tmp_path: Path) -> None:
    store, cache = SlowToMiss(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    with Prefetch(store, cache) as prefetch:
        prefetch.want(sha256(bytes([n, m])) for n in range(256) for m in range(8))
        time.sleep(0.1)
        started = time.monotonic()
    assert time.monotonic() - started < 5
