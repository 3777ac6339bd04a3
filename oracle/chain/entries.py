"""The entry set of a competition, rebuilt from its events; pure.

The contract stores only a hash that rolls forward with every reveal. Rebuilding the same hash from
the logs proves that none was left out, added or reordered by the node that gave them. Salts and
commitments are not in that hash, but each reveal has to open its ticket's last commitment, as the
contract saw to it. What remains on the node's word is where a commitment stands in the chain.
"""

from __future__ import annotations

from oracle.chain.commitments import (
    ZERO_HASH,
    Domain,
    RankingRow,
    hash_submission,
    roll_entries_hash,
)
from oracle.chain.events import History, SubmissionCommitted
from oracle.errors import ChainDisagrees
from scoring.digest import Digest
from scoring.ranking import Entry, RankedEntry

_HINT = "ask another RPC endpoint; if it says the same, do not judge this competition"


def rebuild_entries(
    domain: Domain, competition_id: int, history: History, entries_hash: bytes, revealed: int
) -> tuple[Entry, ...]:
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
    order = _commit_order(domain, competition_id, history)
    return tuple(
        Entry(
            ticket_id=reveal.ticket_id,
            player=reveal.player,
            image_digest=Digest(reveal.image_digest),
            commit_order=order[reveal.ticket_id],
        )
        for reveal in history.reveals
    )


def _commit_order(domain: Domain, competition_id: int, history: History) -> dict[int, int]:
    """Place of each revealed ticket among the commitments that count: a ticket's last one."""
    last: dict[int, SubmissionCommitted] = {commit.ticket_id: commit for commit in history.commits}
    for reveal in history.reveals:
        commit = last.get(reveal.ticket_id)
        if commit is None or commit.position > reveal.position:
            raise ChainDisagrees(
                f"ticket {reveal.ticket_id} is revealed and the logs hold no commitment before it",
                _HINT,
            )
        opened = hash_submission(
            domain,
            competition_id,
            reveal.ticket_id,
            reveal.player,
            reveal.image_digest,
            reveal.salt,
        )
        if opened != commit.commitment:
            raise ChainDisagrees(
                f"the reveal of ticket {reveal.ticket_id} does not open the last commitment that "
                "the logs hold for it",
                _HINT,
            )
    counting = sorted(
        (last[reveal.ticket_id].position, reveal.ticket_id) for reveal in history.reveals
    )
    return {ticket_id: place for place, (_, ticket_id) in enumerate(counting)}


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
