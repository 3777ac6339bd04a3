"""The Competition contract as typed reads: state at a block, and history up to a block."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.chain.abi import competition_abi
from oracle.chain.calls import CompetitionCalls
from oracle.chain.client import ChainClient
from oracle.chain.commitments import ZERO_HASH, Domain, derive_seed
from oracle.chain.entries import rebuild_entries
from oracle.chain.events import (
    Event,
    History,
    all_topics,
    history_of,
    parse_event,
)
from oracle.chain.log_ranges import Topics
from oracle.chain.state import (
    CompetitionState,
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
        self._start_block = start_block

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
        """The commitment that counts now; zero when there is none or it is revealed."""
        return self.ticket(competition_id, ticket_id, block).commitment

    def credit(self, account: str, block: Block) -> int:
        """Wei that an account can withdraw."""
        return int(self._view(block, "creditOf", account))

    def bond(self, competition_id: int, block: Block) -> int:
        """Wei that an assertion has to send along."""
        return int(self._view(block, "bondOf", competition_id))

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
        return history_of(self._events(topics, block))

    def entries(self, competition_id: int, block: Block) -> tuple[Entry, ...]:
        """The entry set at a block, in order of reveal.

        Raises ChainDisagrees when the logs do not lead to the hash that the contract stores.
        """
        return self.entries_of(self.history(competition_id, block), competition_id, block)

    def entries_of(self, history: History, competition_id: int, block: Block) -> tuple[Entry, ...]:
        """As `entries`, from a history that was already read up to the same block."""
        state = self.state(competition_id, block)
        return rebuild_entries(history, state.entries_hash, state.revealed)

    def seed(self, state: CompetitionState) -> bytes:
        """The seed that follows from the seed block's hash, equal to the pinned one.

        Raises ChainDisagrees when the contract holds another.
        """
        block_hash = self.client.block(state.seed_block).hash
        seed = derive_seed(self.domain, state.id, block_hash, state.entries_hash)
        if state.seed not in (ZERO_HASH, seed):
            raise ChainDisagrees(
                f"competition {state.id} holds another seed than block {state.seed_block} gives",
                "ask another RPC endpoint; if it says the same, do not judge this competition",
            )
        return seed

    def events_of(self, receipt: Receipt) -> tuple[Event, ...]:
        """The events that a transaction caused in this contract."""
        logs = (log for log in receipt.logs if log.address == self.address)
        return tuple(event for event in map(parse_event, logs) if event is not None)

    # ----------------------------------------------------------------- inside

    def _view(self, block: Block, function: str, *arguments: object) -> Any:
        item = competition_abi().functions[function]
        return read_view(self.client, self.address, item, block, *arguments, what="a Competition")

    def _events(self, topics: Topics, block: Block) -> Iterable[Event]:
        logs = self.client.logs(self.address, topics, self._start_block, block.number)
        # Logs come by number. If the chain still has this block, they were of its history.
        if not self.client.is_canonical(block.number, block.hash):
            raise ChainUnavailable(
                f"the chain was reorganised at block {block.number} while it was read",
                "the next cycle reads it again",
            )
        return [event for event in map(parse_event, logs) if event is not None]
