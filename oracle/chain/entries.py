"""The entry set of a competition, rebuilt from its events; pure.

The contract stores only a hash that rolls forward with every reveal. Rebuilding the same hash from
the logs proves that none was left out, added or reordered by the node that gave them.
"""

from __future__ import annotations

from oracle.chain.commitments import ZERO_HASH, RankingRow, roll_entries_hash
from oracle.chain.events import History
from oracle.chain.wire import Position
from oracle.errors import ChainDisagrees
from scoring.digest import Digest
from scoring.ranking import Entry, RankedEntry

_HINT = "ask another RPC endpoint; if it says the same, do not judge this competition"


def rebuild_entries(history: History, entries_hash: bytes, revealed: int) -> tuple[Entry, ...]:
    """The entries in order of reveal, checked against the hash and count of the contract's storage.

    An entry's `commit_order` is its place, counted from 0, when the commitments that count are
    ordered by block and log index. Raises ChainDisagrees when logs and storage differ.
    """
    rolled = ZERO_HASH
    for reveal in history.reveals:
        rolled = roll_entries_hash(rolled, reveal.ticket_id, reveal.player, reveal.image_digest)
        if rolled != reveal.entries_hash:
            raise ChainDisagrees(f"the reveal of ticket {reveal.ticket_id} is out of place", _HINT)
    if rolled != entries_hash or len(history.reveals) != revealed:
        raise ChainDisagrees(
            f"the logs hold {len(history.reveals)} reveals that hash to 0x{rolled.hex()}, "
            f"the contract {revealed} that hash to 0x{entries_hash.hex()}",
            _HINT,
        )
    order = _commit_order(history)
    return tuple(
        Entry(
            ticket_id=reveal.ticket_id,
            player=reveal.player,
            image_digest=Digest(reveal.image_digest),
            commit_order=order[reveal.ticket_id],
        )
        for reveal in history.reveals
    )


def _commit_order(history: History) -> dict[int, int]:
    """Place of each revealed ticket among the commitments that count: a ticket's last one."""
    committed: dict[int, Position] = {}
    for commit in history.commits:
        committed[commit.ticket_id] = commit.position
    counting: list[tuple[Position, int]] = []
    for reveal in history.reveals:
        position = committed.get(reveal.ticket_id)
        if position is None or position > reveal.position:
            raise ChainDisagrees(
                f"ticket {reveal.ticket_id} is revealed and the logs hold no commitment before it",
                _HINT,
            )
        counting.append((position, reveal.ticket_id))
    return {ticket_id: place for place, (_, ticket_id) in enumerate(sorted(counting))}


def row_of(ranked: RankedEntry) -> RankingRow:
    """A ranked entry as the contract hashes it."""
    return RankingRow(
        rank=ranked.rank,
        ticket_id=ranked.entry.ticket_id,
        player=ranked.entry.player,
        image_digest=bytes(ranked.entry.image_digest),
        score=ranked.score,
        flags=int(ranked.flags),
    )
