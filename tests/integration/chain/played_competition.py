"""A competition played on a chain, call by call; nothing is judged, rankings are made up."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from oracle.beacon.local import LocalBeacon
from oracle.chain.commitments import RankingRow, hash_leaf, hash_submission, hash_target
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import ZERO_ADDRESS, Assertion, CompetitionState, Terms
from oracle.chain.votes import RankingResult
from tests.integration.deployed_contract import Deployed

PRICE = 10**16
TARGET = b"\x0a" * 32
_salts = itertools.count(1)
# The last three are the contract's floors.
OPEN, REVEAL, JUDGING, LIVENESS = 100, 900, 1800, 3600


def digest(ticket: int) -> bytes:
    return bytes([ticket]) * 32


def salt(ticket: int) -> bytes:
    return bytes([100 + ticket]) * 32


@dataclass
class Play:
    """Plays a competition with three players, of whom the third never reveals."""

    deployed: Deployed
    id: int = 1
    arbiter: str = ""  # empty: the last player
    beacon: str = ZERO_ADDRESS
    verdict_seconds: int = 600
    min_revealed: int = 1
    max_tickets: int = 10_000
    studio: str = ZERO_ADDRESS  # zero: whoever holds digest and salt reveals
    slower: int = 1  # how many times as long every phase is

    def __post_init__(self) -> None:
        # A target commitment serves an operator once.
        self.target_salt = next(_salts).to_bytes(32, "big")
        deployed, contract = self.deployed, self.deployed.contract
        operator = deployed.operator
        self.terms = Terms(
            target_commitment=hash_target(
                contract.domain, operator.address, TARGET, self.target_salt
            ),
            spec_digest=b"\x0c" * 32,
            ticket_price=PRICE,
            sale_ends=deployed.anvil.time() + 1000 * self.slower,
            open_seconds=OPEN * self.slower,
            reveal_seconds=REVEAL * self.slower,
            judging_seconds=JUDGING * self.slower,
            liveness_seconds=LIVENESS,
            verdict_seconds=self.verdict_seconds,
            min_revealed=self.min_revealed,
            max_tickets=self.max_tickets,
            arbiter=self.arbiter or self.deployed.players[-1].address,
            beacon=self.beacon,
            studio=self.studio,
            prompt_limit=0 if self.studio == ZERO_ADDRESS else 100,
        )
        receipt = deployed.act(operator, contract.calls.create_competition(self.terms))
        (created,) = contract.events_of(receipt)
        self.id = created.competition_id

    def to(self, moment: int) -> None:
        """Moves the clock there, unless it has come so far already."""
        if self.deployed.anvil.time() < moment:
            self.deployed.anvil.set_time(moment)

    def sell(self) -> None:
        for player in self.deployed.players[:3]:
            self.deployed.act(player, self.deployed.contract.calls.buy_ticket(self.id, PRICE))

    def open(self) -> None:
        self.to(self.terms.sale_ends)
        calls = self.deployed.contract.calls
        self.deployed.act(
            self.deployed.operator, calls.open_target(self.id, TARGET, self.target_salt)
        )

    def commit(self, ticket: int) -> None:
        contract, player = self.deployed.contract, self.deployed.players[ticket - 1]
        commitment = hash_submission(
            contract.domain, self.id, ticket, player.address, digest(ticket), salt(ticket)
        )
        self.deployed.act(player, contract.calls.commit_submission(self.id, ticket, commitment))

    def reveal(self) -> None:
        deployed, calls = self.deployed, self.deployed.contract.calls
        self.to(self.state().open_ends)
        deployed.act(deployed.players[1], calls.reveal_submission(self.id, 2, digest(2), salt(2)))
        deployed.act(
            deployed.operator,
            calls.reveal_submissions(self.id, [1], [digest(1)], [salt(1)]),
        )

    def seed(self) -> None:
        deployed, calls = self.deployed, self.deployed.contract.calls
        self.to(self.state().reveal_ends)
        deployed.act(deployed.operator, calls.fix_seed_block(self.id))
        ahead = self.state().seed_block - deployed.client.latest_block().number
        deployed.anvil.mine(ahead + 1)
        deployed.act(deployed.operator, calls.pin_seed(self.id))

    def seed_from(self, beacon: LocalBeacon) -> None:
        """Pins the seed from the beacon's round, once that has come."""
        number = self.state().beacon_round
        self.to(beacon.network.time_of(number))
        call = self.deployed.contract.calls.pin_seed(self.id, beacon.fetch_round(number).signature)
        self.deployed.act(self.deployed.operator, call)

    def until_revealed(self) -> None:
        self.sell()
        self.open()
        for ticket in (1, 2, 3, 1):  # ticket 1 commits again: the last one counts
            self.commit(ticket)
        self.reveal()

    def ranking(self, *tickets: int, flags: int = 0) -> RankingResult:
        """Some ranking of tickets that revealed, best first, with a model and flags of its own."""
        players = self.deployed.players
        rows = [
            RankingRow(place, ticket, players[ticket - 1].address, digest(ticket), place, flags)
            for place, ticket in enumerate(tickets, start=1)
        ]
        domain = self.deployed.contract.domain
        tree = StandardMerkleTree([hash_leaf(domain, self.id, row) for row in rows])
        model, bundle = bytes(tickets[:1]) * 32, bytes(tickets) * (32 // len(tickets))
        assertion = Assertion(
            self.state().entries_hash, model, tree.root, len(rows), bundle.ljust(32, b"\0")
        )
        return RankingResult(assertion, rows[0], b"\x0f" * 32, salt(tickets[0]), tree.proof(0))

    def assert_ranking(self, result: RankingResult) -> None:
        call = self.deployed.contract.calls.assert_ranking(
            self.id,
            result.assertion,
            result.winner,
            result.winner_salt,
            result.proof,
            self.state().bond,
        )
        self.deployed.act(self.deployed.operator, call)

    def dispute(self, player: int = 6, wei: int | None = None) -> None:
        """Pays against the ranking; a whole bond unless it says how much."""
        state = self.state()
        call = self.deployed.contract.calls.dispute(
            self.id,
            state.ranking_root,
            state.model_hash,
            b"\x0e" * 32,
            state.bond if wei is None else wei,
        )
        self.deployed.act(self.deployed.players[player], call)

    def support(self, player: int, wei: int) -> None:
        """Pays for the ranking, beside the operator's bond."""
        state = self.state()
        call = self.deployed.contract.calls.support(
            self.id, state.ranking_root, state.model_hash, wei
        )
        self.deployed.act(self.deployed.players[player], call)

    def claim_bonds(self, *players: int) -> None:
        """Has what they paid to the sides settled, in this order."""
        for player in players:
            account = self.deployed.players[player].address
            call = self.deployed.contract.calls.claim_bond(self.id, account)
            self.deployed.act(self.deployed.players[7], call)

    def void(self) -> None:
        calls = self.deployed.contract.calls
        self.deployed.act(self.deployed.players[7], calls.void_competition(self.id))

    def refund(self, *tickets: int) -> None:
        for ticket in tickets:
            call = self.deployed.contract.calls.refund(self.id, ticket)
            self.deployed.act(self.deployed.players[7], call)

    def finalize(self) -> None:
        self.deployed.act(self.deployed.players[7], self.deployed.contract.calls.finalize(self.id))

    def state(self) -> CompetitionState:
        return self.deployed.contract.state(self.id, self.deployed.client.latest_block())
