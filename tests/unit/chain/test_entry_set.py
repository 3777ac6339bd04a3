"""The entry set follows from the logs, and logs that lie are found out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.chain.commitments import ZERO_HASH, Domain, hash_submission, roll_entries_hash
from oracle.chain.entries import rebuild_entries, row_of
from oracle.chain.events import History, SubmissionCommitted, SubmissionRevealed
from oracle.chain.wire import Position
from oracle.errors import ChainDisagrees
from scoring.ranking import Entry, ScoredEntry, rank
from scoring.submission.flags import Flag

pytestmark = pytest.mark.unit

PLAYERS = {n: "0x" + f"{n:02x}" * 20 for n in range(1, 9)}
TX = b"\x01" * 32
DOMAIN = Domain(31337, "0x" + "aa" * 20)


def image(ticket: int) -> bytes:
    return bytes([ticket]) * 32


def salt(ticket: int) -> bytes:
    return bytes([100 + ticket]) * 32


def commit(ticket: int, block: int, index: int = 0) -> SubmissionCommitted:
    """A ticket commits to what it will reveal."""
    player = PLAYERS[ticket]
    commitment = hash_submission(DOMAIN, 1, ticket, player, image(ticket), salt(ticket))
    return SubmissionCommitted(1, Position(block, index), TX, ticket, player, commitment)


def junk(ticket: int, block: int) -> SubmissionCommitted:
    """A ticket commits to something else, as one does that means to replace it."""
    return replace(commit(ticket, block), commitment=block.to_bytes(32, "big"))


def rebuilt(history: History, entries_hash: bytes, revealed: int) -> tuple[Entry, ...]:
    return rebuild_entries(DOMAIN, 1, history, entries_hash, revealed)


def reveals(*tickets: int, start: int = 100) -> tuple[SubmissionRevealed, ...]:
    rolled, events = ZERO_HASH, []
    for place, ticket in enumerate(tickets):
        digest = image(ticket)
        rolled = roll_entries_hash(rolled, ticket, PLAYERS[ticket], digest)
        events.append(
            SubmissionRevealed(
                1,
                Position(start + place, 0),
                TX,
                ticket,
                PLAYERS[ticket],
                digest,
                salt(ticket),
                rolled,
            )
        )
    return tuple(events)


HISTORY = History(
    commits=(junk(1, 10), commit(2, 10, 3), commit(3, 11), commit(1, 12)),
    reveals=reveals(3, 1, 2),
)
HASH = HISTORY.reveals[-1].entries_hash


def test_entries_come_in_order_of_reveal_with_the_order_of_their_last_commitments() -> None:
    entries = rebuilt(HISTORY, HASH, 3)
    assert [entry.ticket_id for entry in entries] == [3, 1, 2]
    # Ticket 1 committed first and again last: only the last commitment counts.
    assert {entry.ticket_id: entry.commit_order for entry in entries} == {2: 0, 3: 1, 1: 2}
    assert entries[0].player == PLAYERS[3]
    assert entries[0].image_digest == b"\x03" * 32


def test_commitments_of_one_block_are_ordered_by_log_index() -> None:
    history = History(commits=(commit(2, 10, 1), commit(1, 10, 7)), reveals=reveals(1, 2))
    entries = rebuilt(history, history.reveals[-1].entries_hash, 2)
    assert {entry.ticket_id: entry.commit_order for entry in entries} == {2: 0, 1: 1}


def test_a_commitment_that_is_never_revealed_does_not_count() -> None:
    history = replace(HISTORY, commits=(commit(4, 1), *HISTORY.commits))
    entries = rebuilt(history, HASH, 3)
    assert sorted(entry.commit_order for entry in entries) == [0, 1, 2]


def test_no_reveals_are_an_empty_entry_set() -> None:
    assert rebuilt(History(commits=(commit(1, 10),)), ZERO_HASH, 0) == ()


@pytest.mark.parametrize(
    "history",
    [
        replace(HISTORY, reveals=HISTORY.reveals[:-1]),
        replace(HISTORY, reveals=HISTORY.reveals[1:]),
        replace(HISTORY, reveals=HISTORY.reveals[::-1]),
        replace(HISTORY, reveals=(*HISTORY.reveals, HISTORY.reveals[0])),
        replace(
            HISTORY,
            reveals=(replace(HISTORY.reveals[0], image_digest=bytes(32)), *HISTORY.reveals[1:]),
        ),
        replace(HISTORY, commits=HISTORY.commits[:2]),
        replace(HISTORY, commits=(commit(3, 500), *HISTORY.commits[:2])),
        replace(HISTORY, commits=HISTORY.commits[:3]),
        replace(HISTORY, commits=(*HISTORY.commits, junk(2, 13))),
        replace(HISTORY, reveals=(*HISTORY.reveals[:2], replace(HISTORY.reveals[2], salt=salt(1)))),
    ],
    ids=[
        "last reveal withheld",
        "first reveal withheld",
        "reveals reordered",
        "reveal repeated",
        "image swapped",
        "commitment withheld",
        "commitment after its reveal",
        "last commitment withheld",
        "commitment made up",
        "salt swapped",
    ],
)
def test_logs_that_do_not_fit_the_contract_are_refused(history: History) -> None:
    with pytest.raises(ChainDisagrees):
        rebuilt(history, HASH, 3)


def test_a_history_of_another_competition_or_contract_is_refused() -> None:
    for domain, number in (
        (DOMAIN, 2),
        (replace(DOMAIN, chain_id=1), 1),
        (replace(DOMAIN, competition="0x" + "bb" * 20), 1),
    ):
        with pytest.raises(ChainDisagrees, match="does not open the last commitment"):
            rebuild_entries(domain, number, HISTORY, HASH, 3)


def test_the_same_commitment_made_again_counts_from_its_last_time() -> None:
    history = replace(HISTORY, commits=(*HISTORY.commits, commit(2, 13)))
    entries = rebuilt(history, HASH, 3)
    assert {entry.ticket_id: entry.commit_order for entry in entries} == {3: 0, 1: 1, 2: 2}


def test_a_count_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ChainDisagrees, match="the contract 4"):
        rebuilt(HISTORY, HASH, 4)


def test_a_ranked_entry_becomes_the_row_that_the_contract_hashes() -> None:
    entry = rebuilt(HISTORY, HASH, 3)[0]
    flags = Flag.DISQUALIFIED | Flag.CORRUPT
    row = row_of(rank([ScoredEntry(entry, 5, flags)])[0])
    assert (row.rank, row.ticket_id, row.player) == (1, 3, PLAYERS[3])
    assert (row.image_digest, row.score, row.flags) == (b"\x03" * 32, 0, int(flags))
