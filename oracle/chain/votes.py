"""What auditors vote for, and how a vote is hidden until all are in; pure.

Each hash mirrors one expression of `contracts/interfaces/IAuditorQuorum.sol`.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from oracle.chain.commitments import Domain, RankingRow
from oracle.chain.state import Assertion

_ASSERTION = "(bytes32,bytes32,bytes32,uint32,bytes32)"
_ROW = "(uint32,uint32,address,bytes32,int256,uint32)"

VOTE_TYPEHASH = keccak(
    text="Vote(uint256 chainid,address quorum,address competition,uint256 id,address auditor,"
    "bytes32 resultHash,bytes32 salt)"
)


@dataclass(frozen=True, slots=True)
class RankingResult:
    """A recomputed ranking as the quorum decides on it, with the proof of its first row."""

    assertion: Assertion
    winner: RankingRow
    proof: tuple[bytes, ...]

    @property
    def hash(self) -> bytes:
        """What votes are counted by."""
        return hash_result(self.assertion, self.winner)


def hash_result(assertion: Assertion, winner: RankingRow) -> bytes:
    """keccak256(abi.encode(result, winner))."""
    return keccak(encode([_ASSERTION, _ROW], [assertion.as_abi(), astuple(winner)]))


def hash_vote(
    domain: Domain,
    quorum: str,
    competition_id: int,
    auditor: str,
    result_hash: bytes,
    salt: bytes,
) -> bytes:
    """A vote's commitment; binding the auditor makes a copied one useless."""
    return keccak(
        encode(
            [
                "bytes32",
                "uint256",
                "address",
                "address",
                "uint256",
                "address",
                "bytes32",
                "bytes32",
            ],
            [
                VOTE_TYPEHASH,
                domain.chain_id,
                quorum,
                domain.competition,
                competition_id,
                auditor,
                result_hash,
                salt,
            ],
        )
    )
