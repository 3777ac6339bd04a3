"""The ranking orders by score and ticket and keeps disqualified entries."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from scoring.digest import Digest, sha256
from scoring.ranking import Entry, ScoredEntry, rank
from scoring.submission.image import Flag

pytestmark = pytest.mark.unit


def entry(ticket_id: int, commit_order: int | None = None) -> Entry:
    order = ticket_id if commit_order is None else commit_order
    return Entry(ticket_id, f"0x{ticket_id:040x}", sha256(bytes([ticket_id])), order)


SCORED = [
    ScoredEntry(entry(1), 50, terms={"mse": 50}),
    ScoredEntry(entry(2), 7, Flag.DISQUALIFIED | Flag.CORRUPT, {"mse": 7}),
    ScoredEntry(entry(3), 20),
    ScoredEntry(entry(4), 20),
    ScoredEntry(entry(5), -3),
    ScoredEntry(entry(6), 0, Flag.DISQUALIFIED | Flag.UNAVAILABLE),
]


def test_lower_scores_win_ties_go_to_the_earlier_ticket_and_disqualified_come_last() -> None:
    ranking = rank(SCORED)
    assert [item.entry.ticket_id for item in ranking] == [5, 3, 4, 1, 2, 6]
    assert [item.rank for item in ranking] == [1, 2, 3, 4, 5, 6]
    assert [item.score for item in ranking] == [-3, 20, 20, 50, 0, 0]
    assert [item.disqualified for item in ranking] == [False] * 4 + [True] * 2


def test_a_disqualified_entry_keeps_its_reason_but_no_terms() -> None:
    spoiled = rank(SCORED)[4]
    assert spoiled.flags == Flag.DISQUALIFIED | Flag.CORRUPT and spoiled.terms == {}
    assert rank(SCORED)[3].terms == {"mse": 50}


def test_the_order_of_arrival_does_not_matter() -> None:
    for shuffled in itertools.permutations(SCORED, len(SCORED)):
        assert rank(shuffled) == rank(SCORED)


def test_nobody_or_nobody_qualified_is_still_a_ranking() -> None:
    assert rank([]) == ()
    only = rank([SCORED[1]])
    assert only[0].rank == 1 and only[0].disqualified


def test_an_advisory_remark_does_not_disqualify() -> None:
    remarked = dataclasses.replace(SCORED[4], flags=Flag(1 << 17))
    assert rank([*SCORED[:4], remarked])[0].flags == Flag(1 << 17)


def test_a_reason_without_disqualification_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="ticket 9"):
        rank([ScoredEntry(entry(9), 1, Flag.DUPLICATE)])


def test_a_ticket_cannot_be_ranked_twice() -> None:
    with pytest.raises(ValueError, match="3 appears twice"):
        rank([*SCORED, SCORED[2]])


def test_a_digest_is_32_bytes_of_sha256() -> None:
    expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256(b"") == Digest(bytes.fromhex(expected))
