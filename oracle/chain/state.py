"""The contract's types, one frozen dataclass or enum each; times are unix seconds, amounts wei."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from oracle.chain.commitments import RankingRow

ZERO_ADDRESS = "0x" + "00" * 20


class Phase(enum.IntEnum):
    """Where a competition stands (Solidity `Phase`)."""

    NONE = 0
    SELLING = 1
    OPENING = 2
    OPEN = 3
    REVEALING = 4
    SEEDING = 5
    JUDGING = 6
    ASSERTED = 7
    DISPUTED = 8
    RESOLVED = 9
    FINAL = 10
    VOID = 11


class Outcome(enum.IntEnum):
    """How a competition ended."""

    NONE = 0
    FINAL = 1
    VOID = 2


class Verdict(enum.IntEnum):
    """What the arbiter decided about a dispute."""

    NONE = 0
    UPHELD = 1
    REPLACED = 2


class VoidReason(enum.IntEnum):
    """Why a competition was voided."""

    TARGET_NOT_OPENED = 0
    TOO_FEW_REVEALS = 1
    SEED_MISSING = 2
    ORACLE_SILENT = 3
    NO_WINNER = 4
    NO_VERDICT = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator fixed at creation."""

    target_commitment: bytes
    spec_digest: bytes
    ticket_price: int
    sale_ends: int
    open_seconds: int
    reveal_seconds: int
    judging_seconds: int
    liveness_seconds: int
    verdict_seconds: int
    min_revealed: int
    max_tickets: int
    arbiter: str
    studio: str = ZERO_ADDRESS  # zero: reveals need no receipt
    prompt_limit: int = 0  # zero without a studio
    beacon: str = ZERO_ADDRESS  # zero: a block hash gives the seed

    def as_abi(self) -> tuple[Any, ...]:
        """The fields in the order of the Solidity struct."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket of a competition."""

    player: str
    revealed: bool
    refunded: bool
    commitment: bytes  # zero when there is none; it stays after its reveal


@dataclass(frozen=True, slots=True)
class Dispute:
    """The two sides of a dispute; all zero when nobody has paid against a ranking."""

    disputed_at: int  # when the pool against the ranking was full; zero before
    join_ends: int  # from then on nobody joins a side
    verdict_ends: int
    verdict: Verdict
    against: int  # wei paid against the ranking
    support: int  # wei at stake for it, the operator's bond included; zero until disputed


@dataclass(frozen=True, slots=True)
class Contribution:
    """Wei that one account paid to the sides of a dispute and has not claimed yet."""

    against: int
    support: int


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the oracle claims about a closed entry set."""

    entries_hash: bytes
    model_hash: bytes
    ranking_root: bytes
    leaf_count: int
    bundle_digest: bytes

    def as_abi(self) -> tuple[Any, ...]:
        """The fields in the order of the Solidity struct."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class CompetitionState:
    """Everything the contract stores about one competition at one block, and its phase there."""

    id: int
    phase: Phase
    outcome: Outcome
    operator: str
    terms: Terms
    target_digest: bytes  # zero until the target is opened
    open_ends: int
    reveal_ends: int
    judging_ends: int
    liveness_ends: int
    sold: int
    revealed: int
    entries_hash: bytes
    seed_block: int  # 0 until fixed, and with a beacon
    beacon_round: int  # 0 until the target is opened, and without a beacon
    seed: bytes  # zero until pinned
    winner_ticket: int
    model_hash: bytes
    ranking_root: bytes
    bundle_digest: bytes
    dispute: Dispute
    pot: int
    bond: int
    deposit: int  # what the operator paid at creation


def next_boundary(state: CompetitionState, now: int) -> int | None:
    """The next unix second at which the clock alone changes what can be done."""
    if state.phase in (Phase.FINAL, Phase.VOID):
        return None
    moments = (
        state.terms.sale_ends,
        state.open_ends,
        state.reveal_ends,
        state.judging_ends,
        state.liveness_ends,
        state.dispute.verdict_ends,
    )
    return min((moment for moment in moments if moment > now), default=None)


def terms_from_abi(raw: Mapping[str, Any]) -> Terms:
    """Solidity `Terms` by field name."""
    return Terms(
        target_commitment=raw["targetCommitment"],
        spec_digest=raw["specDigest"],
        ticket_price=raw["ticketPrice"],
        sale_ends=raw["saleEnds"],
        open_seconds=raw["openSeconds"],
        reveal_seconds=raw["revealSeconds"],
        judging_seconds=raw["judgingSeconds"],
        liveness_seconds=raw["livenessSeconds"],
        verdict_seconds=raw["verdictSeconds"],
        min_revealed=raw["minRevealed"],
        max_tickets=raw["maxTickets"],
        arbiter=raw["arbiter"],
        studio=raw["studio"],
        prompt_limit=raw["promptLimit"],
        beacon=raw["beacon"],
    )


def dispute_from_abi(raw: Mapping[str, Any]) -> Dispute:
    """Solidity `Dispute` by field name."""
    return Dispute(
        disputed_at=raw["disputedAt"],
        join_ends=raw["joinEnds"],
        verdict_ends=raw["verdictEnds"],
        verdict=Verdict(raw["verdict"]),
        against=raw["against"],
        support=raw["support"],
    )


def assertion_from_abi(raw: Mapping[str, Any]) -> Assertion:
    """Solidity `Assertion` by field name."""
    return Assertion(
        entries_hash=raw["entriesHash"],
        model_hash=raw["modelHash"],
        ranking_root=raw["rankingRoot"],
        leaf_count=raw["leafCount"],
        bundle_digest=raw["bundleDigest"],
    )


def row_from_abi(raw: Mapping[str, Any]) -> RankingRow:
    """Solidity `RankedEntry` by field name."""
    return RankingRow(
        rank=raw["rank"],
        ticket_id=raw["ticketId"],
        player=raw["player"],
        image_digest=raw["imageDigest"],
        score=raw["score"],
        flags=raw["flags"],
    )


def state_from_abi(competition_id: int, raw: Mapping[str, Any]) -> CompetitionState:
    """Solidity `CompetitionView` by field name."""
    return CompetitionState(
        id=competition_id,
        phase=Phase(raw["phase"]),
        outcome=Outcome(raw["outcome"]),
        operator=raw["operator"],
        terms=terms_from_abi(raw["terms"]),
        target_digest=raw["targetDigest"],
        open_ends=raw["openEnds"],
        reveal_ends=raw["revealEnds"],
        judging_ends=raw["judgingEnds"],
        liveness_ends=raw["livenessEnds"],
        sold=raw["sold"],
        revealed=raw["revealed"],
        entries_hash=raw["entriesHash"],
        seed_block=raw["seedBlock"],
        beacon_round=raw["beaconRound"],
        seed=raw["seed"],
        winner_ticket=raw["winnerTicket"],
        model_hash=raw["modelHash"],
        ranking_root=raw["rankingRoot"],
        bundle_digest=raw["bundleDigest"],
        dispute=dispute_from_abi(raw["dispute"]),
        pot=raw["pot"],
        bond=raw["bond"],
        deposit=raw["deposit"],
    )
