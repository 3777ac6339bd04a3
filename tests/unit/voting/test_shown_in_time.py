"""Members who watched say the same about what was shown in time, whatever is served later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.errors import ContentUnavailable
from oracle.judging.fetch import Fetched
from oracle.store.embedded import EmbeddedStore
from oracle.voting.arrivals import Arrivals, Seen
from oracle.voting.shown import ShownInTime
from scoring.digest import Digest, sha256
from scoring.ranking import Entry

pytestmark = pytest.mark.unit

REVEAL_ENDS, ASSERTED_AT, DISPUTED_AT, PATIENCE_ENDS = 1000, 2000, 3000, 4000
DIGEST = sha256(b"an image")
ENTRY = Entry(7, "0x" + "11" * 20, DIGEST, 0)
STATE: Any = SimpleNamespace(
    reveal_ends=REVEAL_ENDS,
    liveness_ends=ASSERTED_AT + 3600,
    terms=SimpleNamespace(liveness_seconds=3600),
    dispute=SimpleNamespace(disputed_at=DISPUTED_AT),
)
NOBODY = Seen()


def seen(first: int | None, *passes: int) -> Seen:
    return Seen(passes, ((DIGEST.hex(), first),) if first is not None else ())


def hidden(seen: Seen, *, called: bool = False, served: bool, now: int = PATIENCE_ENDS) -> bool:
    missing = {} if served else {DIGEST: "nobody has it"}
    fetched = Fetched(EmbeddedStore(Path("nowhere")), frozenset(), missing)
    rule = ShownInTime(STATE, seen, PATIENCE_ENDS, now)
    return DIGEST in rule((ENTRY,), frozenset({7}) if called else frozenset(), fetched)


def test_what_was_here_before_the_dispute_counts_whatever_is_served_now() -> None:
    assert not hidden(seen(2500, 2500), served=True)
    assert not hidden(seen(2999, 2500, 2999), served=False), "it is in the cache"


def test_an_image_that_appears_after_the_dispute_does_not_count() -> None:
    assert hidden(seen(3000, 2500, 3000), served=True)
    assert hidden(seen(None, 2500), served=True)


def test_an_image_called_unavailable_counts_only_if_it_was_here_before_the_assertion() -> None:
    assert not hidden(seen(1500, 1500), called=True, served=True), "the operator lied"
    assert hidden(seen(2500, 1500, 2500), called=True, served=True), "a player hid it until then"


def test_who_did_not_watch_takes_what_is_served() -> None:
    assert not hidden(NOBODY, served=True)
    assert not hidden(seen(3500, 3500), served=True), "it began to watch too late"
    assert not hidden(seen(900, 900), served=True), "not everything was revealed then"


def test_who_did_not_watch_waits_and_then_calls_it_unavailable_as_fetched() -> None:
    with pytest.raises(ContentUnavailable, match="1 submissions are missing: nobody has it"):
        hidden(NOBODY, served=False, now=PATIENCE_ENDS - 1)
    assert not hidden(NOBODY, served=False), "what is missing is missing: nothing is to be hidden"


def test_arrivals_survive_the_disk_and_keep_the_first_time(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path / "arrivals")
    assert arrivals.of(3) == NOBODY
    arrivals.record(3, [DIGEST], 1500)
    arrivals.record(3, [DIGEST, Digest(b"\1" * 32)], 1800)
    found = Arrivals(tmp_path / "arrivals").of(3)
    assert found.passes == (1500, 1800)
    assert found.had(DIGEST, 1501) and not found.had(DIGEST, 1500)
    assert found.had(Digest(b"\1" * 32), 1801) and not found.had(Digest(b"\1" * 32), 1800)
    assert arrivals.of(4) == NOBODY


@pytest.mark.parametrize("text", ["", "[]", '{"passes": 1, "first": {}}', "{" * 10])
def test_a_damaged_record_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "3.json").write_text(text)
    assert Arrivals(tmp_path).of(3) == NOBODY


def test_a_look_counts_from_its_end() -> None:
    assert replace(NOBODY, passes=(1000,)).looked(1000, 1001)
    assert not replace(NOBODY, passes=(1000,)).looked(1001, 2000)
    assert not replace(NOBODY, passes=(1000,)).looked(500, 1000)
