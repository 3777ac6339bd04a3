"""A commitment that its player signed, for anybody to submit: as a file, and as a call."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from oracle.chain.address import parse_address
from oracle.chain.calls import Call, CompetitionCalls
from oracle.chain.commitments import Domain
from oracle.errors import BadInput
from oracle.signing.typed_data import CommitPermit, SignedReceipt

MAX_FILE_BYTES = 65_536
_HASH = re.compile(r"0x[0-9a-fA-F]{64}\Z")
_SIGNATURE = re.compile(r"0x(?:[0-9a-fA-F]{2}){1,4096}\Z")  # a contract's can be longer than 65


@dataclass(frozen=True)
class SignedCommit:
    """A permit for one contract on one chain, with its player's signature."""

    domain: Domain
    player: str
    permit: CommitPermit
    signature: bytes

    def call(self, calls: CompetitionCalls) -> Call:
        """What whoever submits it sends."""
        permit = self.permit
        return calls.commit_submission_for(
            permit.competition_id,
            permit.ticket_id,
            permit.commitment,
            permit.replaced,
            permit.deadline,
            self.signature,
        )

    def to_json(self) -> dict[str, Any]:
        """All of it is public but for the salt, which is not in it."""
        return {
            "chain_id": self.domain.chain_id,
            "contract": self.domain.competition,
            "player": self.player,
            "competition": self.permit.competition_id,
            "ticket": self.permit.ticket_id,
            "commitment": "0x" + self.permit.commitment.hex(),
            "replaced": "0x" + self.permit.replaced.hex(),
            "deadline": self.permit.deadline,
            "signature": "0x" + self.signature.hex(),
        }


def read_signed_commit(data: bytes) -> SignedCommit:
    """What `to_json` wrote, from somebody else. Raises `BadInput` for anything else."""
    try:
        fields = _object(data)
        permit = CommitPermit(
            _number(fields["competition"], 256),
            _number(fields["ticket"], 32),
            _matching(_HASH, fields["commitment"]),
            _matching(_HASH, fields["replaced"]),
            _number(fields["deadline"], 256),
        )
        domain = Domain(_number(fields["chain_id"], 63), parse_address(str(fields["contract"])))
        player = parse_address(str(fields["player"]))
        return SignedCommit(domain, player, permit, _matching(_SIGNATURE, fields["signature"]))
    except (ValueError, KeyError, RecursionError) as error:
        raise BadInput(
            "this is not a signed commitment", "make one with: judge submit 1 IMAGE --sign"
        ) from error


def read_receipt(data: bytes) -> SignedReceipt:
    """A studio's receipt, as POST /reveals takes it. Raises `BadInput` for anything else."""
    try:
        return receipt_of(_object(data))
    except (ValueError, KeyError, RecursionError) as error:
        raise BadInput(
            "this is not a studio's receipt",
            'it looks like {"prompt_index": 0, "studio_signature": "0x…"}',
        ) from error


def receipt_of(fields: dict[str, Any]) -> SignedReceipt:
    """The receipt in these fields; ValueError or KeyError when there is none."""
    index = _number(fields["prompt_index"], 32)
    return SignedReceipt(index, _matching(_SIGNATURE, fields["studio_signature"]))


def _object(data: bytes) -> dict[str, Any]:
    value = json.loads(data) if len(data) <= MAX_FILE_BYTES else None
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _number(value: object, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 2**bits:
        raise ValueError("not a number of this many bits")
    return value


def _matching(pattern: re.Pattern[str], text: object) -> bytes:
    if not isinstance(text, str) or not pattern.match(text):
        raise ValueError("not hexadecimal of this length")
    return bytes.fromhex(text[2:])
