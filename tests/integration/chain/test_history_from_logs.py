"""What the contracts log is enough to know all that they store, at every block of their history."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from oracle.chain.state import Phase, Verdict
from oracle.chain.votes import RankingResult, hash_vote
from oracle.chain.wire import Block, Log
from tests.integration.chain.played_competition import PRICE, Play
from tests.integration.chain.rebuilt import RebuiltCompetitions, RebuiltQuorum
from tests.integration.deployed_contract import Deployed
from tests.integration.quorum_on_chain import WINDOW_SECONDS, Quorum, deploy_quorum_on

# It reads everything there is at more than a hundred blocks.
pytestmark = [pytest.mark.integration, pytest.mark.slow]

REFUSES = "0x5f5ffd"  # code that reverts whatever it is sent


@dataclass
class Saga:
    """Six competitions, of which each goes another way."""

    deployed: Deployed
    quorum: Quorum

    def play(self) -> None:
        self.selling = Play(self.deployed)
        self.selling.sell()
        self._plain()
        self._void_with_a_refund_that_is_refused()
        for vote, second_vote in ((2, 2), (1, 1), (2, 1)):
            play = self._until_disputed()
            self._vote(
                play, play.ranking(vote, 3 - vote), play.ranking(second_vote, 3 - second_vote)
            )
            state = play.state()
            if state.phase is Phase.DISPUTED:
                self.deployed.anvil.set_time(state.dispute.verdict_ends)
                calls = self.deployed.contract.calls
                self.deployed.act(self.deployed.players[7], calls.void_competition(play.id))
            else:
                play.finalize()
                self._claim(play)

    def _plain(self) -> None:
        """The winner cannot take the prize at first."""
        play, anvil = Play(self.deployed), self.deployed.anvil
        play.until_revealed()
        play.seed()
        play.assert_ranking(play.ranking(1, 2))
        winner = self.deployed.players[0].address
        anvil.rpc("anvil_setCode", winner, REFUSES)
        anvil.set_time(play.state().liveness_ends)
        play.finalize()
        anvil.rpc("anvil_setCode", winner, "0x")
        calls = self.deployed.contract.calls
        self.deployed.act(self.deployed.players[7], calls.withdraw(winner))
        self.deployed.act(
            self.deployed.operator, calls.withdraw_to(self.deployed.players[9].address)
        )

    def _void_with_a_refund_that_is_refused(self) -> None:
        play, anvil = Play(self.deployed, min_revealed=3), self.deployed.anvil
        play.until_revealed()
        anvil.set_time(play.state().reveal_ends)
        calls = self.deployed.contract.calls
        self.deployed.act(self.deployed.players[7], calls.void_competition(play.id))
        anvil.rpc("anvil_setCode", self.deployed.players[2].address, REFUSES)
        for ticket in (3, 1):
            self.deployed.act(self.deployed.players[7], calls.refund(play.id, ticket))
        anvil.rpc("anvil_setCode", self.deployed.players[2].address, "0x")

    def _until_disputed(self) -> Play:
        play = Play(
            self.deployed,
            arbiter=self.quorum.contract.address,
            verdict_seconds=self.quorum.charter.seconds,
        )
        play.until_revealed()
        play.seed()
        play.assert_ranking(play.ranking(1, 2))
        play.dispute()
        return play

    def _vote(self, play: Play, *results: RankingResult) -> None:
        """The first members vote, one result each; the first is delivered if it gets a quorum."""
        quorum, domain = self.quorum, self.deployed.contract.domain
        voters = list(zip(quorum.members, results, strict=False))
        salt = b"\x2a" * 32
        for member, result in voters:
            own = (quorum.contract.address, play.id, member.address, result.hash, salt)
            call = quorum.contract.calls.commit_vote(play.id, hash_vote(domain, *own))
            self.deployed.act(member, call)
        self.deployed.anvil.set_time(play.state().dispute.disputed_at + WINDOW_SECONDS)
        for member, result in voters:
            self.deployed.act(member, quorum.contract.calls.reveal_vote(play.id, result, salt))
        if len({result.hash for result in results}) == 1:
            call = quorum.contract.calls.deliver(play.id, results[0])
            self.deployed.act(self.deployed.players[7], call)

    def _claim(self, play: Play) -> None:
        self.deployed.anvil.set_time(play.state().dispute.disputed_at + 2 * WINDOW_SECONDS)
        for member in self.quorum.members[:2]:
            call = self.quorum.contract.calls.claim(play.id, member.address)
            self.deployed.act(member, call)


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
    rebuilt = RebuiltCompetitions(times)
    quorum = RebuiltQuorum(saga.quorum.charter)
    compared = 0
    for block in blocks:
        rebuilt.take(logs.get(block.number, ()))
        states = {number: rebuilt.state(number, block.timestamp) for number in rebuilt.events}
        quorum.take(
            votes.get(block.number, ()),
            {number: state.dispute.disputed_at for number, state in states.items()},
        )
        # Between events only the clock moves on, and every phase of it has some event.
        happened = [*logs.get(block.number, ()), *votes.get(block.number, ())]
        if happened:
            touched = {int.from_bytes(log.topics[1]) for log in happened} & rebuilt.events.keys()
            compare(saga, rebuilt, quorum, block, touched)
            compared += 1
    assert compared > 100
    compare(saga, rebuilt, quorum, last, set(rebuilt.events))
    ends = [rebuilt.state(number, last.timestamp) for number in sorted(rebuilt.events)]
    assert [end.phase for end in ends] == [
        Phase.OPENING,  # nobody opened it, and nobody has voided it yet
        Phase.FINAL,
        Phase.VOID,
        Phase.FINAL,
        Phase.FINAL,
        Phase.VOID,
    ]
    assert [end.dispute.verdict for end in ends[3:]] == [
        Verdict.REPLACED,
        Verdict.UPHELD,
        Verdict.NONE,
    ]
    assert rebuilt.credits[deployed.players[2].address] == PRICE, "the refund that was refused"


def compare(
    saga: Saga,
    rebuilt: RebuiltCompetitions,
    quorum: RebuiltQuorum,
    block: Block,
    touched: set[int],
) -> None:
    """What can be read at a block against the logs up to it: all of `touched`, most of the rest."""
    deployed, contract = saga.deployed, saga.deployed.contract
    assert contract.competition_count(block) == len(rebuilt.events)
    for number in rebuilt.events:
        assert contract.state(number, block) == rebuilt.state(number, block.timestamp)
        if number not in touched:
            continue
        for ticket in (1, 2, 3, 4):
            assert contract.ticket(number, ticket, block) == rebuilt.ticket(number, ticket)
        assert saga.quorum.contract.case(number, block) == quorum.case(number)
        for member in saga.quorum.members:
            address = member.address
            found = saga.quorum.contract.ballot(number, address, block)
            assert found == quorum.ballot(number, address)
            votes = saga.quorum.contract.votes_for(number, found.result_hash, block)
            if any(found.result_hash):
                assert votes == quorum.votes_for(number, found.result_hash)
    for account in (deployed.operator, *deployed.players[:10]):
        credit = contract.credit(account.address, block)
        assert credit == rebuilt.credits[account.address]
    address = saga.quorum.contract.address
    assert contract.credit(address, block) == rebuilt.credits[address]


def by_block(logs: tuple[Log, ...]) -> dict[int, list[Log]]:
    found: dict[int, list[Log]] = {}
    for log in logs:
        found.setdefault(log.position.block_number, []).append(log)
    return found
