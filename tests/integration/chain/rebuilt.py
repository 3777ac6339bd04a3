"""The whole state of the contracts, rebuilt from their logs and the blocks' times alone.

It knows the rules of `docs/protocol.md` and reads nothing from storage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from oracle.beacon.rounds import Network
from oracle.chain.abi import competition_abi
from oracle.chain.commitments import ZERO_HASH, RankingRow
from oracle.chain.events import (
    DisputeResolved,
    Event,
    History,
    RankingAsserted,
    SubmissionRevealed,
    history_of,
    parse_event,
)
from oracle.chain.state import (
    ZERO_ADDRESS,
    Assertion,
    CompetitionState,
    Contribution,
    Dispute,
    Outcome,
    Phase,
    Ticket,
    Verdict,
    VoidReason,
)
from oracle.chain.wire import Log
from tests.integration.chain import rebuilt_bonds

MIN_BOND = 10**16
SEED_MARGIN_SECONDS = 60
_NO_TICKET = Ticket(ZERO_ADDRESS, False, False, ZERO_HASH)


@dataclass
class RebuiltCompetitions:
    """Competitions, tickets and credits as they follow from a contract's logs."""

    times: Mapping[int, int]  # unix seconds of each block
    beacon: Network  # of every competition that names a beacon
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
                ticket = replace(ticket, revealed=True)
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
            beacon_round=self._beacon_round(terms.beacon, reveal_ends),
            seed=history.seed.seed if history.seed else ZERO_HASH,
            winner_ticket=0 if stands is None or stands[1].flags & 1 else stands[1].ticket_id,
            model_hash=stands[0].model_hash if stands else ZERO_HASH,
            ranking_root=stands[0].ranking_root if stands else ZERO_HASH,
            bundle_digest=stands[0].bundle_digest if stands else ZERO_HASH,
            dispute=self._dispute(history, max(pot // 10, MIN_BOND)),
            pot=pot,
            bond=max(pot // 10, MIN_BOND),
            deposit=terms.ticket_price * terms.max_tickets // 5,
        )
        return replace(state, phase=_phase(state, now))

    def refund(self, number: int, ticket_id: int, now: int) -> int:
        """Wei that refunding a ticket pays, or has paid."""
        state, voided = self.state(number, now), history_of(self.events[number]).voided
        if voided is None or not 1 <= ticket_id <= state.sold:
            return 0
        share, odd = divmod(_forfeited(state, voided.reason), state.sold)
        return state.terms.ticket_price + share + (ticket_id <= odd)

    def contribution(self, number: int, account: str) -> Contribution:
        """What an account paid to the sides and has not claimed yet."""
        return rebuilt_bonds.unclaimed(history_of(self.events[number]), account)

    def claim(self, number: int, account: str, now: int) -> int:
        """Wei that `claimBond` pays an account at a block of the time `now`."""
        history = history_of(self.events[number])
        return rebuilt_bonds.claim(history, self.state(number, now), account, now)

    def is_target_used(self, operator: str, commitment: bytes) -> bool:
        """Whether an operator has created a competition with this target."""
        created = [history_of(events).created for events in self.events.values()]
        return any(
            event is not None
            and (event.operator, event.terms.target_commitment) == (operator, commitment)
            for event in created
        )

    def _beacon_round(self, beacon: str, reveal_ends: int) -> int:
        if beacon == ZERO_ADDRESS or not reveal_ends:
            return 0
        return self.beacon.round_at(reveal_ends + SEED_MARGIN_SECONDS)

    def _dispute(self, history: History, bond: int) -> Dispute:
        against = sum(paid.amount for paid in history.funded)
        disputed, resolved = history.disputed, history.resolved
        if disputed is None:
            return Dispute(0, 0, 0, Verdict.NONE, against, 0)
        verdict = Verdict.NONE
        if resolved is not None:
            verdict = Verdict.UPHELD if resolved.upheld else Verdict.REPLACED
        return Dispute(
            disputed_at=self._time_of(disputed),
            join_ends=disputed.join_ends,
            verdict_ends=disputed.verdict_ends,
            verdict=verdict,
            against=against,
            support=bond + sum(paid.amount for paid in history.supported),
        )

    def _time_of(self, event: Event) -> int:
        return self.times[event.position.block_number]


def _standing(
    asserted: RankingAsserted | None, resolved: DisputeResolved | None
) -> tuple[Assertion, RankingRow] | None:
    """The assertion that counts, and its first row."""
    if asserted is None:
        return None
    if resolved is not None and not resolved.upheld:
        return resolved.verdict, resolved.winner
    return asserted.assertion, asserted.winner


def _forfeited(state: CompetitionState, reason: VoidReason) -> int:
    """Wei of the operator's that the ticket holders share."""
    if reason is VoidReason.NO_VERDICT:
        return state.bond
    silent = reason in (VoidReason.SEED_MISSING, VoidReason.ORACLE_SILENT)
    return state.deposit if silent or state.dispute.verdict is Verdict.REPLACED else 0


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
