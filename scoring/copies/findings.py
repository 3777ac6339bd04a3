"""What the search for copies says: who is disqualified, and what is remarked about the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scoring.copies.correlation import Correlation
from scoring.copies.grain import SharedGrain
from scoring.copies.matches import Recognition
from scoring.copies.patches import SharedPatches
from scoring.submission.flags import Flag

Evidence = Correlation | Recognition | SharedPatches


@dataclass(frozen=True)
class Copy:
    """Why an entry is disqualified as a copy. `original`: the earlier ticket, None: the target."""

    flags: Flag
    original: int | None
    evidence: SharedGrain | None  # None: the very same pixels


@dataclass(frozen=True)
class Remark:
    """What an entry that is ranked looks like: the earlier ticket, or None for the target."""

    original: int | None
    evidence: Evidence

    @property
    def flag(self) -> Flag:
        return Flag.LIKE_TARGET if self.original is None else Flag.LIKE_EARLIER


def remark_flags(remarks: Iterable[Remark]) -> Flag:
    """The bits of an entry's leaf."""
    flags = Flag(0)
    for remark in remarks:
        flags |= remark.flag
    return flags


@dataclass(frozen=True)
class Findings:
    """By ticket: the copies, and what is remarked about entries that are none."""

    copies: dict[int, Copy] = field(default_factory=dict)
    remarks: dict[int, tuple[Remark, ...]] = field(default_factory=dict)
