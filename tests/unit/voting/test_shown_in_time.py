"""Members who watched say the same about what was shown in time, whatever is served later."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

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
OTHER = sha256(b"another image")
ENTRY = Entry(7, "0x" + "11" * 20, DIGEST, 0)
OTHER_ENTRY = Entry(8, "0x" + "22" * 20, OTHER, 1)
STATE: Any = SimpleNamespace(
    reveal_ends=REVEAL_ENDS,
    liveness_ends=ASSERTED_AT + 3600,
    terms=SimpleNamespace(liveness_seconds=3600),
    dispute=SimpleNamespace(disputed_at=DISPUTED_AT),
)
NOBODY = Seen()


def seen(first: int | None, *passes: int) -> Seen:
    """`OTHER` was always here, `DIGEST` since `first`."""
    had = {DIGEST.hex(): first} if first is not None else {}
    return Seen(passes, {OTHER.hex(): REVEAL_ENDS, **had})


def views(
    seen: Seen, *, called: frozenset[int] | None = None, served: bool, now: int = PATIENCE_ENDS
) -> list[set[Digest]]:
    """What may count as hidden, of `DIGEST` and `OTHER`; the first that fits the ranking counts."""
    missing = {} if served else {DIGEST: "nobody has it"}
    fetched = Fetched(EmbeddedStore(Path("nowhere")), frozenset(), missing)
    rule = ShownInTime(STATE, seen, PATIENCE_ENDS, now)
    return [set(view) for view in rule((ENTRY, OTHER_ENTRY), called, fetched)]


def test_what_was_here_before_the_assertion_counts_whatever_is_served_or_claimed_now() -> None:
    for called in (None, frozenset({7})):
        assert views(seen(1500, 1500), called=called, served=True) == [set()]
    assert views(seen(1999, 1500, 1999), served=False) == [set()], "it is in the cache"


def test_an_image_that_appears_after_the_dispute_does_not_count() -> None:
    assert views(seen(3000, 1500, 3000), served=True) == [{DIGEST}]
    assert views(seen(None, 1500), served=True) == [{DIGEST}]


def test_what_came_after_the_assertion_counts_unless_the_ranking_calls_it_unavailable() -> None:
    assert views(seen(2500, 1500, 2500), served=True) == [{DIGEST}, set()]


def test_the_bundle_only_says_which_of_several_late_images_to_leave_out_first() -> None:
    both = seen(2500, 1500, 2500)
    both = replace(both, first={DIGEST.hex(): 2500, OTHER.hex(): 2600})
    assert views(both, called=frozenset({7}), served=True) == [{DIGEST}, {DIGEST, OTHER}, set()]
    assert views(both, called=frozenset(), served=True) == [{DIGEST, OTHER}, set()]
    assert views(both, served=True) == [{DIGEST, OTHER}, set()]
    with pytest.raises(ContentUnavailable, match="bundle is missing"):
        views(both, served=True, now=PATIENCE_ENDS - 1)


def test_who_looked_only_after_the_assertion_takes_what_came_before_the_dispute() -> None:
    assert views(seen(2500, 2500), called=frozenset({7}), served=True) == [set()]
    assert views(seen(None, 2500), called=frozenset({7}), served=True) == [{DIGEST}]


def test_who_did_not_watch_takes_what_is_served() -> None:
    assert views(NOBODY, served=True) == [set()]
    assert views(seen(3500, 3500), served=True) == [set()], "it began to watch too late"
    assert views(seen(900, 900), served=True) == [set()], "not everything was revealed then"


def test_who_did_not_watch_waits_and_then_calls_it_unavailable_as_fetched() -> None:
    with pytest.raises(ContentUnavailable, match="1 submissions are missing: nobody has it"):
        views(NOBODY, served=False, now=PATIENCE_ENDS - 1)
    assert views(NOBODY, served=False) == [set()], "what is missing is missing anyway"


def test_a_hundred_thousand_images_are_decided_in_a_moment() -> None:
    digests = [sha256(f"image {number}".encode()) for number in range(100_000)]
    all_here = Seen((2500,), {digest.hex(): REVEAL_ENDS for digest in digests})
    entries = tuple(Entry(n, "0x" + "11" * 20, d, n) for n, d in enumerate(digests, start=1))
    began = time.monotonic()
    rule = ShownInTime(STATE, all_here, PATIENCE_ENDS, PATIENCE_ENDS)
    assert rule(entries, frozenset(), Fetched(cast(Any, None), frozenset(), {}))[-1] == frozenset()
    assert time.monotonic() - began < 30  # it took over an hour, by the square of the entries


def test_a_look_in_the_second_of_the_dispute_is_none() -> None:
    # Of a block's second: the dispute's own block, which is the first that can have it.
    assert views(seen(DISPUTED_AT, DISPUTED_AT), served=True) == [set()]
    assert views(seen(DISPUTED_AT, DISPUTED_AT - 1), served=True) == [{DIGEST}]


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


def test_what_comes_during_a_look_is_dated_when_it_comes(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path)
    arrivals.note(3, [DIGEST], 1500)
    assert arrivals.of(3).passes == (), "the look is not over"
    arrivals.record(3, [DIGEST, OTHER], 1700)
    assert arrivals.of(3).had(DIGEST, 1501) and not arrivals.of(3).had(OTHER, 1700)


@pytest.mark.parametrize("text", ["", "[]", '{"passes": 1, "first": {}}', "{" * 10])
def test_a_damaged_record_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "3.json").write_text(text)
    assert Arrivals(tmp_path).of(3) == NOBODY


def test_a_look_counts_from_its_end() -> None:
    assert replace(NOBODY, passes=(1000,)).looked(1000, 1001)
    assert not replace(NOBODY, passes=(1000,)).looked(1001, 2000)
    assert not replace(NOBODY, passes=(1000,)).looked(500, 1000)
