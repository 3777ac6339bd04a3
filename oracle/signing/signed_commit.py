"""A commitment that its player signed, for anybody to submit: as a file, and as a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.chain.address import parse_address
from oracle.chain.calls import Call, CompetitionCalls
from oracle.chain.commitments import Domain
from oracle.errors import BadInput
from oracle.signing.strangers_json import (
    MALFORMED,
    hash_bytes,
    read_object,
    signature_bytes,
    unsigned,
)
from oracle.signing.typed_data import CommitPermit


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
        fields = read_object(data)
        permit = CommitPermit(
            unsigned(fields["competition"], 256),
            unsigned(fields["ticket"], 32),
            hash_bytes(fields["commitment"]),
            hash_bytes(fields["replaced"]),
            unsigned(fields["deadline"], 256),
        )
        domain = Domain(unsigned(fields["chain_id"], 63), parse_address(str(fields["contract"])))
        player = parse_address(str(fields["player"]))
        return SignedCommit(domain, player, permit, signature_bytes(fields["signature"]))
    except MALFORMED as error:
        raise BadInput(
            "this is not a signed commitment", "make one with: judge submit 1 IMAGE --sign"
        ) from error
