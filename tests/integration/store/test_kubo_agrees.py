"""The embedded store and a real Kubo daemon give the same content the same name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oracle.errors import ContentUnavailable
from oracle.store import EmbeddedStore, cid_of
from oracle.store.kubo import KuboStore
from scoring.digest import sha256
from tests.integration.store.kubo_daemon import KuboDaemon

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("size", [0, 1, 44, 786_432, 1 << 20, 2 << 20])
def test_cids_of_the_embedded_store_are_those_of_kubo(
    kubo: KuboDaemon, tmp_path: Path, size: int
) -> None:
    data = os.urandom(size)
    cid = cid_of(EmbeddedStore(tmp_path).put(data))
    assert kubo.run("block", "put", "--pin", data=data).decode().strip() == cid
    if size <= 1 << 20:  # one chunk, so that a file is its one raw block
        add = ["add", "--cid-version=1", "--raw-leaves", "--chunker=size-1048576", "-Q"]
        assert kubo.run(*add, data=data).decode().strip() == cid
    assert kubo.run("block", "get", cid) == data


def test_what_the_oracle_puts_survives_kubos_garbage_collection(kubo: KuboDaemon) -> None:
    store = KuboStore(kubo.address)
    data = os.urandom(1000)
    cid = cid_of(store.put(data))
    unpinned = os.urandom(1000)
    kubo.run("block", "put", data=unpinned)
    kubo.run("repo", "gc")
    assert cid in kubo.run("pin", "ls", "--type=recursive").decode()
    assert store.get(sha256(data), max_bytes=1000) == data
    with pytest.raises(ContentUnavailable, match="could not get"):
        store.get(sha256(unpinned), max_bytes=1000)
