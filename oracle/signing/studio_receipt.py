"""A studio's receipt for one image, as the studio hands it to the player: a JSON object."""

from __future__ import annotations

from typing import Any

from oracle.errors import BadInput
from oracle.signing.strangers_json import MALFORMED, read_object, signature_bytes, unsigned
from oracle.signing.typed_data import SignedReceipt


def read_receipt(data: bytes) -> SignedReceipt:
    """The receipt in a file. Raises `BadInput` for anything else."""
    try:
        return receipt_of(read_object(data))
    except MALFORMED as error:
        raise BadInput(
            "this is not a studio's receipt",
            'it looks like {"prompt_index": 0, "studio_signature": "0x…"}',
        ) from error


def receipt_of(fields: dict[str, Any]) -> SignedReceipt:
    """The receipt in these fields; ValueError or KeyError when there is none."""
    index = unsigned(fields["prompt_index"], 32)
    return SignedReceipt(index, signature_bytes(fields["studio_signature"]))
