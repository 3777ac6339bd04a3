"""OpenZeppelin's standard Merkle tree (npm `@openzeppelin/merkle-tree`), over leaf hashes.

Leaves are sorted, laid out backwards at the end of a complete binary tree kept in one array, and
every pair is hashed smaller first, so that a proof needs no left-or-right marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oracle.chain.keccak import keccak256


def hash_pair(a: bytes, b: bytes) -> bytes:
    """keccak256 of two 32-byte nodes, the smaller first."""
    return keccak256(a + b if a < b else b + a)


def process_proof(leaf: bytes, proof: Iterable[bytes]) -> bytes:
    """The root that a leaf and its proof lead to."""
    node = leaf
    for sibling in proof:
        node = hash_pair(node, sibling)
    return node


def verify_proof(root: bytes, leaf: bytes, proof: Iterable[bytes]) -> bool:
    """Whether the proof leads from the leaf to the root, as the contract checks it."""
    return process_proof(leaf, proof) == root


class StandardMerkleTree:
    """A tree over at least one 32-byte leaf hash; proofs are asked for by the leaf's given index.

    The order in which leaves are given does not change the root.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a Merkle tree needs at least one leaf")
        if any(len(leaf) != 32 for leaf in leaves):
            raise ValueError("every leaf of a Merkle tree is a hash of 32 bytes")
        by_hash = sorted(range(len(leaves)), key=lambda i: leaves[i])
        nodes = [b""] * (2 * len(leaves) - 1)
        self._position = [0] * len(leaves)
        for place, index in enumerate(by_hash):
            self._position[index] = len(nodes) - 1 - place
            nodes[len(nodes) - 1 - place] = leaves[index]
        for parent in range(len(leaves) - 2, -1, -1):
            nodes[parent] = hash_pair(nodes[2 * parent + 1], nodes[2 * parent + 2])
        self._nodes = nodes

    @property
    def root(self) -> bytes:
        return self._nodes[0]

    def __len__(self) -> int:
        return len(self._position)

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Siblings from the leaf given as number `index` up to the root; empty for a tree of one.

        Raises IndexError when there is no such leaf.
        """
        if not 0 <= index < len(self._position):
            raise IndexError(f"the tree has {len(self)} leaves, there is no number {index}")
        position = self._position[index]
        siblings = []
        while position > 0:
            siblings.append(self._nodes[position + 1 if position % 2 else position - 1])
            position = (position - 1) // 2
        return tuple(siblings)

    def verify(self, index: int) -> bool:
        """Whether the tree's own proof of a leaf leads to its root."""
        return verify_proof(self.root, self._nodes[self._position[index]], self.proof(index))
