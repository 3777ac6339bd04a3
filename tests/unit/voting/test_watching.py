"""A member's looks: what counts as one, and when the next is due."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.auditing.auditor import Auditor
from oracle.chain.state import Phase
from oracle.errors import ContentUnavailable
from oracle.judging.fetch import Budget, fetch_all
from oracle.store.embedded import EmbeddedStore
from oracle.voting import watcher as watching
from oracle.voting.arrivals import Arrivals
from oracle.voting.exchange import Exchange
from oracle.voting.watcher import LOOK_AGAIN_SECONDS, LOOK_SOON_SECONDS, Watcher
from scoring.digest import Digest, sha256
from scoring.ranking import Entry

pytestmark = pytest.mark.unit

QUORUM = "0x" + "aa" * 20
NOW = 5000
PHANTOMS = [sha256(f"phantom {number}".encode()) for number in range(30)]


class SlowToMiss(EmbeddedStore):
    """A store that takes its time to say that it has not got something."""

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        try:
            return super().get(digest, max_bytes=max_bytes)
        except ContentUnavailable:
            time.sleep(0.05)
            raise


def state(phase: Phase, asserted_at: int = 0) -> Any:
    return SimpleNamespace(
        id=1,
        phase=phase,
        target_digest=sha256(b"target"),
        liveness_ends=asserted_at + 3600,
        terms=SimpleNamespace(arbiter=QUORUM, liveness_seconds=3600),
    )


def watcher(tmp_path: Path, digests: list[Digest]) -> Watcher:
    """One whose chain has these entries; its store holds what a test puts into it."""
    entries = tuple(Entry(n, "0x" + "11" * 20, d, n) for n, d in enumerate(digests, start=1))
    contract: Any = SimpleNamespace(
        entries=lambda number, block: entries,
        client=SimpleNamespace(latest_block=lambda: SimpleNamespace(timestamp=NOW)),
    )
    store, cache = SlowToMiss(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    store.put(b"target")
    auditor = Auditor(contract, store, cache, decode=lambda data: pytest.fail("nothing is opened"))
    exchange = Exchange(EmbeddedStore(tmp_path / "pinned"), cache)
    return Watcher(contract, QUORUM, auditor, exchange, Arrivals(tmp_path / "arrivals"))


def block(timestamp: int) -> Any:
    return SimpleNamespace(timestamp=timestamp)


def test_a_look_in_which_an_image_had_no_turn_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Budget(seconds=0.4, at_once=2, slow_seconds=9.0)
    monkeypatch.setattr(watching, "fetch_all", partial(fetch_all, budget=short))
    member = watcher(tmp_path, [*PHANTOMS, sha256(b"an image")])
    member.auditor.store.put(b"an image")
    member.look(state(Phase.SEEDING), block(NOW))
    seen = member.arrivals.of(1)
    assert seen.passes == () and not seen.had(sha256(b"an image"), NOW + 1)
    for _ in range(10):
        member.look(state(Phase.SEEDING), block(NOW))
    seen = member.arrivals.of(1)
    assert seen.passes and seen.had(sha256(b"an image"), NOW + 1)


def test_what_is_found_is_pinned_for_the_others(tmp_path: Path) -> None:
    member = watcher(tmp_path, [sha256(b"an image"), PHANTOMS[0]])
    member.auditor.store.put(b"an image")
    member.look(state(Phase.SEEDING), block(NOW))
    pinned = EmbeddedStore(tmp_path / "pinned")
    assert pinned.get(sha256(b"an image"), max_bytes=100) == b"an image"
    assert pinned.get(sha256(b"target"), max_bytes=100) == b"target"


def test_it_looks_at_the_assertion_and_then_every_minute_while_something_is_missing(
    tmp_path: Path,
) -> None:
    member = watcher(tmp_path, [sha256(b"an image")])
    seeding, asserted = state(Phase.SEEDING), state(Phase.ASSERTED, asserted_at=NOW + 100)
    assert member.is_due(seeding, block(NOW))
    member.look(seeding, block(NOW))
    assert not member.is_due(seeding, block(NOW + LOOK_AGAIN_SECONDS - 1))
    assert member.is_due(seeding, block(NOW + LOOK_AGAIN_SECONDS))
    assert member.is_due(asserted, block(NOW + 101)), "the last look was before the assertion"
    earlier = state(Phase.ASSERTED, asserted_at=NOW - 100)
    assert member.is_due(earlier, block(NOW + LOOK_SOON_SECONDS))
    member.auditor.store.put(b"an image")
    member.look(earlier, block(NOW))
    assert not member.is_due(earlier, block(NOW + LOOK_SOON_SECONDS)), "nothing is missing"
    assert not member.is_due(state(Phase.DISPUTED), block(NOW + 10**6))


def test_notes_of_what_came_take_a_small_part_of_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [f"image {number}".encode() for number in range(100)]
    member = watcher(tmp_path, [*map(sha256, images), *PHANTOMS])
    for image in images:
        member.auditor.store.put(image)
    note, noted = member.arrivals.note, []

    def slow_note(number: int, here: Iterable[Digest], moment: int) -> None:
        noted.extend(here)
        time.sleep(0.05)  # as where everything is written again for each of many images
        note(number, here, moment)

    monkeypatch.setattr(member.arrivals, "note", slow_note)
    calls = Counter[str]()
    monkeypatch.setattr(
        member, "_note", lambda *given: (calls.update(["note"]), Watcher._note(member, *given))
    )
    began = time.monotonic()
    member.look(state(Phase.SEEDING), block(NOW))
    assert noted, "what came is noted while the others are still looked for"
    assert calls["note"] * 0.05 < 0.1 + (time.monotonic() - began) / 5
    seen = member.arrivals.of(1)
    assert all(seen.had(sha256(image), NOW + 1) for image in images)
