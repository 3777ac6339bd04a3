"""The Competition contract as typed reads: state at a block, and history up to a block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.chain.abi import competition_abi
from oracle.chain.calls import CompetitionCalls
from oracle.chain.client import ChainClient
from oracle.chain.commitments import (
    ZERO_HASH,
    Domain,
    RankingRow,
    derive_seed,
    hash_submission,
)
from oracle.chain.entries import rebuild_entries
from oracle.chain.events import (
    Event,
    History,
    all_topics,
    history_of,
    parse_event,
    turning_topics,
)
from oracle.chain.log_ranges import Topics
from oracle.chain.state import (
    CompetitionState,
    Contribution,
    Ticket,
    state_from_abi,
)
from oracle.chain.view import read_view
from oracle.chain.wire import Block, Receipt, nonsense
from oracle.errors import ChainDisagrees, ChainUnavailable
from scoring.ranking import Entry


class CompetitionContract:
    """One deployed Competition. Every read names the block that it is about."""

    def __init__(self, client: ChainClient, address: str, start_block: int = 0) -> None:
        """`start_block` is the block of deployment; logs are read from there on."""
        self.client = client
        self.address = to_checksum_address(address)
        self.calls = CompetitionCalls(self.address)
        self.domain = Domain(client.chain_id, self.address)
        self.start_block = start_block
        self.created_in: dict[int, int] = {}  # blocks of creation, as far as they are known

    # ------------------------------------------------------------------ state

    def state(self, competition_id: int, block: Block) -> CompetitionState:
        """Everything stored about a competition; its phase is NONE when there is no such id."""
        raw = self._view(block, "competitionOf", competition_id)
        try:
            return state_from_abi(competition_id, raw)
        except ValueError:
            raise nonsense("a competition in a phase that does not exist") from None

    def ticket(self, competition_id: int, ticket_id: int, block: Block) -> Ticket:
        """One ticket; all zero when it was not sold."""
        raw = self._view(block, "ticketOf", competition_id, ticket_id)
        return Ticket(
            player=raw["player"],
            revealed=raw["revealed"],
            refunded=raw["refunded"],
            commitment=raw["commitment"],
        )

    def commitment(self, competition_id: int, ticket_id: int, block: Block) -> bytes:
        """The commitment that counts; zero when there is none."""
        return self.ticket(competition_id, ticket_id, block).commitment

    def credit(self, account: str, block: Block) -> int:
        """Wei that an account can withdraw."""
        return int(self._view(block, "creditOf", account))

    def bond(self, competition_id: int, block: Block) -> int:
        """Wei that an assertion has to send along."""
        return int(self._view(block, "bondOf", competition_id))

    def claim(self, competition_id: int, account: str, block: Block) -> int:
        """Wei that `claimBond` would pay an account; zero when nothing can be claimed."""
        return int(self._view(block, "claimOf", competition_id, account))

    def refund(self, competition_id: int, ticket_id: int, block: Block) -> int:
        """Wei that a refund pays: the price, and a share of what the operator forfeited."""
        return int(self._view(block, "refundOf", competition_id, ticket_id))

    def contribution(self, competition_id: int, account: str, block: Block) -> Contribution:
        """What an account paid to the sides of a dispute and has not claimed yet."""
        raw = self._view(block, "contributionOf", competition_id, account)
        return Contribution(against=raw["against"], support=raw["support"])

    def competition_count(self, block: Block) -> int:
        """Number of competitions; ids run from 1 to this."""
        return int(self._view(block, "competitionCount"))

    def opening_seconds(self, block: Block) -> int:
        """Seconds after the sale in which the target must be opened."""
        return int(self._view(block, "OPENING_SECONDS"))

    # ---------------------------------------------------------------- history

    def history(self, competition_id: int, block: Block) -> History:
        """Every event of a competition up to a block."""
        topics = [all_topics(), [competition_id.to_bytes(32, "big")]]
        first = self.created_in.get(competition_id, self.start_block)
        return history_of(self._events(topics, first, block))

    def turns(self, first: int, block: Block) -> Iterable[Event]:
        """The creations and ends of all competitions, from the block number `first` on."""
        return self._events([turning_topics()], first, block)

    def entries(self, competition_id: int, block: Block) -> tuple[Entry, ...]:
        """The entry set at a block, in order of reveal.

        Raises ChainDisagrees when the logs do not lead to the hash that the contract stores, or a
        reveal does not open its ticket's last commitment.
        """
        return self.entries_of(self.history(competition_id, block), competition_id, block)

    def entries_of(self, history: History, competition_id: int, block: Block) -> tuple[Entry, ...]:
        """As `entries`, from a history that was already read up to the same block."""
        state = self.state(competition_id, block)
        return rebuild_entries(
            self.domain, competition_id, history, state.entries_hash, state.revealed
        )

    def winner_salt(
        self, history: History, competition_id: int, winner: RankingRow, block: Block
    ) -> bytes:
        """The salt that the winner was revealed with, as the contract asks for it.

        Raises ChainDisagrees when it does not open the commitment that the contract stores.
        """
        salt = history.salt_of(winner.ticket_id)
        opened = hash_submission(
            self.domain,
            competition_id,
            winner.ticket_id,
            winner.player,
            winner.image_digest,
            salt,
        )
        # A commitment stays after its reveal, and a node keeps its logs apart from its state.
        if opened != self.commitment(competition_id, winner.ticket_id, block):
            raise ChainDisagrees(
                f"the salt that the logs hold for ticket {winner.ticket_id} does not open the "
                "commitment that the contract holds",
                "ask another RPC endpoint; if it says the same, do not judge this competition",
            )
        return salt

    def seed(self, state: CompetitionState, block: Block, history: History | None = None) -> bytes:
        """The seed that follows from its source, equal to the pinned one; `state` is of `block`.

        The source is the seed block's hash, read anew, or the beacon's randomness as the contract
        logged it after it had verified the round's signature. Raises ChainDisagrees when the
        contract holds another seed, and ChainUnavailable when the log of it is not there.
        """
        if history is None:
            history = self.history(state.id, block)
        source = self.seed_source(state, history)
        seed = derive_seed(self.domain, state.id, source, state.entries_hash)
        if state.seed not in (ZERO_HASH, seed):
            raise ChainDisagrees(
                f"competition {state.id} holds another seed than {_source_of(state)} gives",
                "ask another RPC endpoint; if it says the same, do not judge this competition",
            )
        return seed

    def seed_source(self, state: CompetitionState, history: History) -> bytes:
        """What the seed comes from: see `seed`, which checks it; `history` is up to its block."""
        if not state.beacon_round:
            return self.client.block(state.seed_block).hash
        if history.seed is None:
            raise ChainUnavailable(
                f"the log of the seed of competition {state.id} is missing",
                "ask another RPC endpoint",
            )
        return history.seed.source

    def events_of(self, receipt: Receipt) -> tuple[Event, ...]:
        """The events that a transaction caused in this contract."""
        logs = (log for log in receipt.logs if log.address == self.address)
        return tuple(event for event in map(parse_event, logs) if event is not None)

    # ----------------------------------------------------------------- inside

    def _view(self, block: Block, function: str, *arguments: object) -> Any:
        item = competition_abi().functions[function]
        return read_view(self.client, self.address, item, block, *arguments, what="a Competition")

    def _events(self, topics: Topics, first: int, block: Block) -> Iterable[Event]:
        logs = self.client.logs(self.address, topics, first, block.number)
        # Logs come by number. If the chain still has this block, they were of its history.
        if not self.client.is_canonical(block.number, block.hash):
            raise ChainUnavailable(
                f"the chain was reorganised at block {block.number} while it was read",
                "the next cycle reads it again",
            )
        return [event for event in map(parse_event, logs) if event is not None]


def _source_of(state: CompetitionState) -> str:
    if state.beacon_round:
        return f"round {state.beacon_round} of the beacon"
    return f"block {state.seed_block}"
