"""An auditor who votes signs the four calls of a vote, and finalizing, and nothing else."""

from __future__ import annotations

import pytest

from oracle.chain.abi import competition_abi, quorum_abi
from oracle.chain.calls import Call
from oracle.chain.commitments import Domain
from oracle.errors import SignerRefused
from oracle.signing.policy import voter_policy

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
QUORUM = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
POLICY = voter_policy(1, CONTRACT, QUORUM)
OF_QUORUM = {"commitVote", "revealVote", "deliver", "settle", "claim"}
OF_COMPETITION = {"finalize"}


def is_allowed(call: Call, chain_id: int = 1) -> bool:
    try:
        POLICY.check(chain_id, call)
    except SignerRefused:
        return False
    return True


def test_exactly_the_calls_of_a_vote_are_signed_each_to_its_own_contract() -> None:
    selectors = {
        **{f.selector: name for name, f in competition_abi().functions.items()},
        **{f.selector: name for name, f in quorum_abi().functions.items()},
    }
    for address, expected in ((QUORUM, OF_QUORUM), (CONTRACT, OF_COMPETITION)):
        allowed = {
            name for s, name in selectors.items() if is_allowed(Call(address, s + b"\0" * 64))
        }
        assert allowed == expected


@pytest.mark.parametrize(
    "call",
    [
        Call(QUORUM, quorum_abi().functions["deliver"].selector, value_wei=1),
        Call(CONTRACT, competition_abi().functions["finalize"].selector, value_wei=1),
        Call("0x" + "11" * 20, quorum_abi().functions["commitVote"].selector),
        Call(None, quorum_abi().functions["commitVote"].selector),
        Call(QUORUM, b""),
    ],
    ids=["money to quorum", "money to contract", "elsewhere", "creation", "plain transfer"],
)
def test_nothing_else_is_signed(call: Call) -> None:
    assert not is_allowed(call)


def test_no_other_chain_and_no_message() -> None:
    vote = Call(QUORUM, quorum_abi().functions["commitVote"].selector)
    assert is_allowed(vote) and not is_allowed(vote, chain_id=2)
    with pytest.raises(SignerRefused):
        POLICY.check_message("Commit", Domain(1, CONTRACT))
