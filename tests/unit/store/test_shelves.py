"""Stores of one machine are read in turn, and nothing moves from one into another."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.errors import ContentUnavailable
from oracle.store.embedded import EmbeddedStore
from oracle.store.shelves import Shelves
from scoring.digest import sha256

pytestmark = pytest.mark.unit


def test_what_any_of_them_holds_is_read_and_stays_where_it_is(tmp_path: Path) -> None:
    first, second = EmbeddedStore(tmp_path / "first"), EmbeddedStore(tmp_path / "second")
    here, there = first.put(b"here"), second.put(b"there")
    shelves = Shelves([first, second])
    assert [shelves.get(digest, max_bytes=10) for digest in (here, there)] == [b"here", b"there"]
    assert first.stamp(there) is None and second.stamp(here) is None


def test_what_none_of_them_holds_is_unavailable(tmp_path: Path) -> None:
    for stores in ([], [EmbeddedStore(tmp_path)]):
        with pytest.raises(ContentUnavailable):
            Shelves(stores).get(sha256(b"nowhere"), max_bytes=10)
