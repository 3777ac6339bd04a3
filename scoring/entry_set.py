"""Judging a whole entry set: who is disqualified, every other one's score, and the ranking.

Operators, auditors and `judge score` all go through here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from scoring.copies.findings import Copy, Findings, Remark, remark_flags
from scoring.copies.search import search
from scoring.digest import Digest
from scoring.progress import Progress, silent
from scoring.ranking import Entry, RankedEntry, ScoredEntry, rank
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag
from scoring.submission.image import Pixels
from scoring.workers import Workers


@dataclass(frozen=True)
class RankedSet:
    """Every entry in its place; by ticket, what copies are copies of, and remarks on others."""

    ranking: tuple[RankedEntry, ...]
    copies: Mapping[int, Copy]
    remarks: Mapping[int, tuple[Remark, ...]]


def rank_entries(
    spec: JudgingSpec,
    target: Pixels,
    entries: Sequence[Entry],
    workers: Workers,
    *,
    show_copies: bool = False,
    progress: Progress | None = None,
) -> RankedSet:
    """Disqualifies, scores and ranks; `workers` do what has to be done with each image.

    With `show_copies`, copies are scored too, for their pictures and not for a rank.
    """
    report = progress or silent
    invalid, found = _disqualified(spec, target, entries, workers, report)
    flags = invalid | {ticket: copy.flags for ticket, copy in found.copies.items()}
    scored = [ScoredEntry(e, 0, flags[e.ticket_id]) for e in entries if e.ticket_id in flags]
    unseen = invalid if show_copies else flags
    due = [entry for entry in entries if entry.ticket_id not in unseen]
    if due:
        report("score", 0, len(due))
    with closing(workers.score(due)) as scores:
        for done, (entry, score) in enumerate(zip(due, scores, strict=True), start=1):
            if entry.ticket_id not in flags:
                remarked = remark_flags(found.remarks.get(entry.ticket_id, ()))
                scored.append(ScoredEntry(entry, score.value, remarked, score.terms))
            report("score", done, len(due))
    return RankedSet(rank(scored), found.copies, found.remarks)


def _disqualified(
    spec: JudgingSpec,
    target: Pixels,
    entries: Sequence[Entry],
    workers: Workers,
    report: Progress,
) -> tuple[dict[int, Flag], Findings]:
    """By ticket: the flags of entries that are no valid image; what is copied or remarked upon."""
    invalid: dict[int, Flag] = {}
    pixels: dict[int, Digest] = {}
    with closing(workers.look(entries)) as looks:
        for done, (entry, look) in enumerate(zip(entries, looks, strict=True), start=1):
            if isinstance(look, Flag):
                invalid[entry.ticket_id] = look
            else:
                pixels[entry.ticket_id] = look
            report("look", done, len(entries))
    seen = [entry for entry in entries if entry.ticket_id in pixels]
    found = search(
        seen, pixels, target, spec, workers.details, workers.compare, workers.block_entries
    )
    return invalid, found
