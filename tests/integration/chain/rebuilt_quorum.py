"""The whole state of an auditors' quorum, rebuilt from its logs and the disputes it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from oracle.chain.abi import quorum_abi
from oracle.chain.commitments import ZERO_HASH
from oracle.chain.quorum import Ballot, Charter, Stake
from oracle.chain.state import ZERO_ADDRESS, Dispute
from oracle.chain.wire import Log

_NO_BALLOT = Ballot(ZERO_HASH, ZERO_HASH, settled=False, claimed=False)
_NO_REPLACEMENT = (ZERO_ADDRESS, 0)


@dataclass(frozen=True)
class Case:
    """Every field of the Solidity `Case`, in its order."""

    disputed_at: int = 0
    commit_ends: int = 0
    reveal_ends: int = 0
    verdict_ends: int = 0
    unsettled: int = 0
    revealed: int = 0
    claims_left: int = 0
    verdict_hash: bytes = ZERO_HASH
    reward: int = 0


@dataclass
class RebuiltQuorum:
    """Seats, stakes, cases and ballots as they follow from a quorum's logs and its charter."""

    charter: Charter
    times: Mapping[int, int]  # unix seconds of each block
    members: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)  # everyone who was ever a member
    stakes: dict[str, Stake] = field(default_factory=dict)
    activity: dict[str, list[tuple[int, bool]]] = field(default_factory=lambda: defaultdict(list))
    replacements: dict[str, tuple[str, int]] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    ballots: dict[tuple[int, str], Ballot] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.members = list(self.charter.members)
        self.known = list(self.charter.members)

    def take(self, logs: Iterable[Log], disputes: Mapping[int, Dispute]) -> None:
        """Takes logs in order; `disputes` by competition."""
        events = {item.topic: item for item in quorum_abi().events.values()}
        for log in logs:
            item = events[log.topics[0]]
            raw = item.decode_log(log.topics, log.data)
            if "id" in raw:
                self._open_case(raw["id"], disputes[raw["id"]])
            at = self.times[log.position.block_number]
            _TAKEN[item.name](self, raw, at)

    # ------------------------------------------------------------------ views

    def case(self, number: int) -> Case:
        return self.cases.get(number, Case())

    def ballot(self, number: int, auditor: str) -> Ballot:
        return self.ballots.get((number, auditor), _NO_BALLOT)

    def votes_for(self, number: int, result_hash: bytes) -> int:
        return sum(
            case == number and ballot.result_hash == result_hash
            for (case, _), ballot in self.ballots.items()
        )

    def electors(self, disputed_at: int) -> tuple[str, ...]:
        """Who was active before the second of a dispute."""
        return tuple(
            account
            for account in self.known
            if [on for time, on in self.activity.get(account, ()) if time < disputed_at][-1:]
            == [True]
        )

    def stake(self, auditor: str) -> Stake:
        return self.stakes.get(auditor, Stake(0, 0))

    def is_active(self, account: str) -> bool:
        return [on for _, on in self.activity.get(account, ())][-1:] == [True]

    def replacement(self, member: str) -> tuple[str, int]:
        """The successor, and from when on it can take the seat."""
        return self.replacements.get(member, _NO_REPLACEMENT)

    # ----------------------------------------------------------------- events

    def _open_case(self, number: int, dispute: Dispute) -> None:
        """Whoever calls first about a dispute opens its case; its times are the dispute's own."""
        if number in self.cases:
            return
        commit_ends = dispute.disputed_at + self.charter.commit_seconds
        self.cases[number] = Case(
            disputed_at=dispute.disputed_at,
            commit_ends=commit_ends,
            reveal_ends=commit_ends + self.charter.reveal_seconds,
            verdict_ends=dispute.verdict_ends,
            unsettled=len(self.electors(dispute.disputed_at)),
        )

    def _committed(self, raw: Mapping[str, Any], at: int) -> None:
        self._mark(raw, commitment=raw["commitment"])

    def _revealed(self, raw: Mapping[str, Any], at: int) -> None:
        self._mark(raw, commitment=ZERO_HASH, result_hash=raw["resultHash"])
        case = self.cases[raw["id"]]
        self.cases[raw["id"]] = replace(case, revealed=case.revealed + 1)

    def _delivered(self, raw: Mapping[str, Any], at: int) -> None:
        case = self.cases[raw["id"]]
        self.cases[raw["id"]] = replace(case, verdict_hash=raw["resultHash"], reward=raw["fee"])

    def _settled(self, raw: Mapping[str, Any], at: int) -> None:
        """Without a verdict what was lost is burned."""
        self._mark(raw, settled=True)
        case, lost = self.cases[raw["id"]], raw["lost"]
        gain = lost if any(case.verdict_hash) else 0
        self.cases[raw["id"]] = replace(
            case, unsettled=case.unsettled - 1, reward=case.reward + gain
        )
        stake = self.stake(raw["auditor"])
        left = replace(stake, amount=stake.amount - lost)
        self.stakes[raw["auditor"]] = left
        if left.amount < self.charter.stake_wei:
            self.activity[raw["auditor"]].append((at, False))

    def _claimed(self, raw: Mapping[str, Any], at: int) -> None:
        self._mark(raw, claimed=True)
        case = self.cases[raw["id"]]
        left = case.claims_left or self.votes_for(raw["id"], case.verdict_hash)
        self.cases[raw["id"]] = replace(
            case, reward=case.reward - raw["amount"], claims_left=left - 1
        )

    def _deposited(self, raw: Mapping[str, Any], at: int) -> None:
        stake = self.stake(raw["auditor"])
        more = replace(stake, amount=stake.amount + raw["amount"])
        self.stakes[raw["auditor"]] = more
        if more.amount >= self.charter.stake_wei:
            self.activity[raw["auditor"]].append((at, True))

    def _leaving(self, raw: Mapping[str, Any], at: int) -> None:
        stake = self.stake(raw["auditor"])
        self.stakes[raw["auditor"]] = replace(stake, exits_at=raw["exitsAt"])
        self.activity[raw["auditor"]].append((at, False))

    def _withdrawn(self, raw: Mapping[str, Any], at: int) -> None:
        assert self.stakes.pop(raw["auditor"]).amount == raw["amount"]

    def _approved(self, raw: Mapping[str, Any], at: int) -> None:
        """Counts only in what is scheduled."""

    def _scheduled(self, raw: Mapping[str, Any], at: int) -> None:
        self.replacements[raw["member"]] = (raw["successor"], raw["effectiveAt"])

    def _refused(self, raw: Mapping[str, Any], at: int) -> None:
        self.replacements.pop(raw["member"], None)

    def _replaced(self, raw: Mapping[str, Any], at: int) -> None:
        self.replacements.pop(raw["member"])
        self.members[self.members.index(raw["member"])] = raw["successor"]
        if raw["successor"] not in self.known:
            self.known.append(raw["successor"])

    def _mark(self, raw: Mapping[str, Any], **changes: Any) -> None:
        key = (raw["id"], raw["auditor"])
        self.ballots[key] = replace(self.ballot(*key), **changes)


_TAKEN = {
    "VoteCommitted": RebuiltQuorum._committed,
    "VoteRevealed": RebuiltQuorum._revealed,
    "VerdictDelivered": RebuiltQuorum._delivered,
    "VoteSettled": RebuiltQuorum._settled,
    "RewardClaimed": RebuiltQuorum._claimed,
    "StakeDeposited": RebuiltQuorum._deposited,
    "ExitRequested": RebuiltQuorum._leaving,
    "StakeWithdrawn": RebuiltQuorum._withdrawn,
    "ReplacementApproved": RebuiltQuorum._approved,
    "ReplacementScheduled": RebuiltQuorum._scheduled,
    "ReplacementRefused": RebuiltQuorum._refused,
    "MemberReplaced": RebuiltQuorum._replaced,
}
