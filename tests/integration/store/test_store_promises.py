"""What every content store promises, asked of each kind of store by the same tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oracle.api.app import create_app
from oracle.api.server import ApiServer
from oracle.errors import BadInput, ContentUnavailable
from oracle.metrics import Metrics
from oracle.store import MAX_BLOCK_BYTES, ContentStore, cid_of, open_store
from scoring.digest import sha256

pytestmark = pytest.mark.integration

SIZES = [0, 1, 255, 256 * 1024, 256 * 1024 + 1, 1 << 20, MAX_BLOCK_BYTES]


class Pair:
    """Where to write and where to read; the same store, but for gateways."""

    def __init__(self, writing: ContentStore, reading: ContentStore | None = None) -> None:
        self.put = writing.put
        self.reading = reading or writing
        self.get = self.reading.get


def embedded(request: pytest.FixtureRequest) -> Iterator[Pair]:
    yield Pair(open_store(f"dir:{request.getfixturevalue('tmp_path')}"))


def kubo(request: pytest.FixtureRequest) -> Iterator[Pair]:
    daemon = request.getfixturevalue("kubo")
    yield Pair(open_store(f"kubo:{daemon.address}", deadline_seconds=5))


def own_gateway(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """The oracle's own API before an embedded store."""
    folder = open_store(f"dir:{request.getfixturevalue('tmp_path')}")
    app = create_app(metrics=Metrics(), stale_after_seconds=60, store=folder)
    with ApiServer(app, "127.0.0.1", 0) as server:
        yield Pair(folder, open_store(server.url, deadline_seconds=10))


def kubo_gateway(request: pytest.FixtureRequest) -> Iterator[Pair]:
    daemon = request.getfixturevalue("kubo")
    yield Pair(open_store(f"kubo:{daemon.address}"), open_store(daemon.gateway_url))


def fallback(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two folders as one store, the second of them empty."""
    folder: Path = request.getfixturevalue("tmp_path")
    yield Pair(open_store(f"dir:{folder}/first, dir:{folder}/second"))


@pytest.fixture(params=[embedded, kubo, own_gateway, kubo_gateway, fallback])
def store(request: pytest.FixtureRequest) -> Iterator[Pair]:
    yield from request.param(request)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_put_comes_back_under_its_sha256(store: Pair, size: int) -> None:
    data = os.urandom(size)
    digest = store.put(data)
    assert digest == sha256(data)
    assert store.get(digest, max_bytes=MAX_BLOCK_BYTES) == data


def test_putting_the_same_twice_is_fine(store: Pair) -> None:
    data = os.urandom(1000)
    assert store.put(data) == store.put(data)
    assert store.get(sha256(data), max_bytes=1000) == data


def test_the_cap_is_the_last_size_that_is_taken(store: Pair) -> None:
    digest = store.put(os.urandom(200_000))
    assert len(store.get(digest, max_bytes=200_000)) == 200_000
    with pytest.raises(ContentUnavailable, match="larger than 199999 bytes"):
        store.get(digest, max_bytes=199_999)


def test_what_is_not_there_is_unavailable_and_said_with_its_cid(store: Pair) -> None:
    missing = sha256(os.urandom(32))
    started = time.monotonic()
    with pytest.raises(ContentUnavailable, match=cid_of(missing)):
        store.get(missing, max_bytes=1000)
    assert time.monotonic() - started < 15


def test_a_block_too_large_to_be_passed_on_is_bad_input(store: Pair) -> None:
    with pytest.raises(BadInput, match="do not fit into one block"):
        store.put(bytes(MAX_BLOCK_BYTES + 1))


def test_many_can_read_and_write_at_once(store: Pair) -> None:
    blocks = [os.urandom(50_000) for _ in range(4)] * 4

    def there_and_back(data: bytes) -> bool:
        return store.get(store.put(data), max_bytes=len(data)) == data

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(there_and_back, blocks))


def test_check_is_content_with_a_store_that_works(store: Pair) -> None:
    store.reading.check()
