"""A proof of a large tree, built off-chain, is accepted by the contract, and no other."""

from __future__ import annotations

import pytest

from oracle.chain.commitments import RankingRow, hash_leaves
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion
from oracle.chain.tree_bench import ranking_rows
from oracle.errors import ContractRefused
from scoring.digest import sha256
from tests.integration.competition_world import World, picture

pytestmark = pytest.mark.integration

LEAVES = 100_000


def test_the_contract_takes_the_winners_proof_of_a_hundred_thousand_leaves(world: World) -> None:
    number = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, number, picture(1), picture(2))
    state = world.state(number)
    first = world.submissions[number][0]
    winner = RankingRow(1, 1, first.player.address, first.digest, -5, 0)
    rows = [winner, *ranking_rows(LEAVES - 1)]
    tree = StandardMerkleTree(list(hash_leaves(world.contract.domain, number, rows)))
    assertion = Assertion(state.entries_hash, sha256(b"m"), tree.root, 2, sha256(b"b"))
    proof = tree.proof(0)
    assert len(proof) in (16, 17)

    def simulate(proof: tuple[bytes, ...]) -> None:
        call = world.contract.calls.assert_ranking(
            number, assertion, winner, first.salt, proof, state.bond
        )
        world.contract.client.simulate(world.deployed.operator.address, call)

    simulate(proof)
    with pytest.raises(ContractRefused, match="proof"):
        simulate((bytes(32), *proof[1:]))
    with pytest.raises(ContractRefused, match="proof"):
        simulate(proof[1:])
