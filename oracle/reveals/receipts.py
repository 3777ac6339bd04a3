"""Whether a studio's receipt counts, asked before anything is sent."""

from __future__ import annotations

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState
from oracle.chain.wire import Block
from oracle.errors import BadInput
from oracle.ledger.reveal_book import HandedOver
from oracle.reveals.calls import has_studio
from oracle.signing.typed_data import StudioReceipt
from oracle.signing.verifying import is_signed_by
from scoring.digest import Digest


def require_counting_receipt(
    contract: CompetitionContract,
    state: CompetitionState,
    player: str,
    given: HandedOver,
    block: Block,
) -> None:
    """Raises `BadInput` where the studio in the terms does not stand by a receipt."""
    if given.receipt is None or not has_studio(state):
        return
    studio = state.terms.studio
    digest, index = Digest(given.image_digest), given.receipt.prompt_index
    message = StudioReceipt(state.id, given.ticket_id, player, digest, index)
    client = contract.client
    if is_signed_by(message, contract.domain, given.receipt.signature, studio, client, block):
        return
    is_contract = bool(client.code(studio, block.hash))
    raise BadInput(
        f"the studio {studio} does not stand by this receipt"
        + (": it is a contract, which can take receipts back" if is_contract else ""),
        "ask the studio; without a receipt that it stands by, this image cannot be revealed"
        if is_contract
        else "give the receipt of this image for this ticket, as the studio gave it",
    )
