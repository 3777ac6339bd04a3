"""What the contracts log is enough to know all that they store, at every block of their history."""

from __future__ import annotations

from typing import Any

import pytest

from oracle.chain.abi import AbiItem, competition_abi, quorum_abi
from oracle.chain.state import Phase, Verdict, dispute_from_abi
from oracle.chain.view import read_view
from oracle.chain.wire import Block, Log
from tests.integration.chain.played_competition import PRICE
from tests.integration.chain.played_saga import Saga
from tests.integration.chain.rebuilt import RebuiltCompetitions
from tests.integration.chain.rebuilt_quorum import Case, RebuiltQuorum
from tests.integration.deployed_contract import Deployed
from tests.integration.quorum_on_chain import deploy_quorum_on

# It reads everything there is at some two hundred blocks.
pytestmark = [pytest.mark.integration, pytest.mark.slow]

BURNED = "0x000000000000000000000000000000000000dEaD"


@pytest.fixture
def saga(own_deployed: Deployed) -> Saga:
    saga = Saga(own_deployed, deploy_quorum_on(own_deployed))
    saga.play()
    return saga


def all_logs(deployed: Deployed, address: str, last: Block) -> tuple[Log, ...]:
    return deployed.client.logs(address, [None], 0, last.number)


def test_storage_follows_from_logs_at_every_block(saga: Saga) -> None:
    deployed, client = saga.deployed, saga.deployed.client
    last = client.latest_block()
    blocks = [client.block(number) for number in range(last.number + 1)]
    times = {block.number: block.timestamp for block in blocks}
    logs = by_block(all_logs(deployed, deployed.contract.address, last))
    votes = by_block(all_logs(deployed, saga.quorum.contract.address, last))
    rebuilt = RebuiltCompetitions(times, saga.beacon.network)
    quorum = RebuiltQuorum(saga.quorum.charter, times)
    compared = 0
    for block in blocks:
        rebuilt.take(logs.get(block.number, ()))
        states = {number: rebuilt.state(number, block.timestamp) for number in rebuilt.events}
        quorum.take(
            votes.get(block.number, ()),
            {number: state.dispute for number, state in states.items()},
        )
        # Between events only the clock moves on, and every phase of it has some event.
        happened = [*logs.get(block.number, ()), *votes.get(block.number, ())]
        if happened:
            touched = {int.from_bytes(log.topics[1]) for log in happened} & rebuilt.events.keys()
            compare(saga, rebuilt, quorum, block, touched)
            compared += 1
    assert compared > 200
    compare(saga, rebuilt, quorum, last, set(rebuilt.events))
    check_ends(saga, rebuilt, quorum, last)


def check_ends(
    saga: Saga, rebuilt: RebuiltCompetitions, quorum: RebuiltQuorum, last: Block
) -> None:
    """That the saga went where it was to go, so that there was something to compare."""
    ends = [rebuilt.state(number, last.timestamp) for number in sorted(rebuilt.events)]
    assert [(end.phase, end.dispute.verdict) for end in ends] == [
        (Phase.OPENING, Verdict.NONE),  # nobody opened it, and nobody has voided it yet
        (Phase.FINAL, Verdict.NONE),
        (Phase.VOID, Verdict.NONE),
        (Phase.FINAL, Verdict.REPLACED),
        (Phase.FINAL, Verdict.UPHELD),
        (Phase.VOID, Verdict.NONE),
        (Phase.VOID, Verdict.REPLACED),
        (Phase.VOID, Verdict.NONE),
        (Phase.FINAL, Verdict.REPLACED),
    ]
    credit = rebuilt.credits[saga.deployed.players[2].address]
    assert credit == PRICE, "the refund that was refused"
    assert rebuilt.credits[BURNED] > 0, "the fee of an arbiter without code"
    electors = [len(quorum.electors(end.dispute.disputed_at)) for end in ends[3:7]]
    assert electors == [3, 2, 3, 3], "who lost stake has no vote until it has topped up"
    assert len(quorum.known) == 4, "one has left its seat to another"


