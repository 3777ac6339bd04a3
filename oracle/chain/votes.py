"""What auditors vote for, and how a vote is hidden until all are in; pure.

Each hash mirrors one expression of `contracts/interfaces/IAuditorQuorum.sol`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Final

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


# Steps of the training whose digests each elector's address adds to what is voted for.
WORK_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class RankingResult:
    """A recomputed ranking as the quorum decides on it, with what opens and proves its winner."""

    assertion: Assertion
    winner: RankingRow
    work_digest: bytes  # shows that the voter trained; see `hash_work`
    winner_salt: bytes  # the one that the winner was revealed with
    proof: tuple[bytes, ...]

    @property
    def hash(self) -> bytes:
        """What votes are counted by."""
        return hash_result(self.assertion, self.winner, self.work_digest)


def hash_result(assertion: Assertion, winner: RankingRow, work_digest: bytes) -> bytes:
    """keccak256(abi.encode(result, winner, workDigest))."""
    return keccak(
        encode([_ASSERTION, _ROW, "bytes32"], [assertion.as_abi(), astuple(winner), work_digest])
    )


def hash_work(step_digests: Sequence[bytes], seed: bytes, electors: Sequence[str]) -> bytes:
    """sha256 over digests of the training's states that no bundle tells, chosen by the electors.

    `step_digests` has one digest a step. Each elector, in the contract's order, chooses
    `WORK_STEPS` of them by keccak256(abi.encode(seed, elector)): each eight bytes of it, a
    big-endian number, modulo the number of steps. A judge without such digests has nothing to
    show: then it is the digest of no bytes.
    """
    hasher = hashlib.sha256()
    for elector in electors if step_digests else ():
        choice = keccak(encode(["bytes32", "address"], [seed, elector]))
        for place in range(WORK_STEPS):
            number = int.from_bytes(choice[8 * place : 8 * place + 8], "big")
            hasher.update(step_digests[number % len(step_digests)])
    return hasher.digest()


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
