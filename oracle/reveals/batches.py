"""Sends what was handed over to be revealed, in batches, each exactly once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oracle.chain.calls import Call
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState
from oracle.errors import BadInput, ContractRefused
from oracle.ledger.reveal_book import HandedOver, RevealBook
from oracle.ledger.transaction import TxResult, TxStatus
from oracle.reveals.calls import has_studio, reveal_call, reveal_calls
from oracle.reveals.commitment import opens_commitment

MAX_TICKETS = 50

_FAILED = (TxStatus.REFUSED, TxStatus.REVERTED, TxStatus.EXPIRED)

Send = Callable[[str, Call], TxResult]
"""Sends a call once under a name."""


@dataclass(frozen=True)
class RevealBatches:
    """Plans batches in the ledger before they are sent, so that a kill repeats none."""

    contract: CompetitionContract
    book: RevealBook

    def advance(self, state: CompetitionState, send: Send) -> None:
        """Looks after planned batches, and plans what is not planned yet."""
        waiting = self.book.waiting(state.id)
        planned = [given for given in waiting if given.is_planned]
        planned.sort(key=_batch)
        for batch, together in itertools.groupby(planned, key=_batch):
            self._look_after(state, batch, tuple(together), send)
        fresh = [given for given in self.book.waiting(state.id) if not given.is_planned]
        for members in _pieces(self._still_wanted(state, fresh)):
            batch = self.book.plan(state.id, [given.ticket_id for given in members])
            self._look_after(state, batch, members, send)

    def _look_after(
        self, state: CompetitionState, batch: int, members: Sequence[HandedOver], send: Send
    ) -> None:
        call = reveal_calls(self.contract.calls, state, members)
        result = send(f"revealFor:{batch}", call)
        if result.status is TxStatus.CONFIRMED:
            self.book.settle(state.id, batch, done=True)
        elif result.status in _FAILED:
            # One of them was revealed by somebody else meanwhile, and took the others with it.
            self.book.settle(state.id, batch, done=False)

    def _still_wanted(
        self, state: CompetitionState, fresh: Sequence[HandedOver]
    ) -> list[HandedOver]:
        """Those whose commitment still stands; the others are revealed already, or replaced."""
        block = self.contract.client.latest_block()
        wanted = []
        for given in fresh:
            ticket = self.contract.ticket(state.id, given.ticket_id, block)
            opens = opens_commitment(self.contract.domain, state.id, ticket, given)
            if opens and self._receipt_counts(state, given):
                wanted.append(given)
            elif ticket.revealed:
                self.book.drop(state.id, given.ticket_id)
        return wanted

    def _receipt_counts(self, state: CompetitionState, given: HandedOver) -> bool:
        """Whether the studio's receipt, if one is needed, is (still) good: a contract's can end.

        One that is not would take all others of its batch with it.
        """
        if not has_studio(state):
            return True
        try:
            call = reveal_call(self.contract.calls, state, given)
            self.contract.client.simulate(state.operator, call)
        except (BadInput, ContractRefused):
            return False
        return True


def _batch(given: HandedOver) -> int:
    return given.batch or 0


def _pieces(given: list[HandedOver]) -> list[list[HandedOver]]:
    return [given[start : start + MAX_TICKETS] for start in range(0, len(given), MAX_TICKETS)]
