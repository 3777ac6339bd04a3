"""A worker's store may lack, lose, garble or refuse anything: it is read from where it can be."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

import oracle.cluster.shelf
import oracle.store.open
from oracle.cluster.briefing import Unread
from oracle.cluster.shelf import Shelf
from oracle.errors import ContentNotStored
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.submission.image import MAX_IMAGE_BYTES

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "no store was named"),
        ("http://127.0.0.1:1", "gateway http://127.0.0.1:1 did not get"),
        ("floppy:a", "is not the address of a content store"),
    ],
)
def test_a_store_that_is_not_there_says_so_of_every_image(address: str, why: str) -> None:
    shelf = Shelf(address)
    found = shelf.read(sha256(b"image"))
    assert isinstance(found, Unread)
    assert why in found.why
    assert not shelf.put([b"picture"])


def test_what_is_there_is_read_and_what_is_too_large_is_not(tmp_path: Path) -> None:
    store, shelf = EmbeddedStore(tmp_path), Shelf(f"dir:{tmp_path}")
    assert shelf.read(store.put(b"image")) == b"image"
    found = shelf.read(store.put(bytes(MAX_IMAGE_BYTES + 1)))
    assert isinstance(found, Unread) and "is larger than" in found.why
    assert shelf.put([b"one", b"two"])
    assert shelf.read(sha256(b"two")) == b"two"


def test_a_store_that_refuses_three_times_in_a_row_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bytes] = []

    class Full(EmbeddedStore):
        def put(self, data: bytes) -> Digest:
            tries.append(data)
            if len(tries) == 2:  # one that went well between two that did not
                return sha256(data)
            raise ContentNotStored("no space is left")

    monkeypatch.setattr(oracle.store.open, "EmbeddedStore", Full)
    shelf = Shelf(f"dir:{tmp_path}")
    assert [shelf.put([b"picture"]) for _ in range(8)] == [False, True, *[False] * 6]
    assert len(tries) == 5


def test_a_store_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle.cluster.shelf, "_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and that is all
        shelf = Shelf(f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        found = shelf.read(sha256(b"image"))
        took = time.monotonic() - began
    assert isinstance(found, Unread)
    assert "within" in found.why or "in time" in found.why
    assert took < 5
