"""Calldata for every action of the contract; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from oracle.chain.abi import competition_abi
from oracle.chain.commitments import RankingRow
from oracle.chain.state import Assertion, Terms


def deposit_for(ticket_price_wei: int, max_tickets: int) -> int:
    """Wei that creating a competition takes: the most that its fee can be."""
    return ticket_price_wei * max_tickets // 5


@dataclass(frozen=True, slots=True)
class Call:
    """What a transaction does: receiver (None creates a contract), calldata, and wei sent along."""

    to: str | None
    data: bytes
    value_wei: int = 0


@dataclass(frozen=True, slots=True)
class CompetitionCalls:
    """Builds the calls to one deployed Competition."""

    address: str

    def create_competition(self, terms: Terms) -> Call:
        """With the deposit that these terms take: a fifth of all that can be sold."""
        deposit = deposit_for(terms.ticket_price, terms.max_tickets)
        return self._call("createCompetition", terms.as_abi(), value_wei=deposit)

    def buy_ticket(self, competition_id: int, price_wei: int) -> Call:
        return self._call("buyTicket", competition_id, value_wei=price_wei)

    def buy_ticket_for(self, competition_id: int, player: str, price_wei: int) -> Call:
        return self._call("buyTicketFor", competition_id, player, value_wei=price_wei)

    def open_target(self, competition_id: int, target_digest: bytes, salt: bytes) -> Call:
        return self._call("openTarget", competition_id, target_digest, salt)

    def commit_submission(self, competition_id: int, ticket_id: int, commitment: bytes) -> Call:
        return self._call("commitSubmission", competition_id, ticket_id, commitment)

    def commit_submission_for(
        self,
        competition_id: int,
        ticket_id: int,
        commitment: bytes,
        replaced: bytes,
        deadline: int,
        signature: bytes,
    ) -> Call:
        return self._call(
            "commitSubmissionFor",
            competition_id,
            ticket_id,
            commitment,
            replaced,
            deadline,
            signature,
        )

    def reveal_submission(
        self, competition_id: int, ticket_id: int, image_digest: bytes, salt: bytes
    ) -> Call:
        return self._call("revealSubmission", competition_id, ticket_id, image_digest, salt)

    def reveal_submissions(
        self,
        competition_id: int,
        ticket_ids: Sequence[int],
        image_digests: Sequence[bytes],
        salts: Sequence[bytes],
    ) -> Call:
        return self._call("revealSubmissions", competition_id, ticket_ids, image_digests, salts)

    def reveal_submission_with_receipt(
        self,
        competition_id: int,
        ticket_id: int,
        image_digest: bytes,
        salt: bytes,
        prompt_index: int,
        signature: bytes,
    ) -> Call:
        return self._call(
            "revealSubmissionWithReceipt",
            competition_id,
            ticket_id,
            image_digest,
            salt,
            prompt_index,
            signature,
        )

    def reveal_submissions_with_receipts(
        self,
        competition_id: int,
        ticket_ids: Sequence[int],
        image_digests: Sequence[bytes],
        salts: Sequence[bytes],
        prompt_indexes: Sequence[int],
        signatures: Sequence[bytes],
    ) -> Call:
        return self._call(
            "revealSubmissionsWithReceipts",
            competition_id,
            ticket_ids,
            image_digests,
            salts,
            prompt_indexes,
            signatures,
        )

    def fix_seed_block(self, competition_id: int) -> Call:
        return self._call("fixSeedBlock", competition_id)

    def pin_seed(self, competition_id: int, signature: bytes = b"") -> Call:
        """`signature` of the beacon's round; without a beacon it is not looked at."""
        return self._call("pinSeed", competition_id, signature)

    def assert_ranking(
        self,
        competition_id: int,
        assertion: Assertion,
        winner: RankingRow,
        winner_salt: bytes,
        proof: Sequence[bytes],
        bond_wei: int,
    ) -> Call:
        return self._call(
            "assertRanking",
            competition_id,
            assertion.as_abi(),
            astuple(winner),
            winner_salt,
            proof,
            value_wei=bond_wei,
        )

    def dispute(
        self,
        competition_id: int,
        ranking_root: bytes,
        model_hash: bytes,
        evidence_digest: bytes,
        wei: int,
    ) -> Call:
        """Pays against the very assertion that was looked at."""
        return self._call(
            "dispute", competition_id, ranking_root, model_hash, evidence_digest, value_wei=wei
        )

    def support(
        self, competition_id: int, ranking_root: bytes, model_hash: bytes, wei: int
    ) -> Call:
        return self._call("support", competition_id, ranking_root, model_hash, value_wei=wei)

    def claim_bond(self, competition_id: int, account: str) -> Call:
        return self._call("claimBond", competition_id, account)

    def resolve_dispute(
        self,
        competition_id: int,
        verdict: Assertion,
        winner: RankingRow,
        winner_salt: bytes,
        proof: Sequence[bytes],
    ) -> Call:
        return self._call(
            "resolveDispute",
            competition_id,
            verdict.as_abi(),
            astuple(winner),
            winner_salt,
            proof,
        )

    def finalize(self, competition_id: int) -> Call:
        return self._call("finalize", competition_id)

    def void_competition(self, competition_id: int) -> Call:
        return self._call("voidCompetition", competition_id)

    def refund(self, competition_id: int, ticket_id: int) -> Call:
        return self._call("refund", competition_id, ticket_id)

    def withdraw(self, account: str) -> Call:
        return self._call("withdraw", account)

    def withdraw_to(self, recipient: str) -> Call:
        return self._call("withdrawTo", recipient)

    def _call(self, function: str, *arguments: object, value_wei: int = 0) -> Call:
        item = competition_abi().functions[function]
        return Call(to=self.address, data=item.encode_call(*arguments), value_wei=value_wei)
