"""Every hash of the protocol against the vectors that contract and page are tested with, too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oracle.chain.commitments import (
    SUBMISSION_TYPEHASH,
    TARGET_TYPEHASH,
    ZERO_HASH,
    Domain,
    RankingRow,
    derive_seed,
    hash_leaf,
    hash_submission,
    hash_target,
    roll_entries_hash,
)
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion
from oracle.chain.votes import VOTE_TYPEHASH, hash_result, hash_vote
from oracle.signing.typed_data import CommitPermit, StudioReceipt, hash_typed

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "protocol.json").read_text())
DOMAIN = Domain(VECTORS["chainId"], VECTORS["contract"])
ID = VECTORS["id"]


def raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def row(fields: dict[str, Any]) -> RankingRow:
    return RankingRow(
        fields["rank"],
        fields["ticketId"],
        fields["player"],
        raw(fields["imageDigest"]),
        int(fields["score"]),
        fields["flags"],
    )


def test_targets_and_typehashes() -> None:
    target = VECTORS["target"]
    digest, salt = raw(target["targetDigest"]), raw(target["salt"])
    assert hash_target(DOMAIN, target["operator"], digest, salt) == raw(target["commitment"])
    assert raw(VECTORS["targetTypehash"]) == TARGET_TYPEHASH
    assert raw(VECTORS["submissionTypehash"]) == SUBMISSION_TYPEHASH
    assert raw(VECTORS["voteTypehash"]) == VOTE_TYPEHASH


def test_submissions_entries_and_seed() -> None:
    rolled = ZERO_HASH
    for entry in VECTORS["entries"]:
        ticket, player, digest = entry["ticketId"], entry["player"], raw(entry["imageDigest"])
        ours = hash_submission(DOMAIN, ID, ticket, player, digest, raw(entry["salt"]))
        assert ours == raw(entry["commitment"])
        rolled = roll_entries_hash(rolled, ticket, player, digest)
        assert rolled == raw(entry["entriesHashAfter"])
    assert rolled == raw(VECTORS["entriesHash"])
    assert derive_seed(DOMAIN, ID, raw(VECTORS["blockHash"]), rolled) == raw(VECTORS["seed"])


def test_leaves_roots_and_proofs() -> None:
    for ranking in VECTORS["rankings"]:
        leaves = [hash_leaf(DOMAIN, ID, row(leaf)) for leaf in ranking["leaves"]]
        assert leaves == [raw(leaf["leaf"]) for leaf in ranking["leaves"]]
        tree = StandardMerkleTree(leaves)
        assert tree.root == raw(ranking["root"])
        for place, leaf in enumerate(ranking["leaves"]):
            assert tree.proof(place) == tuple(map(raw, leaf["proof"]))


def test_signed_commitments_and_studios_receipts() -> None:
    commit = VECTORS["commit"]
    permit = CommitPermit(
        ID,
        commit["ticketId"],
        raw(commit["commitment"]),
        raw(commit["replaced"]),
        commit["deadline"],
    )
    assert hash_typed(permit, DOMAIN) == raw(commit["digest"])
    given = VECTORS["receipt"]
    receipt = StudioReceipt(
        ID, given["ticketId"], given["player"], raw(given["imageDigest"]), given["promptIndex"]
    )
    assert hash_typed(receipt, DOMAIN) == raw(given["digest"])


def test_results_and_votes() -> None:
    vote = VECTORS["vote"]
    result = vote["result"]
    assertion = Assertion(
        raw(result["entriesHash"]),
        raw(result["modelHash"]),
        raw(result["rankingRoot"]),
        result["leafCount"],
        raw(result["bundleDigest"]),
    )
    result_hash = hash_result(assertion, row(vote["winner"]), raw(vote["workDigest"]))
    assert result_hash == raw(vote["resultHash"])
    ours = hash_vote(DOMAIN, vote["quorum"], ID, vote["auditor"], result_hash, raw(vote["salt"]))
    assert ours == raw(vote["commitment"])
