"""Judging a whole entry set: who is disqualified, every other one's score, and the ranking.

Operators, auditors and `judge score` all go through here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from scoring.copies.search import Copy, Findings, Remark, find_copies, remark_flags
from scoring.judge import Progress, Score, TrainedJudge, score_all
from scoring.parallel import side_by_side
from scoring.ranking import Entry, RankedEntry, ScoredEntry, rank
from scoring.submission.flags import Flag, InvalidSubmission
from scoring.submission.image import Pixels

ImageOf = Callable[[Entry], Pixels]
"""An entry's pixels, uint8 (512, 512, 3); raises `InvalidSubmission` with the reason."""
Show = Callable[[Entry, Score], None]
"""Does with an entry's score and pictures what is to be done with them."""


@dataclass(frozen=True)
class RankedSet:
    """Every entry in its place; by ticket, what copies are copies of, and remarks on others."""

    ranking: tuple[RankedEntry, ...]
    copies: Mapping[int, Copy]
    remarks: Mapping[int, tuple[Remark, ...]]


def rank_entries(
    judge: TrainedJudge,
    target: Pixels,
    entries: Sequence[Entry],
    image_of: ImageOf,
    show: Show,
    *,
    show_copies: bool = False,
    progress: Progress | None = None,
) -> RankedSet:
    """Disqualifies, scores and ranks; `show` gets each scored entry, in the entries' order.

    A few images and pictures are held at a time: `image_of` is asked twice for most entries, by
    several threads. With `show_copies`, copies are scored and shown too, though not for a rank.
    """
    invalid, found = _disqualified(judge, target, entries, image_of)
    flags = invalid | {ticket: copy.flags for ticket, copy in found.copies.items()}
    scored = [ScoredEntry(e, 0, flags[e.ticket_id]) for e in entries if e.ticket_id in flags]
    unseen = invalid if show_copies else flags
    due = [entry for entry in entries if entry.ticket_id not in unseen]
    if progress is not None and due:
        progress("score", 0, len(due))
    with closing(score_all(judge, [partial(image_of, entry) for entry in due])) as scores:
        for done, (entry, score) in enumerate(zip(due, scores, strict=True), start=1):
            show(entry, score)
            if entry.ticket_id not in flags:
                remarked = remark_flags(found.remarks.get(entry.ticket_id, ()))
                scored.append(ScoredEntry(entry, score.value, remarked, score.terms))
            if progress is not None:
                progress("score", done, len(due))
    return RankedSet(rank(scored), found.copies, found.remarks)


def _disqualified(
    judge: TrainedJudge, target: Pixels, entries: Sequence[Entry], image_of: ImageOf
) -> tuple[dict[int, Flag], Findings]:
    """By ticket: the flags of entries that are no valid image; what is copied or remarked upon."""
    invalid: dict[int, Flag] = {}

    def load(entry: Entry) -> Pixels | Flag:
        try:
            return image_of(entry)
        except InvalidSubmission as error:
            return error.flags

    def valid() -> Generator[tuple[Entry, Pixels], None, None]:
        with closing(side_by_side(load, entries)) as loaded:
            for entry, image in zip(entries, loaded, strict=True):
                if isinstance(image, Flag):
                    invalid[entry.ticket_id] = image
                else:
                    yield entry, image

    with closing(valid()) as images:
        return invalid, find_copies(images, target, judge.spec)
