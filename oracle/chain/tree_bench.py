"""How long a ranking's Merkle tree takes to build, and how much memory; `judge bench tree`."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from oracle.chain.commitments import Domain, RankingRow, hash_leaves
from oracle.chain.merkle import StandardMerkleTree, verify_proof

_DOMAIN = Domain(1, "0x" + "11" * 20)


@dataclass(frozen=True)
class TreeFigures:
    """What one run measured."""

    leaves: int
    hashing_seconds: float  # of processor time, as are all of these
    building_seconds: float
    total_seconds: float
    peak_memory_bytes: int  # of the whole process
    proof_hashes: int
    root: str


def ranking_rows(count: int) -> list[RankingRow]:
    """A made-up ranking."""
    return [
        RankingRow(
            rank=place + 1,
            ticket_id=count - place,
            player=f"0x{place:040x}",
            image_digest=place.to_bytes(32, "little"),
            score=place * 7919 - 10**6,
            flags=0,
        )
        for place in range(count)
    ]


def measure(leaves: int, clock: Callable[[], float] = time.process_time) -> TreeFigures:
    """Hashes and builds a tree of this many leaves, and verifies the proof of its last one."""
    rows = ranking_rows(leaves)
    started = clock()
    hashed = list(hash_leaves(_DOMAIN, 1, rows))
    half = clock()
    tree = StandardMerkleTree(hashed)
    ended = clock()
    proof = tree.proof(leaves - 1)
    if not verify_proof(tree.root, hashed[-1], proof):
        raise AssertionError("the tree's own proof does not lead to its root")
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return TreeFigures(
        leaves,
        half - started,
        ended - half,
        ended - started,
        peak,
        len(proof),
        "0x" + tree.root.hex(),
    )
