"""A vote comes back from disk as it was kept, or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.chain.commitments import RankingRow
from oracle.chain.state import Assertion
from oracle.chain.votes import RankingResult
from oracle.errors import BadInput, RetryLater
from oracle.sealed import secret
from oracle.sealed.votes import SealedVote, SealedVotes

pytestmark = pytest.mark.unit

PLAYER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
hashes = st.binary(min_size=32, max_size=32)
uint32 = st.integers(0, 2**32 - 1)
votes = st.builds(
    SealedVote,
    competition_id=st.integers(1, 2**200),
    seed=hashes,
    result=st.builds(
        RankingResult,
        st.builds(Assertion, hashes, hashes, hashes, uint32, hashes),
        st.builds(
            RankingRow,
            uint32,
            uint32,
            st.just(PLAYER),
            hashes,
            st.integers(-(2**255), 2**255),
            uint32,
        ),
        hashes,
        hashes,
        st.lists(hashes, max_size=3).map(tuple),
    ),
    salt=hashes,
    commitment=hashes,
    commit_ends=st.integers(0, 2**40),
)


# How fast it is says nothing: the disk is the point, and one folder for all examples does no harm.
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(votes)
def test_every_vote_survives_the_disk(tmp_path: Path, vote: SealedVote) -> None:
    kept = SealedVotes(tmp_path)
    kept.save(vote)
    assert kept.load(vote.competition_id, vote.commitment) == vote
    assert vote in tuple(kept.of(vote.competition_id))


@pytest.fixture
def vote() -> SealedVote:
    row = RankingRow(1, 2, PLAYER, b"\x05" * 32, -7, 0)
    result = RankingResult(
        Assertion(b"\1" * 32, b"\2" * 32, b"\3" * 32, 1, b"\4" * 32),
        row,
        b"\x0a" * 32,
        b"\x0b" * 32,
        (),
    )
    return SealedVote(1, b"\6" * 32, result, b"\7" * 32, b"\x08" * 32, 9)


def test_votes_of_other_competitions_and_unknown_ones_are_not_given(
    tmp_path: Path, vote: SealedVote
) -> None:
    kept = SealedVotes(tmp_path / "votes")
    assert list(kept.of(1)) == []
    kept.save(vote)
    assert list(kept.of(11)) == []
    assert kept.load(1, b"\x09" * 32) is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", "{", '{"seed": 1}', "[" * 100_000, '{"seed": "00", "salt": "0"}'],
    ids=["nothing", "list", "number", "cut off", "wrong types", "nested", "short"],
)
def test_a_damaged_file_is_named_when_it_is_needed_and_left_out_elsewhere(
    tmp_path: Path, vote: SealedVote, text: str
) -> None:
    kept = SealedVotes(tmp_path)
    kept.save(vote)
    (path,) = tmp_path.iterdir()
    path.write_text(text)
    with pytest.raises(BadInput, match="cannot be read"):
        kept.load(1, vote.commitment)
    (tmp_path / "1-nothex.json").write_text("{}")
    assert list(kept.of(1)) == []


@pytest.mark.parametrize(
    ("number", "cure"),
    [(errno.ENOSPC, "make room"), (errno.EDQUOT, "make room"), (errno.EACCES, "let this user")],
    ids=["full", "quota", "forbidden"],
)
def test_a_disk_that_takes_no_vote_is_tried_again_and_its_cure_is_said(
    tmp_path: Path, vote: SealedVote, monkeypatch: pytest.MonkeyPatch, number: int, cure: str
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    kept = SealedVotes(tmp_path / "votes")
    with monkeypatch.context() as trouble:
        trouble.setattr(secret.os, "fsync", refuse)
        for keep in (kept.require_room, lambda: kept.save(vote)):
            with pytest.raises(RetryLater, match=os.strerror(number)) as caught:
                keep()
            assert cure in caught.value.hint and "nothing was sent" in caught.value.hint
        assert list((tmp_path / "votes").iterdir()) == [], "half a file takes room"
    kept.require_room()
    kept.save(vote)
    assert list(kept.of(1)) == [vote]
