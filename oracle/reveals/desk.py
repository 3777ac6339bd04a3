"""Reveals for players who cannot be there: they hand over digest and salt, the daemon sends.

Nothing is accepted before Revealing begins: until then digest and salt are secrets that only their
player should know. From then on they are about to be public anyway.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.errors import BadInput, ContractRefused, WrongMoment
from oracle.ledger.reveal_book import HandedOver, RevealBook
from oracle.reveals.calls import has_studio, reveal_call
from oracle.reveals.commitment import opens_commitment


@dataclass
class RevealDesk:
    """Takes reveals of one operator's competitions; has a chain client of its own."""

    contract: CompetitionContract
    book: RevealBook
    operator: str
    margin_seconds: int  # nothing is promised this close to the end of Revealing
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)

    def accept(self, competition_id: int, given: HandedOver) -> str:
        """Takes over a reveal after checking it against the commitment on-chain.

        Returns "accepted", or "revealed" when that was done already. Raises `WrongMoment`,
        `BadInput`, or `RetryLater` without a chain.
        """
        with self._one:
            block = self.contract.client.latest_block()
            state = self.contract.state(competition_id, block)
            self._check_moment(state, block.timestamp)
            ticket = self.contract.ticket(competition_id, given.ticket_id, block)
            if ticket.revealed:
                return "revealed"
            if not opens_commitment(self.contract.domain, competition_id, ticket, given):
                raise BadInput(
                    f"image and salt do not open the commitment of ticket {given.ticket_id}",
                    "hand over the digest and salt of the submission that was committed last",
                )
            self._check_receipt(state, given, block)
            self.book.record(competition_id, given)
            return "accepted"

    def _check_receipt(self, state: CompetitionState, given: HandedOver, block: Block) -> None:
        """By asking the contract itself, which knows accounts' signatures and contracts'."""
        if not has_studio(state):
            return
        call = reveal_call(self.contract.calls, state, given)
        try:
            self.contract.client.simulate(self.operator, call, block.hash)
        except ContractRefused as error:
            raise BadInput(error.what, error.hint) from error

    def _check_moment(self, state: CompetitionState, now: int) -> None:
        if state.phase is Phase.NONE or state.operator != self.operator:
            raise BadInput(
                f"this daemon operates no competition {state.id}",
                "ask the daemon of its operator, or reveal yourself",
            )
        if state.phase < Phase.REVEALING:
            raise WrongMoment(
                f"competition {state.id} is not revealing yet: nothing was read or kept",
                "keep digest and salt secret until its Open phase is over, and come back then",
            )
        if state.phase is not Phase.REVEALING or now + self.margin_seconds >= state.reveal_ends:
            raise WrongMoment(
                f"it is too late to reveal in competition {state.id}", "nothing can be done"
            )
