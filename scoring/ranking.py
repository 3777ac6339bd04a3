"""The ranking: in which order the entries stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scoring.digest import Digest
from scoring.submission.flags import Flag


@dataclass(frozen=True)
class Entry:
    """A revealed submission: one leaf of the ranking."""

    ticket_id: int
    player: str  # checksum address
    image_digest: Digest  # sha256 of the PNG file
    commit_order: int  # position, by block and log index, of the commitment that counts


@dataclass(frozen=True)
class ScoredEntry:
    """An entry with its score (lower is better), flags, and the terms behind the score."""

    entry: Entry
    score: int
    flags: Flag = Flag(0)
    terms: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RankedEntry:
    """A scored entry with its rank; 1 is the winner if it is not disqualified."""

    rank: int
    entry: Entry
    score: int
    flags: Flag
    terms: Mapping[str, int]

    @property
    def disqualified(self) -> bool:
        return Flag.DISQUALIFIED in self.flags


def rank(scored: Iterable[ScoredEntry]) -> tuple[RankedEntry, ...]:
    """All entries, best first: qualified by (score, ticket), then disqualified by ticket.

    Ranks run from 1 over all of them, and a disqualified entry has score 0 and no terms, so that
    every entry keeps its leaf. Raises ValueError when a ticket appears twice or a reason bit
    stands without DISQUALIFIED.
    """
    entries = list(scored)
    require_distinct(item.entry.ticket_id for item in entries)
    for item in entries:
        if item.flags & _REASONS and Flag.DISQUALIFIED not in item.flags:
            raise ValueError(f"ticket {item.entry.ticket_id} has a reason but is qualified")
    qualified = [item for item in entries if Flag.DISQUALIFIED not in item.flags]
    disqualified = [item for item in entries if Flag.DISQUALIFIED in item.flags]
    qualified.sort(key=lambda item: (item.score, item.entry.ticket_id))
    disqualified.sort(key=lambda item: item.entry.ticket_id)
    return tuple(
        RankedEntry(
            place,
            item.entry,
            score=0 if Flag.DISQUALIFIED in item.flags else item.score,
            flags=item.flags,
            terms={} if Flag.DISQUALIFIED in item.flags else dict(item.terms),
        )
        for place, item in enumerate([*qualified, *disqualified], start=1)
    )


_REASONS = Flag(0xFFFE)


def require_distinct(values: Iterable[int]) -> None:
    """Raises ValueError when a value appears twice."""
    seen: set[int] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{value} appears twice")
        seen.add(value)