def compare(
    saga: Saga,
    rebuilt: RebuiltCompetitions,
    quorum: RebuiltQuorum,
    block: Block,
    touched: set[int],
) -> None:
    """What can be read at a block against the logs up to it: all of `touched`, most of the rest."""
    contract = saga.deployed.contract
    assert contract.competition_count(block) == len(rebuilt.events)
    for number in rebuilt.events:
        assert contract.state(number, block) == rebuilt.state(number, block.timestamp)
    for number in touched:
        compare_competition(saga, rebuilt, number, block)
        compare_case(saga, rebuilt, quorum, number, block)
    for account in accounts_of(saga):
        assert contract.credit(account, block) == rebuilt.credits[account]
    compare_seats(saga, quorum, block)


def compare_competition(
    saga: Saga, rebuilt: RebuiltCompetitions, number: int, block: Block
) -> None:
    """The views of one competition, beside the one that has nearly everything."""
    contract, now = saga.deployed.contract, block.timestamp

    def view(name: str, *arguments: object) -> Any:
        return ask(saga, contract.address, competition_abi().functions[name], block, *arguments)

    state = rebuilt.state(number, now)
    assert view("phaseOf", number) == state.phase
    assert dispute_from_abi(view("disputeOf", number)) == state.dispute
    amounts = tuple(view(name, number) for name in ("potOf", "bondOf", "depositOf"))
    assert amounts == (state.pot, state.bond, state.deposit)
    target = state.terms.target_commitment
    for operator in (state.operator, saga.deployed.players[0].address):
        used = view("isTargetUsed", operator, target)
        assert used == rebuilt.is_target_used(operator, target)
    for ticket in (1, 2, 3, 4):
        assert contract.ticket(number, ticket, block) == rebuilt.ticket(number, ticket)
        assert contract.refund(number, ticket, block) == rebuilt.refund(number, ticket, now)
    for account in accounts_of(saga):
        paid = contract.contribution(number, account, block)
        assert paid == rebuilt.contribution(number, account)
        assert contract.claim(number, account, block) == rebuilt.claim(number, account, now)


def compare_case(
    saga: Saga, rebuilt: RebuiltCompetitions, quorum: RebuiltQuorum, number: int, block: Block
) -> None:
    """What the quorum says about one dispute."""
    contract = saga.quorum.contract
    function = quorum_abi().functions["caseOf"]
    raw = ask(saga, contract.address, function, block, number)
    assert Case(*raw.values()) == quorum.case(number)
    dispute = rebuilt.state(number, block.timestamp).dispute
    if dispute.disputed_at:
        assert contract.electors(number, block) == quorum.electors(dispute.disputed_at)
    for address in quorum.known:
        found = contract.ballot(number, address, block)
        assert found == quorum.ballot(number, address)
        if any(found.result_hash):
            votes = contract.votes_for(number, found.result_hash, block)
            assert votes == quorum.votes_for(number, found.result_hash)


def compare_seats(saga: Saga, quorum: RebuiltQuorum, block: Block) -> None:
    """Who has a seat, a stake and a vote."""
    contract = saga.quorum.contract

    def view(name: str, *arguments: object) -> Any:
        return ask(saga, contract.address, quorum_abi().functions[name], block, *arguments)

    assert contract.charter(block).members == tuple(quorum.members)
    for account in (*quorum.known, saga.deployed.players[8].address):
        assert view("isMember", account) == (account in quorum.members)
        assert contract.stake(account, block) == quorum.stake(account)
        assert contract.is_active(account, block) == quorum.is_active(account)
        replacement = tuple(view("replacementOf", account).values())
        assert replacement == quorum.replacement(account)


def accounts_of(saga: Saga) -> tuple[str, ...]:
    """Everyone who can have money here."""
    people = (saga.deployed.operator, *saga.deployed.players[:10])
    contracts = (saga.quorum.contract.address, BURNED)
    return (*(account.address for account in people), *contracts)


def ask(saga: Saga, address: str, function: AbiItem, block: Block, *arguments: object) -> Any:
    return read_view(saga.deployed.client, address, function, block, *arguments, what="ours")


def by_block(logs: tuple[Log, ...]) -> dict[int, list[Log]]:
    found: dict[int, list[Log]] = {}
    for log in logs:
        found.setdefault(log.position.block_number, []).append(log)
    return found
