"""The hashes that players, contract, oracle and auditor must all compute alike; pure.

Each mirrors one expression of `contracts/interfaces/ICompetition.sol`. Digests, salts and hashes
are 32 bytes; addresses are checksummed strings.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from oracle.chain.keccak import keccak256

# rank, ticketId, player, imageDigest, score, flags; each a word of 32 bytes
_ROW = struct.Struct(">28xI28xI12x20s32s32s28xI")

ZERO_HASH = bytes(32)

TARGET_TYPEHASH = keccak(
    text="Target(uint256 chainid,address competition,address operator,"
    "bytes32 targetDigest,bytes32 salt)"
)
SUBMISSION_TYPEHASH = keccak(
    text="Submission(uint256 chainid,address competition,uint256 id,uint256 ticketId,"
    "address player,bytes32 imageDigest,bytes32 salt)"
)


@dataclass(frozen=True, slots=True)
class Domain:
    """The contract that a hash is bound to, so that it means nothing anywhere else."""

    chain_id: int
    competition: str


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One row of a ranking as the contract hashes it (Solidity `RankedEntry`)."""

    rank: int  # place, counted from 1
    ticket_id: int
    player: str
    image_digest: bytes
    score: int  # lower is better; signed
    flags: int  # bit 0: disqualified


def hash_target(domain: Domain, operator: str, target_digest: bytes, salt: bytes) -> bytes:
    """The commitment that hides a target until the sale is over."""
    return keccak(
        encode(
            ["bytes32", "uint256", "address", "address", "bytes32", "bytes32"],
            [
                TARGET_TYPEHASH,
                domain.chain_id,
                domain.competition,
                operator,
                target_digest,
                salt,
            ],
        )
    )


def hash_submission(
    domain: Domain,
    competition_id: int,
    ticket_id: int,
    player: str,
    image_digest: bytes,
    salt: bytes,
) -> bytes:
    """The commitment to a submission; binding the player makes a copied one useless."""
    return keccak(
        encode(
            [
                "bytes32",
                "uint256",
                "address",
                "uint256",
                "uint256",
                "address",
                "bytes32",
                "bytes32",
            ],
            [
                SUBMISSION_TYPEHASH,
                domain.chain_id,
                domain.competition,
                competition_id,
                ticket_id,
                player,
                image_digest,
                salt,
            ],
        )
    )


def roll_entries_hash(
    entries_hash: bytes, ticket_id: int, player: str, image_digest: bytes
) -> bytes:
    """The entry set's hash after one more reveal; it starts as `ZERO_HASH`."""
    return keccak(
        encode(
            ["bytes32", "uint256", "address", "bytes32"],
            [entries_hash, ticket_id, player, image_digest],
        )
    )


def derive_seed(domain: Domain, competition_id: int, source: bytes, entries_hash: bytes) -> bytes:
    """The seed that follows from the closed entry set and what nobody could choose.

    `source` is the beacon's randomness, or the seed block's hash.
    """
    return keccak(
        encode(
            ["bytes32", "bytes32", "uint256", "address", "uint256"],
            [source, entries_hash, domain.chain_id, domain.competition, competition_id],
        )
    )


def hash_leaf(domain: Domain, competition_id: int, row: RankingRow) -> bytes:
    """The double-hashed Merkle leaf of one ranking row, as OpenZeppelin's standard tree has it.

    Raises ValueError when a field does not fit its Solidity type.
    """
    return next(hash_leaves(domain, competition_id, (row,)))


def hash_leaves(domain: Domain, competition_id: int, rows: Iterable[RankingRow]) -> Iterator[bytes]:
    """As `hash_leaf`, for each of many rows; a million take seconds."""
    # Every field is of a fixed size, so that `abi.encode` is their words one after the other.
    place = encode(
        ["uint256", "address", "uint256"], [domain.chain_id, domain.competition, competition_id]
    )
    for row in rows:
        player = bytes.fromhex(row.player.removeprefix("0x"))
        if len(player) != 20 or len(row.image_digest) != 32:
            raise ValueError("a ranking row has a player or digest of the wrong length")
        try:
            score = row.score.to_bytes(32, "big", signed=True)
            words = _ROW.pack(row.rank, row.ticket_id, player, row.image_digest, score, row.flags)
        except (OverflowError, struct.error) as error:
            raise ValueError(f"a ranking row does not fit its types: {error}") from error
        yield keccak256(keccak256(place + words))
