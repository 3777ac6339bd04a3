"""The contract's events as values, and the history of one competition made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from oracle.chain.abi import competition_abi
from oracle.chain.commitments import RankingRow
from oracle.chain.state import (
    Assertion,
    Terms,
    VoidReason,
    assertion_from_abi,
    row_from_abi,
    terms_from_abi,
)
from oracle.chain.wire import Log, Position, nonsense


@dataclass(frozen=True, slots=True)
class Event:
    """What all events share: the competition, where it stands, and its transaction."""

    competition_id: int
    position: Position
    transaction_hash: bytes


@dataclass(frozen=True, slots=True)
class CompetitionCreated(Event):
    operator: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class TicketBought(Event):
    ticket_id: int
    player: str


@dataclass(frozen=True, slots=True)
class TargetOpened(Event):
    target_digest: bytes
    open_ends: int
    reveal_ends: int


@dataclass(frozen=True, slots=True)
class SubmissionCommitted(Event):
    ticket_id: int
    player: str
    commitment: bytes


@dataclass(frozen=True, slots=True)
class SubmissionRevealed(Event):
    ticket_id: int
    player: str
    image_digest: bytes
    salt: bytes  # with the digest it opens the ticket's commitment
    entries_hash: bytes  # after this reveal


@dataclass(frozen=True, slots=True)
class SeedBlockFixed(Event):
    seed_block: int


@dataclass(frozen=True, slots=True)
class SeedPinned(Event):
    seed: bytes
    source: bytes  # the beacon's randomness, or the seed block's hash


@dataclass(frozen=True, slots=True)
class RankingAsserted(Event):
    operator: str
    assertion: Assertion
    winner: RankingRow
    bond: int


@dataclass(frozen=True, slots=True)
class DisputeFunded(Event):
    """An account paid against the ranking; `pool` is what all have paid."""

    account: str
    amount: int
    pool: int
    evidence_digest: bytes


@dataclass(frozen=True, slots=True)
class RankingDisputed(Event):
    """The pool against the ranking is full: the arbiter has to decide."""

    ranking_root: bytes
    model_hash: bytes
    join_ends: int
    verdict_ends: int


@dataclass(frozen=True, slots=True)
class RankingSupported(Event):
    """An account paid for the ranking; `pool` is all that is at stake for it."""

    account: str
    amount: int
    pool: int


@dataclass(frozen=True, slots=True)
class BondClaimed(Event):
    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class DisputeResolved(Event):
    upheld: bool
    verdict: Assertion
    winner: RankingRow
    arbiter_fee: int


@dataclass(frozen=True, slots=True)
class CompetitionFinalized(Event):
    ticket_id: int
    winner: str
    prize: int
    fee: int


@dataclass(frozen=True, slots=True)
class CompetitionVoided(Event):
    reason: VoidReason


@dataclass(frozen=True, slots=True)
class TicketRefunded(Event):
    ticket_id: int
    player: str
    amount: int


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened to one competition up to a block, each kind in order."""

    created: CompetitionCreated | None = None
    bought: tuple[TicketBought, ...] = ()
    opened: TargetOpened | None = None
    commits: tuple[SubmissionCommitted, ...] = ()
    reveals: tuple[SubmissionRevealed, ...] = ()
    seed_block: SeedBlockFixed | None = None
    seed: SeedPinned | None = None
    asserted: RankingAsserted | None = None
    disputed: RankingDisputed | None = None
    resolved: DisputeResolved | None = None
    finalized: CompetitionFinalized | None = None
    voided: CompetitionVoided | None = None
    refunds: tuple[TicketRefunded, ...] = ()
    funded: tuple[DisputeFunded, ...] = ()
    supported: tuple[RankingSupported, ...] = ()
    claimed: tuple[BondClaimed, ...] = ()

    def salt_of(self, ticket_id: int) -> bytes:
        """The salt that a ticket was revealed with, by the logs alone.

        Raises KeyError for a ticket that was not revealed.
        """
        salts = {reveal.ticket_id: reveal.salt for reveal in self.reveals}
        return salts[ticket_id]


_SINGLE: Mapping[type[Event], str] = {
    CompetitionCreated: "created",
    TargetOpened: "opened",
    SeedBlockFixed: "seed_block",
    SeedPinned: "seed",
    RankingAsserted: "asserted",
    RankingDisputed: "disputed",
    DisputeResolved: "resolved",
    CompetitionFinalized: "finalized",
    CompetitionVoided: "voided",
}
_MANY: Mapping[type[Event], str] = {
    TicketBought: "bought",
    SubmissionCommitted: "commits",
    SubmissionRevealed: "reveals",
    TicketRefunded: "refunds",
    DisputeFunded: "funded",
    RankingSupported: "supported",
    BondClaimed: "claimed",
}


def topic_of(kind: type[Event]) -> bytes:
    """The first topic of an event's logs."""
    return competition_abi().events[kind.__name__].topic


def all_topics() -> tuple[bytes, ...]:
    """First topics of every event that belongs to a competition."""
    return tuple(topic_of(kind) for kind in (*_SINGLE, *_MANY))


def turning_topics() -> tuple[bytes, ...]:
    """First topics of the events with which a competition begins and ends."""
    return tuple(map(topic_of, (CompetitionCreated, CompetitionFinalized, CompetitionVoided)))


def history_of(events: Iterable[Event]) -> History:
    """Sorts events, given in order, into a history. Raises `nonsense` when a unique one repeats."""
    singles: dict[str, Event] = {}
    many: dict[str, list[Event]] = {name: [] for name in _MANY.values()}
    for event in events:
        name = _SINGLE.get(type(event))
        if name is None:
            many[_MANY[type(event)]].append(event)
        elif name in singles:
            raise nonsense(f"two {type(event).__name__} logs of one competition")
        else:
            singles[name] = event
    fields: dict[str, Any] = {**singles, **{name: tuple(found) for name, found in many.items()}}
    return replace(History(), **fields)


def parse_event(log: Log) -> Event | None:
    """The event of a log, None for a log of another kind. Raises `nonsense` for a malformed one."""
    if not log.topics:
        return None
    kind = _kinds().get(log.topics[0])
    if kind is None:
        return None
    item = competition_abi().events[kind.__name__]
    try:
        return _event(kind, item.decode_log(log.topics, log.data), log)
    except ValueError:
        raise nonsense(f"a {kind.__name__} log that does not decode") from None


@cache
def _kinds() -> Mapping[bytes, type[Event]]:
    """Every kind of event by its first topic."""
    return {topic_of(kind): kind for kind in (*_SINGLE, *_MANY)}


def _event(kind: type[Event], raw: dict[str, Any], log: Log) -> Event:
    fields: dict[str, Any] = {_field(name): value for name, value in raw.items()}
    fields["competition_id"] = fields.pop("id")
    if "terms" in fields:
        fields["terms"] = terms_from_abi(fields["terms"])
    for name in ("assertion", "verdict"):
        if name in fields:
            fields[name] = assertion_from_abi(fields[name])
    if isinstance(fields.get("winner"), dict):
        fields["winner"] = row_from_abi(fields["winner"])
    if "reason" in fields:
        fields["reason"] = VoidReason(fields["reason"])
    return kind(position=log.position, transaction_hash=log.transaction_hash, **fields)


def _field(name: str) -> str:
    """A Solidity name in Python's writing: ticketId becomes ticket_id."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
