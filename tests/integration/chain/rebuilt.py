"""The whole state of the contracts, rebuilt from their logs and the blocks' times alone.

It knows the rules of `docs/protocol.md` and reads nothing from storage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from oracle.chain.abi import competition_abi, quorum_abi
from oracle.chain.commitments import ZERO_HASH
from oracle.chain.events import (
    DisputeResolved,
    Event,
    RankingAsserted,
    RankingDisputed,
    SubmissionRevealed,
    history_of,
    parse_event,
)
from oracle.chain.quorum import Ballot, Charter, QuorumCase
from oracle.chain.state import (
    ZERO_ADDRESS,
    CompetitionState,
    Dispute,
    Outcome,
    Phase,
    Ticket,
    Verdict,
)
from oracle.chain.wire import Log

MIN_BOND = 10**16
_NO_TICKET = Ticket(ZERO_ADDRESS, False, False, ZERO_HASH)


@dataclass
class RebuiltCompetitions:
    """Competitions, tickets and credits as they follow from a contract's logs."""

    times: Mapping[int, int]  # unix seconds of each block
    events: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    credits: Counter[str] = field(default_factory=Counter)

    def take(self, logs: Iterable[Log]) -> None:
        """Takes logs in order."""
        abi = competition_abi().events
        for log in logs:
            if log.topics[0] == abi["Credited"].topic:
                raw = abi["Credited"].decode_log(log.topics, log.data)
                self.credits[raw["account"]] += raw["amount"]
            elif log.topics[0] == abi["Withdrawn"].topic:
                raw = abi["Withdrawn"].decode_log(log.topics, log.data)
                self.credits[raw["account"]] -= raw["amount"]
            else:
                event = parse_event(log)
                assert event is not None, "a log that is no event of the contract"
                self.events[event.competition_id].append(event)

    def ticket(self, competition_id: int, ticket_id: int) -> Ticket:
        history = history_of(self.events[competition_id])
        ticket = _NO_TICKET
        for bought in history.bought:
            if bought.ticket_id == ticket_id:
                ticket = replace(ticket, player=bought.player)
        for commit in history.commits:
            if commit.ticket_id == ticket_id:
                ticket = replace(ticket, commitment=commit.commitment)
        for reveal in history.reveals:
            if reveal.ticket_id == ticket_id:
                ticket = replace(ticket, revealed=True, commitment=ZERO_HASH)
        refunded = any(refund.ticket_id == ticket_id for refund in history.refunds)
        return replace(ticket, refunded=refunded)

    def state(self, number: int, now: int) -> CompetitionState:
        """The competition at a block of the time `now`."""
        history = history_of(self.events[number])
        created, opened, asserted = history.created, history.opened, history.asserted
        assert created is not None
        terms = created.terms
        stands = _standing(asserted, history.resolved)
        pot = terms.ticket_price * len(history.bought)
        reveal_ends = opened.reveal_ends if opened else 0
        state = CompetitionState(
            id=number,
            phase=Phase.NONE,
            outcome=_outcome(history.finalized, history.voided),
            operator=created.operator,
            terms=terms,
            target_digest=opened.target_digest if opened else ZERO_HASH,
            open_ends=opened.open_ends if opened else 0,
            reveal_ends=reveal_ends,
            judging_ends=reveal_ends + terms.judging_seconds if opened else 0,
            liveness_ends=self._time_of(asserted) + terms.liveness_seconds if asserted else 0,
            sold=len(history.bought),
            revealed=len(history.reveals),
            entries_hash=_entries_hash(history.reveals),
            seed_block=history.seed_block.seed_block if history.seed_block else 0,
            seed=history.seed.seed if history.seed else ZERO_HASH,
            winner_ticket=0 if stands is None or stands[1].flags & 1 else stands[1].ticket_id,
            model_hash=stands[0].model_hash if stands else ZERO_HASH,
            ranking_root=stands[0].ranking_root if stands else ZERO_HASH,
            bundle_digest=stands[0].bundle_digest if stands else ZERO_HASH,
            dispute=self._dispute(history.disputed, history.resolved),
            pot=pot,
            bond=max(pot // 10, MIN_BOND),
        )
        return replace(state, phase=_phase(state, now))

    def _dispute(self, disputed: RankingDisputed | None, by: DisputeResolved | None) -> Dispute:
        if disputed is None:
            return Dispute(ZERO_ADDRESS, 0, 0, Verdict.NONE)
        verdict = Verdict.NONE
        if by is not None:
            verdict = Verdict.UPHELD if by.upheld else Verdict.REPLACED
        at = self._time_of(disputed)
        return Dispute(disputed.disputer, at, disputed.verdict_ends, verdict)

    def _time_of(self, event: Event) -> int:
        return self.times[event.position.block_number]


@dataclass
class RebuiltQuorum:
    """Cases and ballots as they follow from a quorum's logs, its charter and its disputes."""

    charter: Charter
    cases: dict[int, QuorumCase] = field(default_factory=dict)
    ballots: dict[tuple[int, str], Ballot] = field(default_factory=dict)

    def take(self, logs: Iterable[Log], disputed_at: Mapping[int, int]) -> None:
        """Takes logs in order; `disputed_at` by competition."""
        events = {item.topic: item for item in quorum_abi().events.values()}
        for log in logs:
            item = events[log.topics[0]]
            raw = item.decode_log(log.topics, log.data)
            number = raw["id"]
            case = self.case(number)
            key = (number, raw.get("auditor", ""))
            if item.name == "VoteCommitted":
                ends = disputed_at[number] + self.charter.commit_seconds
                self.cases[number] = replace(
                    case, commit_ends=ends, reveal_ends=ends + self.charter.reveal_seconds
                )
                self.ballots[key] = Ballot(raw["commitment"], ZERO_HASH, False)
            elif item.name == "VoteRevealed":
                self.ballots[key] = Ballot(ZERO_HASH, raw["resultHash"], False)
            elif item.name == "VerdictDelivered":
                self.cases[number] = replace(case, verdict_hash=raw["resultHash"], fee=raw["fee"])
            else:
                left = case.claims_left or self.votes_for(number, case.verdict_hash)
                self.cases[number] = replace(
                    case, fee=case.fee - raw["amount"], claims_left=left - 1
                )
                self.ballots[key] = replace(self.ballots[key], claimed=True)

    def case(self, number: int) -> QuorumCase:
        return self.cases.get(number, QuorumCase(0, 0, ZERO_HASH, 0, 0))

    def ballot(self, number: int, auditor: str) -> Ballot:
        return self.ballots.get((number, auditor), Ballot(ZERO_HASH, ZERO_HASH, False))

    def votes_for(self, number: int, result_hash: bytes) -> int:
        return sum(
            case == number and ballot.result_hash == result_hash
            for (case, _), ballot in self.ballots.items()
        )


def _standing(
    asserted: RankingAsserted | None, resolved: DisputeResolved | None
) -> tuple[object, object] | None:
    """The assertion that counts, and its first row."""
    if asserted is None:
        return None
    if resolved is not None and not resolved.upheld:
        return resolved.verdict, resolved.winner
    return asserted.assertion, asserted.winner


def _entries_hash(reveals: tuple[SubmissionRevealed, ...]) -> bytes:
    return reveals[-1].entries_hash if reveals else ZERO_HASH


def _outcome(finalized: object, voided: object) -> Outcome:
    if finalized is not None:
        return Outcome.FINAL
    return Outcome.NONE if voided is None else Outcome.VOID


def _phase(state: CompetitionState, now: int) -> Phase:
    """What the state diagram of `docs/protocol.md` says."""
    if state.outcome is not Outcome.NONE:
        return Phase.FINAL if state.outcome is Outcome.FINAL else Phase.VOID
    if state.dispute.verdict is not Verdict.NONE:
        return Phase.RESOLVED
    if state.dispute.disputed_at:
        return Phase.DISPUTED
    if state.liveness_ends:
        return Phase.ASSERTED
    if now < state.terms.sale_ends:
        return Phase.SELLING
    if not state.open_ends:
        return Phase.OPENING
    if now < state.open_ends:
        return Phase.OPEN
    if now < state.reveal_ends:
        return Phase.REVEALING
    return Phase.JUDGING if any(state.seed) else Phase.SEEDING
