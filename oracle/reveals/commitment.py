"""Whether what a player handed over opens the commitment that stands on-chain."""

from __future__ import annotations

from oracle.chain.commitments import Domain, hash_submission
from oracle.chain.state import Ticket
from oracle.ledger.reveal_book import HandedOver


def opens_commitment(
    domain: Domain, competition_id: int, ticket: Ticket, given: HandedOver
) -> bool:
    """Whether `given` opens the commitment of `ticket`; False once that is revealed."""
    return not ticket.revealed and ticket.commitment == hash_submission(
        domain,
        competition_id,
        given.ticket_id,
        ticket.player,
        given.image_digest,
        given.salt,
    )
