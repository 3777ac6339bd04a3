"""What is told of content that does not come."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.assembly.cycle_bench import STANDING_STATE
from oracle.chain.state import Phase
from oracle.daemon.judging import OperatorJudging
from oracle.daemon.steps import Steps
from oracle.errors import ContentAbsent, ContentNotStored, ContentUnavailable
from oracle.judging.fetch import Fetched, fetch_all
from oracle.judging.prefetch import Prefetch
from oracle.ledger.ledger import Step, open_ledger
from oracle.metrics import Metrics
from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from oracle.store.embedded import EmbeddedStore
from oracle.store.fallback import FallbackStore
from oracle.store.gateway import GatewayStore
from scoring.digest import Digest, sha256
from scoring.ranking import Entry

pytestmark = pytest.mark.unit


def judging_with(
    store: ContentStore, cache: EmbeddedStore, prefetch: Prefetch, folder: Path
) -> OperatorJudging:
    return OperatorJudging(
        store=store,
        cache=cache,
        decode=lambda data: None,  # type: ignore[arg-type, return-value]
        work_dir=folder,
        give_up_missing_fraction=0.5,
        metrics=Metrics(),
        progress=lambda stage, done, total: None,
        prefetch=prefetch,
        give_up_after_seconds=0.0,
    )


def test_nothing_is_kept_of_what_nobody_waits_for_any_longer(tmp_path: Path) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    here, missing = store.put(b"an image"), sha256(b"another")
    with Prefetch(store, cache) as prefetch:
        judging = judging_with(store, cache, prefetch, tmp_path)
        search = prefetch.search
        for _ in range(2):  # the second look finds the first image in the cache
            fetch_all(store, cache, [here, missing], search=search)
        assert (set(search.verified), set(search.asked)) == ({here}, {here, missing})
        judging.forget([here, missing])
        assert (search.verified, search.asked, search.evidence(missing)) == ({}, {}, ())


@pytest.mark.parametrize("end", [Phase.VOID, Phase.FINAL])
def test_an_image_of_a_competition_that_is_over_is_looked_for_no_longer(
    tmp_path: Path, end: Phase
) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    entry = Entry(1, "0x" + "11" * 20, sha256(b"shown nowhere"), 1)
    node = SimpleNamespace(latest_block=lambda: None)
    contract: Any = SimpleNamespace(entries=lambda number, block: (entry,), client=node)
    parts: Any = (None, None, None)
    prefetch = Prefetch(store, cache)
    judging = judging_with(store, cache, prefetch, tmp_path)
    steps = Steps(contract, judging, open_ledger("sqlite://", 1, "0x" + "11" * 20), *parts)
    state = replace(STANDING_STATE, phase=Phase.REVEALING, revealed=1)
    block: Any = SimpleNamespace(timestamp=0)
    steps.advance(state, block)
    assert prefetch.wanted == {entry.image_digest}
    steps.advance(replace(state, phase=end), block)
    assert prefetch.wanted == frozenset()


def test_what_another_competition_waits_for_is_not_looked_for_anew(tmp_path: Path) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    both, one = sha256(b"handed in twice, shown nowhere"), sha256(b"handed in once")
    handed_in = {1: (both, one), 2: (both,)}
    node = SimpleNamespace(latest_block=lambda: None)
    contract: Any = SimpleNamespace(
        entries=lambda number, block: [
            Entry(1, "0x" + "11" * 20, digest, 1) for digest in handed_in[number]
        ],
        client=node,
    )
    prefetch = Prefetch(store, cache)
    judging = judging_with(store, cache, prefetch, tmp_path)
    parts: Any = (None, None, None)
    steps = Steps(contract, judging, open_ledger("sqlite://", 1, "0x" + "11" * 20), *parts)
    block: Any = SimpleNamespace(timestamp=0)
    states = {
        number: replace(STANDING_STATE, id=number, phase=Phase.REVEALING, revealed=len(digests))
        for number, digests in handed_in.items()
    }
    for state in states.values():
        steps.advance(state, block)
    fetch_all(store, cache, [both, one], search=prefetch.search)
    steps.advance(replace(states[1], phase=Phase.VOID), block)
    assert prefetch.wanted == {both}
    assert prefetch.search.evidence(both) and not prefetch.search.evidence(one)
    steps.advance(replace(states[2], phase=Phase.FINAL), block)
    assert prefetch.wanted == frozenset() and not prefetch.search.evidence(both)


def test_what_is_missing_is_told_in_the_same_words_each_time(tmp_path: Path) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    target = store.put(b"the target")
    images = [sha256(b"%d" % number) for number in range(4)]
    entries = tuple(Entry(n, "0x" + "11" * 20, image, n) for n, image in enumerate(images, start=1))
    state: Any = SimpleNamespace(
        target_digest=target, reveal_ends=1000, judging_ends=2000, seed_block=0
    )
    told = set()
    with Prefetch(store, cache) as prefetch:
        judging = judging_with(store, cache, prefetch, tmp_path)
        for image in images:
            # It is asked for in the background too, and comes later in the next look's order.
            prefetch.search.asked[image] += 5
            with pytest.raises(ContentUnavailable) as raised:
                judging.fetch(state, entries, lambda: 1100)
            told.add(raised.value.what)
    assert len(told) == 1
    assert "4 of 5 images are missing" in told.pop()


class TakesNoEvidence(EmbeddedStore):
    """A store that is there for everything but what shows that an image is missing."""

    full = True

    def put(self, data: bytes) -> Digest:
        if self.full and (b'"rows"' in data or b'"given_up"' in data):
            raise ContentNotStored("the disk is full", "make room")
        return super().put(data)


def phantoms(count: int) -> tuple[Entry, ...]:
    return tuple(Entry(n, "0x" + "11" * 20, sha256(b"%d" % n), n) for n in range(1, count + 1))


def looked_for_in_vain(judging: OperatorJudging, entries: tuple[Entry, ...]) -> Fetched:
    """What is left when every source has said of each image that it is not there."""
    store: Any = judging.store
    said = tuple((source.name, ContentAbsent("404")) for source in store.stores)
    assert judging.prefetch is not None
    judging.prefetch.search.note(
        {entry.image_digest: ContentUnavailable("", "", said) for entry in entries}
    )
    return Fetched(store, frozenset(), {entry.image_digest: "404" for entry in entries})


def test_evidence_of_ten_thousand_phantoms_is_published_in_pages_and_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    gateways = [GatewayStore(f"https://gateway-{n}.example.org") for n in range(4)]
    store, entries = FallbackStore([own, *gateways]), phantoms(10_000)
    with Prefetch(store, cache) as prefetch:
        judging = judging_with(store, cache, prefetch, tmp_path)
        given_up = judging.give_up(entries, looked_for_in_vain(judging, entries))
        assert given_up is not None
        index = json.loads(own.get(given_up, max_bytes=MAX_BLOCK_BYTES))
        assert index["given_up"] == 10_000
        rows = [
            row
            for page in index["pages"]
            for row in json.loads(
                own.get(Digest(bytes.fromhex(page[2:])), max_bytes=MAX_BLOCK_BYTES)
            )["rows"]
        ]
        assert [row["ticket_id"] for row in rows] == [entry.ticket_id for entry in entries]
        assert rows[-1]["image_digest"] == "0x" + entries[-1].image_digest.hex()
        assert [source["looked_in_vain"] for source in rows[-1]["sources"]] == [1] * 5
        (told,) = caplog.records
        assert vars(told)["entries"] == 10_000 and vars(told)["evidence"] == "0x" + given_up.hex()
        assert judging.give_up(entries, looked_for_in_vain(judging, entries)) == given_up
        assert len(caplog.records) == 1, "a judging that is tried again tells nothing new"


def test_evidence_that_no_store_takes_stops_no_judging_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own, cache = TakesNoEvidence(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    target, entries = own.put(b"the target"), phantoms(2)
    late: Any = SimpleNamespace(timestamp=10**12)
    contract: Any = SimpleNamespace(
        history=lambda number, block: None,
        entries_of=lambda history, number, block: entries,
        client=SimpleNamespace(finalized_block=lambda: late),
        domain=None,
    )
    ledger = open_ledger("sqlite://", 1, "0x" + "11" * 20)
    parts: Any = (None, None, None)
    with Prefetch(own, cache) as prefetch:
        judging = judging_with(own, cache, prefetch, tmp_path)
        steps = Steps(contract, judging, ledger, *parts)
        state = replace(STANDING_STATE, phase=Phase.JUDGING, revealed=2, target_digest=target)
        for _ in range(5):
            # The spec, which comes after, is not there either.
            with pytest.raises(ContentUnavailable):
                steps.judge(state, late)
        assert Step.FETCHED in ledger.steps(state.id)
        assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
            "evidence of missing images not published",
            "entries given up: their images are shown nowhere",
        ]
        own.full = False
        fetched = judging.fetch(state, entries, lambda: late.timestamp)
        assert judging.give_up(entries, fetched) is not None, "it is tried again"
        assert len([it for it in caplog.records if it.levelname == "WARNING"]) == 2
