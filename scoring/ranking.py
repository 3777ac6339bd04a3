"""The ranking: who is disqualified for a copy, and in which order the entries stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scoring.digest import Digest, sha256
from scoring.flags import Flag


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
    _require_distinct(item.entry.ticket_id for item in entries)
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


def find_duplicates(
    entries: Iterable[tuple[Entry, NDArray[np.uint8]]], target: NDArray[np.uint8]
) -> dict[int, Flag]:
    """The flags, by ticket, of entries that copy another's or the target's pixels exactly.

    `entries` pairs each entry that decoded with its pixels, uint8 (512, 512, 3), like `target`;
    it may be a generator, one image is held at a time. Pixels are compared and not files, so
    recompressing a PNG does not make it another image. Of equal images the earliest commitment
    stays. Raises ValueError when a ticket or a commit position appears twice.
    """
    pixels_of = {entry: sha256(pixels.tobytes()) for entry, pixels in entries}
    _require_distinct(entry.ticket_id for entry in pixels_of)
    _require_distinct(entry.commit_order for entry in pixels_of)
    seen: set[Digest] = set()
    target_digest = sha256(target.tobytes())
    flags: dict[int, Flag] = {}
    for entry in sorted(pixels_of, key=lambda entry: entry.commit_order):
        found = Flag(0)
        if pixels_of[entry] == target_digest:
            found |= Flag.DISQUALIFIED | Flag.TARGET_COPY
        if pixels_of[entry] in seen:
            found |= Flag.DISQUALIFIED | Flag.DUPLICATE
        seen.add(pixels_of[entry])
        if found:
            flags[entry.ticket_id] = found
    return flags


_REASONS = Flag(0xFFFE)


def _require_distinct(values: Iterable[int]) -> None:
    seen: set[int] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{value} appears twice")
        seen.add(value)
