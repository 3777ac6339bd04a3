"""Which call reveals: a competition with a studio takes nothing without its receipt."""

from __future__ import annotations

from collections.abc import Sequence

from oracle.chain.calls import Call, CompetitionCalls
from oracle.chain.state import ZERO_ADDRESS, CompetitionState
from oracle.errors import BadInput
from oracle.ledger.reveal_book import HandedOver
from oracle.signing.typed_data import SignedReceipt


def has_studio(state: CompetitionState) -> bool:
    """Whether reveals need a studio's receipt."""
    return state.terms.studio != ZERO_ADDRESS


def reveal_call(calls: CompetitionCalls, state: CompetitionState, given: HandedOver) -> Call:
    """Reveals one submission. Raises `BadInput` when a receipt is needed and missing."""
    what = (state.id, given.ticket_id, given.image_digest, given.salt)
    if not has_studio(state):
        return calls.reveal_submission(*what)
    receipt = _required(state, given)
    return calls.reveal_submission_with_receipt(*what, receipt.prompt_index, receipt.signature)


def reveal_calls(
    calls: CompetitionCalls, state: CompetitionState, given: Sequence[HandedOver]
) -> Call:
    """Reveals many submissions in one call, all or nothing."""
    tickets = [one.ticket_id for one in given]
    digests = [one.image_digest for one in given]
    salts = [one.salt for one in given]
    if not has_studio(state):
        return calls.reveal_submissions(state.id, tickets, digests, salts)
    receipts = [_required(state, one) for one in given]
    return calls.reveal_submissions_with_receipts(
        state.id,
        tickets,
        digests,
        salts,
        [receipt.prompt_index for receipt in receipts],
        [receipt.signature for receipt in receipts],
    )


def _required(state: CompetitionState, given: HandedOver) -> SignedReceipt:
    if given.receipt is None:
        raise BadInput(
            f"competition {state.id} takes only images with a receipt of its studio",
            "give the receipt that the studio gave for this image: prompt index and signature",
        )
    return given.receipt
