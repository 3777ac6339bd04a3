"""The AuditorQuorum contract as typed reads and calls: who may vote, when, and who did."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.chain.abi import quorum_abi
from oracle.chain.calls import Call
from oracle.chain.client import ChainClient
from oracle.chain.compile import load_quorum, matches_deployed
from oracle.chain.view import read_view
from oracle.chain.votes import RankingResult
from oracle.chain.wire import Block
from oracle.errors import Mismatch


@dataclass(frozen=True, slots=True)
class Charter:
    """What is fixed about a quorum at its deployment, for good. Seconds are durations."""

    competition: str
    members: tuple[str, ...]
    threshold: int
    commit_seconds: int
    reveal_seconds: int
    deliver_seconds: int
    stake_wei: int  # what a member must stake to have a vote

    @property
    def seconds(self) -> int:
        """How long the quorum needs from a dispute to a verdict."""
        return self.commit_seconds + self.reveal_seconds + self.deliver_seconds

    def as_abi(self) -> tuple[Any, ...]:
        """The constructor's arguments in order."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class QuorumCase:
    """Where a dispute stands at the quorum (Solidity `Case`)."""

    commit_ends: int  # unix seconds; 0 until somebody called about it
    reveal_ends: int
    verdict_ends: int
    unsettled: int  # electors whose stakes have not answered for it
    revealed: int
    verdict_hash: bytes  # zero before the verdict
    reward: int  # wei to be shared, and not yet claimed


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one auditor did about a dispute."""

    commitment: bytes  # zero before committing and after revealing
    result_hash: bytes  # zero before revealing
    settled: bool  # whether its stake has answered for it
    claimed: bool


@dataclass(frozen=True, slots=True)
class Stake:
    """A member's stake."""

    amount: int  # wei, all of which can be lost
    exits_at: int  # unix seconds; 0 unless it is leaving


@dataclass(frozen=True, slots=True)
class QuorumCalls:
    """Builds the calls to one deployed AuditorQuorum; pure."""

    address: str

    def commit_vote(self, competition_id: int, commitment: bytes) -> Call:
        return self._call("commitVote", competition_id, commitment)

    def reveal_vote(self, competition_id: int, result: RankingResult, salt: bytes) -> Call:
        return self._call("revealVote", competition_id, *_struct(result), salt)

    def deliver(self, competition_id: int, result: RankingResult) -> Call:
        return self._call(
            "deliver", competition_id, *_struct(result), result.winner_salt, result.proof
        )

    def settle(self, competition_id: int, auditor: str) -> Call:
        return self._call("settle", competition_id, auditor)

    def claim(self, competition_id: int, recipient: str) -> Call:
        return self._call("claim", competition_id, recipient)

    def deposit(self, member: str, wei: int) -> Call:
        return self._call("deposit", member, value_wei=wei)

    def request_exit(self) -> Call:
        return self._call("requestExit")

    def withdraw_stake(self, recipient: str) -> Call:
        return self._call("withdrawStake", recipient)

    def propose_replacement(self, member: str, successor: str) -> Call:
        return self._call("proposeReplacement", member, successor)

    def refuse_replacement(self) -> Call:
        return self._call("refuseReplacement")

    def replace_member(self, member: str) -> Call:
        return self._call("replaceMember", member)

    def _call(self, function: str, *arguments: object, value_wei: int = 0) -> Call:
        data = quorum_abi().functions[function].encode_call(*arguments)
        return Call(to=self.address, data=data, value_wei=value_wei)


class QuorumContract:
    """One deployed AuditorQuorum. Every read names the block that it is about."""

    def __init__(self, client: ChainClient, address: str) -> None:
        self.client = client
        self.address = to_checksum_address(address)
        self.calls = QuorumCalls(self.address)

    def stands(self, block: Block) -> bool:
        """Whether exactly this version's quorum stands at the address."""
        return matches_deployed(self.client.code(self.address, block.hash), load_quorum())

    def charter(self, block: Block) -> Charter:
        """What was fixed at deployment; raises `Mismatch` where no such quorum stands."""
        if not self.stands(block):
            raise Mismatch(
                f"what stands at {self.address} is not this version's AuditorQuorum",
                "check [chain] quorum, or use the version of judge that deployed it",
            )
        return Charter(
            competition=self._view(block, "competition"),
            members=tuple(map(to_checksum_address, self._view(block, "members"))),
            threshold=self._view(block, "threshold"),
            commit_seconds=self._view(block, "commitSeconds"),
            reveal_seconds=self._view(block, "revealSeconds"),
            deliver_seconds=self._view(block, "deliverSeconds"),
            stake_wei=self._view(block, "stakeWei"),
        )

    def case(self, competition_id: int, block: Block) -> QuorumCase:
        """Where a dispute stands; all zero until somebody called about it."""
        raw = self._view(block, "caseOf", competition_id)
        return QuorumCase(
            commit_ends=raw["commitEnds"],
            reveal_ends=raw["revealEnds"],
            verdict_ends=raw["verdictEnds"],
            unsettled=raw["unsettled"],
            revealed=raw["revealed"],
            verdict_hash=raw["verdictHash"],
            reward=raw["reward"],
        )

    def ballot(self, competition_id: int, auditor: str, block: Block) -> Ballot:
        """What an auditor did about a dispute."""
        raw = self._view(block, "ballotOf", competition_id, auditor)
        return Ballot(
            commitment=raw["commitment"],
            result_hash=raw["resultHash"],
            settled=raw["settled"],
            claimed=raw["claimed"],
        )

    def electors(self, competition_id: int, block: Block) -> tuple[str, ...]:
        """Who has a vote in a dispute and answers for it, in the contract's order."""
        return tuple(map(to_checksum_address, self._view(block, "electorsOf", competition_id)))

    def stake(self, member: str, block: Block) -> Stake:
        """A member's stake."""
        raw = self._view(block, "stakeOf", member)
        return Stake(amount=raw["amount"], exits_at=raw["exitsAt"])

    def is_active(self, account: str, block: Block) -> bool:
        """Whether an account would have a vote in a dispute that begins later."""
        return bool(self._view(block, "isActive", account))

    def votes_for(self, competition_id: int, result_hash: bytes, block: Block) -> int:
        """How many auditors revealed a result."""
        return int(self._view(block, "votesFor", competition_id, result_hash))

    def _view(self, block: Block, name: str, *arguments: object) -> Any:
        function = quorum_abi().functions[name]
        return read_view(
            self.client, self.address, function, block, *arguments, what="an AuditorQuorum"
        )


def _struct(result: RankingResult) -> tuple[Any, ...]:
    return result.assertion.as_abi(), astuple(result.winner), result.work_digest
