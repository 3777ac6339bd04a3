"""The auditors' quorum on a chain is what Python says about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.chain.abi import quorum_abi
from oracle.chain.commitments import RankingRow
from oracle.chain.quorum import Ballot, QuorumCase, QuorumContract
from oracle.chain.state import Assertion
from oracle.chain.view import read_view
from oracle.chain.votes import VOTE_TYPEHASH, RankingResult, hash_vote
from oracle.deployment.blueprint import create2_address, quorum_blueprint
from oracle.errors import BadInput, Mismatch
from tests.integration.deployed_contract import Deployed
from tests.integration.quorum_on_chain import charter_of, deploy_quorum_on

pytestmark = pytest.mark.integration


def test_it_stands_where_its_charter_says_in_whatever_order_members_are_named(
    deployed: Deployed,
) -> None:
    charter = charter_of(deployed)
    quorum = deploy_quorum_on(deployed, charter)
    assert quorum.contract.address == create2_address(quorum_blueprint(charter))
    backwards = replace(charter, members=charter.members[::-1])
    assert quorum.contract.address == create2_address(quorum_blueprint(backwards))
    assert set(quorum.charter.members) == set(charter.members)
    assert replace(quorum.charter, members=charter.members) == charter
    assert create2_address(quorum_blueprint(replace(charter, threshold=3))) != (
        quorum.contract.address
    )


def test_before_the_first_vote_everything_is_zero(deployed: Deployed) -> None:
    quorum = deploy_quorum_on(deployed)
    latest = deployed.client.latest_block()
    assert quorum.contract.case(1, latest) == QuorumCase(0, 0, 0, 0, 0, bytes(32), 0)
    member = quorum.charter.members[0]
    assert quorum.contract.ballot(1, member, latest) == Ballot(
        bytes(32), bytes(32), settled=False, claimed=False
    )
    assert quorum.contract.votes_for(1, bytes(32), latest) == 0


def test_hashes_are_the_contracts_own(deployed: Deployed) -> None:
    quorum = deploy_quorum_on(deployed)
    row = RankingRow(1, 7, deployed.players[3].address, b"\x05" * 32, -(2**200), 65)
    assertion = Assertion(b"\1" * 32, b"\2" * 32, b"\3" * 32, 9, b"\4" * 32)
    result = RankingResult(assertion, row, b"\6" * 32, b"\7" * 32, ())
    latest = deployed.client.latest_block()

    def ask(name: str, *arguments: object) -> object:
        function = quorum_abi().functions[name]
        address = quorum.contract.address
        return read_view(deployed.client, address, function, latest, *arguments, what="a quorum")

    fields = (1, 7, row.player, row.image_digest, row.score, row.flags)
    assert ask("hashResult", assertion.as_abi(), fields, b"\6" * 32) == result.hash
    assert ask("VOTE_TYPEHASH") == VOTE_TYPEHASH
    auditor, salt = quorum.charter.members[1], b"\x0a" * 32
    ours = hash_vote(
        deployed.contract.domain, quorum.contract.address, 3, auditor, result.hash, salt
    )
    assert ask("hashVote", 3, auditor, result.hash, salt) == ours


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"threshold": 1}, "does not fit 3 members"),
        ({"threshold": 4}, "does not fit 3 members"),
        ({"members": ()}, "does not fit 0 members"),
        ({"reveal_seconds": 0}, "no length"),
        ({"stake_wei": 0}, "stake nothing"),
        ({"commit_seconds": 30 * 86_400}, "longer than 30 days"),
    ],
)
def test_a_charter_that_the_contract_would_refuse_is_refused_first(
    deployed: Deployed, change: dict[str, object], words: str
) -> None:
    charter = replace(charter_of(deployed), **change)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=words):
        quorum_blueprint(charter)


def test_a_member_named_twice_is_refused(deployed: Deployed) -> None:
    charter = charter_of(deployed)
    twice = (charter.members[0], charter.members[0].lower(), charter.members[1])
    with pytest.raises(BadInput, match="named twice"):
        quorum_blueprint(replace(charter, members=twice))


def test_what_is_no_quorum_has_no_charter(deployed: Deployed) -> None:
    latest = deployed.client.latest_block()
    for address in (deployed.contract.address, deployed.players[0].address):
        with pytest.raises(Mismatch, match="AuditorQuorum"):
            QuorumContract(deployed.client, address).charter(latest)
