"""What `judge status` shows of competitions: the chain's view, and what this machine did."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import (
    ZERO_ADDRESS,
    CompetitionState,
    Dispute,
    Phase,
    next_boundary,
)
from oracle.errors import BadInput
from oracle.judging.progress_note import Standing
from oracle.ledger.ledger import Halt, Ledger, Step
from oracle.ledger.trouble_book import LastError


@dataclass(frozen=True)
class Watch:
    """Reads one contract and this machine's ledger; needs no key."""

    contract: CompetitionContract
    ledger: Ledger
    standing: Standing | None = None  # of the judging that goes on here

    def standing_of(self, competition_id: int) -> Standing | None:
        """How far this machine is with judging a competition, if that goes on."""
        at = self.standing
        return at if at is not None and at.competition_id == competition_id else None


@dataclass(frozen=True)
class Summary:
    """One competition in one line."""

    id: int
    phase: str
    pot_wei: int
    sold: int
    revealed: int
    next_change: str | None  # ISO 8601
    trouble: str  # why it needs a human, or is tried again; empty: nothing is wrong here
    standing: Standing | None = None  # how far this machine is with judging it

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "phase": self.phase,
            "pot_wei": str(self.pot_wei),
            "sold": self.sold,
            "revealed": self.revealed,
            "next_change": self.next_change,
            "trouble": self.trouble,
            "judging": asdict(self.standing) if self.standing else None,
        }


RECENT = 20


def summaries(watch: Watch, everything: bool = False) -> tuple[Summary, ...]:
    """Competitions, newest first: those that go on and the last `RECENT`, or all of them.

    What has ended is known from this machine's ledger; reading it all takes long.
    """
    block = watch.contract.client.latest_block()
    count = watch.contract.competition_count(block)
    ended = {one.competition_id for one in watch.ledger.roll.known() if one.ended}
    numbers = [
        number
        for number in range(count, 0, -1)
        if everything or number > count - RECENT or number not in ended
    ]
    states = [watch.contract.state(number, block) for number in numbers]
    halts, troubles = watch.ledger.halts(), watch.ledger.troubles.all()
    return tuple(
        Summary(
            state.id,
            state.phase.name.lower(),
            state.pot,
            state.sold,
            state.revealed,
            _moment(next_boundary(state, block.timestamp)),
            _trouble(halts.get(state.id) or (None if _is_over(state) else troubles.get(state.id))),
            watch.standing_of(state.id),
        )
        for state in states
    )


def competition_facts(watch: Watch, competition_id: int) -> dict[str, Any]:
    """Everything about one competition. Raises `BadInput` when no competition has this id."""
    block = watch.contract.client.latest_block()
    state = watch.contract.state(competition_id, block)
    if state.phase is Phase.NONE:
        raise BadInput(f"there is no competition {competition_id}", "list them with: judge status")
    facts = _chain_facts(state) | {"next_change": _moment(next_boundary(state, block.timestamp))}
    halted = watch.ledger.halted(competition_id)
    if halted is not None:
        facts["halted"] = f"{halted.reason} ({halted.hint})" if halted.hint else halted.reason
    elif not _is_over(state) and competition_id in (troubles := watch.ledger.troubles.all()):
        facts["tried_again"] = _trouble(troubles[competition_id])
    steps = watch.ledger.steps(competition_id)
    published = steps.get(Step.BUNDLE_PINNED)
    if published is not None and "given_up" in published.data:
        facts["evidence_of_missing_images"] = "0x" + published.data["given_up"]
    if at := watch.standing_of(competition_id):
        facts["judging"] = f"{at}, seen at {_moment(at.noted_at)}"
    done = [step.name.lower() for step in sorted(steps)]
    facts["done_here"] = ", ".join(done) or "nothing"
    return facts


def _is_over(state: CompetitionState) -> bool:
    return state.phase in (Phase.FINAL, Phase.VOID)


def _chain_facts(state: CompetitionState) -> dict[str, Any]:
    return {
        "competition": state.id,
        "phase": state.phase.name.lower(),
        "operator": state.operator,
        "ticket_price_wei": str(state.terms.ticket_price),
        "deposit_wei": str(state.deposit),
        "tickets_sold": state.sold,
        "tickets_at_most": state.terms.max_tickets,
        "submissions_revealed": state.revealed,
        "pot_wei": str(state.pot),
        "sale_ends": _moment(state.terms.sale_ends),
        "open_ends": _moment(state.open_ends),
        "reveal_ends": _moment(state.reveal_ends),
        "judging_ends": _moment(state.judging_ends),
        "liveness_ends": _moment(state.liveness_ends),
        "spec_digest": _hash(state.terms.spec_digest),
        "target_digest": _hash(state.target_digest),
        "entries_hash": _hash(state.entries_hash),
        **_seed_facts(state),
        "seed": _hash(state.seed),
        "model_hash": _hash(state.model_hash),
        "ranking_root": _hash(state.ranking_root),
        "bundle_digest": _hash(state.bundle_digest),
        "winner_ticket": state.winner_ticket or None,
        "arbiter": state.terms.arbiter,
        **_dispute_facts(state.dispute),
    }


def _seed_facts(state: CompetitionState) -> dict[str, Any]:
    if state.terms.beacon == ZERO_ADDRESS:
        return {"seed_block": state.seed_block or None}
    return {"beacon": state.terms.beacon, "beacon_round": state.beacon_round or None}


def _dispute_facts(dispute: Dispute) -> dict[str, Any]:
    if not dispute.against:
        return {}
    paid = {"paid_against_wei": str(dispute.against)}
    if not dispute.disputed_at:
        return paid
    return {
        **paid,
        "at_stake_for_wei": str(dispute.support),
        "disputed_at": _moment(dispute.disputed_at),
        "sides_joined_until": _moment(dispute.join_ends),
        "verdict_ends": _moment(dispute.verdict_ends),
        "verdict": dispute.verdict.name.lower(),
    }


def _trouble(found: Halt | LastError | None) -> str:
    if found is None:
        return ""
    kind = "halted" if isinstance(found, Halt) else f"since {_moment(int(found.recorded_at))}"
    return f"{kind}: {found.reason}"


def _hash(value: bytes) -> str | None:
    return "0x" + value.hex() if any(value) else None


def _moment(seconds: int | None) -> str | None:
    """ISO 8601, as people and programs read it: 2026-11-28T17:00:00Z."""
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
