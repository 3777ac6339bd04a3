"""Ranking roots and proofs are those of OpenZeppelin's own library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from oracle.chain.commitments import Domain, RankingRow, hash_leaf
from oracle.chain.merkle import StandardMerkleTree, verify_proof

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "merkle.json").read_text())
hashes = st.binary(min_size=32, max_size=32)


def raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def row(fields: dict[str, Any]) -> RankingRow:
    return RankingRow(
        rank=fields["rank"],
        ticket_id=fields["ticket_id"],
        player=to_checksum_address(fields["player"]),
        image_digest=raw(fields["image_digest"]),
        score=int(fields["score"]),
        flags=fields["flags"],
    )


@pytest.mark.parametrize("vector", VECTORS["trees"], ids=lambda v: f"{len(v['rows'])} rows")
def test_leaves_root_and_proofs_equal_those_of_openzeppelin(vector: dict[str, Any]) -> None:
    domain = Domain(VECTORS["chain_id"], VECTORS["competition"])
    leaves = [hash_leaf(domain, VECTORS["id"], row(fields)) for fields in vector["rows"]]
    tree = StandardMerkleTree(leaves)
    assert leaves == [raw(leaf) for leaf in vector["leaves"]]
    assert tree.root == raw(vector["root"])
    proofs = [[raw(node) for node in proof] for proof in vector["proofs"]]
    assert [list(tree.proof(i)) for i in range(len(tree))] == proofs


@given(st.lists(hashes, min_size=1, max_size=40))
def test_every_proof_leads_to_the_root(leaves: list[bytes]) -> None:
    tree = StandardMerkleTree(leaves)
    for index, leaf in enumerate(leaves):
        assert tree.verify(index)
        assert verify_proof(tree.root, leaf, tree.proof(index))


@given(st.lists(hashes, min_size=2, max_size=20, unique=True), st.data())
def test_a_proof_with_one_bit_changed_leads_elsewhere(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree = StandardMerkleTree(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = list(tree.proof(index))
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    proof[at] = (int.from_bytes(proof[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    assert not verify_proof(tree.root, leaves[index], proof)


@given(st.lists(hashes, min_size=1, max_size=20, unique=True), hashes)
def test_a_leaf_that_is_not_in_the_tree_has_no_proof(leaves: list[bytes], other: bytes) -> None:
    tree = StandardMerkleTree(leaves)
    if other not in leaves:
        assert not any(
            verify_proof(tree.root, other, tree.proof(index)) for index in range(len(leaves))
        )


@given(st.lists(hashes, min_size=1, max_size=20), st.randoms())
def test_the_root_does_not_depend_on_the_order_of_rows(leaves: list[bytes], random: Any) -> None:
    shuffled = list(leaves)
    random.shuffle(shuffled)
    assert StandardMerkleTree(shuffled).root == StandardMerkleTree(leaves).root


def test_a_single_entry_is_its_own_root_with_an_empty_proof() -> None:
    tree = StandardMerkleTree([b"\x07" * 32])
    assert tree.root == b"\x07" * 32
    assert tree.proof(0) == ()


def test_no_entries_have_no_tree() -> None:
    with pytest.raises(ValueError, match="at least one leaf"):
        StandardMerkleTree([])


def test_a_leaf_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        StandardMerkleTree([b"\x01" * 31])


@pytest.mark.parametrize("index", [-1, 2])
def test_a_proof_for_a_row_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(IndexError, match="2 leaves"):
        StandardMerkleTree([b"\x01" * 32, b"\x02" * 32]).proof(index)
