"""Competitions of which each goes another way, and a quorum whose members win, lose and leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oracle.beacon.local import LocalBeacon
from oracle.chain.devnet_keys import DevnetAccount
from oracle.chain.state import Phase
from oracle.chain.votes import RankingResult, hash_vote
from tests.integration.beacon_on_chain import deploy_beacon_on
from tests.integration.chain.played_competition import Play
from tests.integration.deployed_contract import Deployed
from tests.integration.quorum_on_chain import WINDOW_SECONDS, Quorum

REFUSES = "0x5f5ffd"  # code that reverts whatever it is sent
DAY = 86_400


@dataclass
class Saga:
    """Nine competitions, in the order of their names here."""

    deployed: Deployed
    quorum: Quorum
    beacon: LocalBeacon = field(default_factory=LocalBeacon)

    def play(self) -> None:
        Play(self.deployed).sell()  # and then nobody opens it
        self._plain()
        self._void_with_a_refund_that_is_refused()
        self.replaced()
        self._upheld()
        self._without_a_verdict()
        self._without_a_winner()
        self._silent()
        self._decided_by_an_account()
        self._members_leave()

    def _plain(self) -> None:
        """A pool that does not fill, and a winner that cannot take the prize at first."""
        verifier = deploy_beacon_on(self.deployed.anvil, self.deployed.client, self.beacon.network)
        play, anvil = Play(self.deployed, beacon=verifier), self.deployed.anvil
        play.until_revealed()
        play.seed_from(self.beacon)
        play.assert_ranking(play.ranking(1, 2))
        play.dispute(6, 3)
        play.dispute(8, 5)
        winner = self.deployed.players[0].address
        anvil.rpc("anvil_setCode", winner, REFUSES)
        anvil.set_time(play.state().liveness_ends)
        play.claim_bonds(8)
        play.finalize()
        play.claim_bonds(6)
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
        play.void()
        anvil.rpc("anvil_setCode", self.deployed.players[2].address, REFUSES)
        play.refund(3, 1)
        anvil.rpc("anvil_setCode", self.deployed.players[2].address, "0x")

    def replaced(self) -> None:
        """Member 2 is silent, and loses its vote with a part of its stake."""
        play = self._until_joined()
        result = play.ranking(2, 1)
        self._vote(play, {0: result, 1: result})
        self._deliver(play, result)
        play.finalize()
        play.claim_bonds(8, 6)
        self._after_the_windows(play)
        self._claim(play, 0, 1)

    def _upheld(self) -> None:
        """By the two that still have a vote; then member 2 pays for its own again."""
        play = self._until_joined()
        result = play.ranking(1, 2)
        self._vote(play, {0: result, 1: result})
        self._deliver(play, result)
        play.claim_bonds(9, 5)
        play.finalize()
        self._after_the_windows(play)
        call = self.quorum.contract.calls.settle(play.id, self.quorum.members[1].address)
        self.deployed.act(self.deployed.players[7], call)
        self._claim(play, 1, 0)
        self._top_up(2)

    def _without_a_verdict(self) -> None:
        """Two do not agree, and the third hides its vote: what it loses is burned."""
        play = self._until_joined()
        votes = {0: play.ranking(2, 1), 1: play.ranking(1, 2), 2: play.ranking(2, 1)}
        self._vote(play, votes, hidden=2)
        self.deployed.anvil.set_time(play.state().dispute.verdict_ends)
        play.void()
        for member in self.quorum.members:
            call = self.quorum.contract.calls.settle(play.id, member.address)
            self.deployed.act(self.deployed.players[7], call)
        play.claim_bonds(9, 6, 8, 5)
        play.refund(2, 1, 3)
        self._top_up(2)

    def _without_a_winner(self) -> None:
        """Two disqualify the first rank; the third voted against the verdict."""
        play = self._until_joined()
        result = play.ranking(2, 1, flags=1)
        self._vote(play, {0: play.ranking(1, 2), 1: result, 2: result})
        self._deliver(play, result)
        play.finalize()
        play.refund(1, 2, 3)
        play.claim_bonds(6, 8)
        self._after_the_windows(play)
        self._claim(play, 2, 1)

    def _silent(self) -> None:
        """No ranking comes, and the deposit is the ticket holders'."""
        play = Play(self.deployed)
        play.until_revealed()
        play.seed()
        self.deployed.anvil.set_time(play.state().judging_ends)
        play.void()
        play.refund(3, 1)

    def _decided_by_an_account(self) -> None:
        """Its fee is burned."""
        play = Play(self.deployed)
        self._join(play)
        verdict = play.ranking(2, 1)
        call = self.deployed.contract.calls.resolve_dispute(
            play.id, verdict.assertion, verdict.winner, verdict.winner_salt, verdict.proof
        )
        self.deployed.act(self.deployed.players[-1], call)
        play.finalize()
        play.claim_bonds(6)

    def _members_leave(self) -> None:
        """One takes its stake; one refuses to be replaced, and then asks for it."""
        calls, anvil = self.quorum.contract.calls, self.deployed.anvil
        first, second, third = self.quorum.members
        newcomer = self.deployed.players[8]
        self.deployed.act(third, calls.request_exit())
        for member in (second, third):
            call = calls.propose_replacement(first.address, newcomer.address)
            self.deployed.act(member, call)
        self.deployed.act(first, calls.refuse_replacement())
        self.deployed.act(first, calls.propose_replacement(first.address, newcomer.address))
        anvil.set_time(anvil.time() + 30 * DAY)
        self.deployed.act(self.deployed.players[7], calls.replace_member(first.address))
        half = self.quorum.charter.stake_wei // 2
        for payer in (newcomer, second):
            self.deployed.act(payer, calls.deposit(newcomer.address, half))
        anvil.set_time(anvil.time() + 37 * DAY)
        for member in (third, first):
            self.deployed.act(member, calls.withdraw_stake(self.deployed.players[7].address))

    def _until_joined(self) -> Play:
        """A dispute before the quorum, with others on both sides."""
        play = Play(
            self.deployed,
            arbiter=self.quorum.contract.address,
            verdict_seconds=self.quorum.charter.seconds,
        )
        self._join(play)
        return play

    def _join(self, play: Play) -> None:
        play.until_revealed()
        play.seed()
        play.assert_ranking(play.ranking(1, 2))
        bond = play.state().bond
        play.dispute(6, bond // 3)
        play.dispute(8, bond)
        play.dispute(6, 7)
        play.support(9, bond // 7)
        play.support(5, 11)
        assert play.state().phase is Phase.DISPUTED

    def _vote(
        self, play: Play, results: Mapping[int, RankingResult], hidden: int | None = None
    ) -> None:
        """Members by index commit, each to its result, and all but `hidden` reveal."""
        quorum, domain = self.quorum, self.deployed.contract.domain
        salt = b"\x2a" * 32
        for index, result in results.items():
            member = quorum.members[index]
            own = (quorum.contract.address, play.id, member.address, result.hash, salt)
            call = quorum.contract.calls.commit_vote(play.id, hash_vote(domain, *own))
            self.deployed.act(member, call)
        self.deployed.anvil.set_time(play.state().dispute.disputed_at + WINDOW_SECONDS)
        for index, result in results.items():
            if index != hidden:
                call = quorum.contract.calls.reveal_vote(play.id, result, salt)
                self.deployed.act(quorum.members[index], call)

    def _deliver(self, play: Play, result: RankingResult) -> None:
        call = self.quorum.contract.calls.deliver(play.id, result)
        self.deployed.act(self.deployed.players[7], call)

    def _after_the_windows(self, play: Play) -> None:
        self.deployed.anvil.set_time(play.state().dispute.disputed_at + 2 * WINDOW_SECONDS)

    def _claim(self, play: Play, *indexes: int) -> None:
        for index in indexes:
            member = self.quorum.members[index]
            self.deployed.act(member, self.quorum.contract.calls.claim(play.id, member.address))

    def _top_up(self, index: int) -> None:
        """Somebody pays what the member lacks, in two parts."""
        member: DevnetAccount = self.quorum.members[index]
        latest = self.deployed.client.latest_block()
        stake = self.quorum.contract.stake(member.address, latest).amount
        lacks = self.quorum.charter.stake_wei - stake
        for wei in (1, lacks - 1):
            call = self.quorum.contract.calls.deposit(member.address, wei)
            self.deployed.act(self.deployed.players[7], call)
