"""Who looks at images, compares them and scores them: this process, or others with the same bits.

`scoring.entry_set` decides what there is to do and in which order it counts; workers only do it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from scoring.copies.blocks import Comparison, Shared
from scoring.copies.look import Detail, Look, Looker
from scoring.copies.search import compare_here, details_in
from scoring.digest import Digest
from scoring.judge import Score, TrainedJudge, score_all
from scoring.parallel import side_by_side
from scoring.ranking import Entry
from scoring.submission.flags import Flag, InvalidSubmission
from scoring.submission.image import Pixels

ImageOf = Callable[[Entry], Pixels]
"""An entry's pixels, uint8 (512, 512, 3); raises `InvalidSubmission` with the reason."""
Show = Callable[[Entry, Score], None]
"""Does with an entry's score and pictures what is to be done with them."""


@dataclass(frozen=True)
class Points:
    """One image's score without its pictures."""

    value: int
    terms: Mapping[str, int]


class Workers(Protocol):
    """Every result is in the order of what was asked; whoever may stop early closes the generator.

    What a worker cannot do is trouble of its machine and raised; it is never a verdict.
    """

    @property
    def block_entries(self) -> int:
        """How many images a comparison takes at a time; it changes no result."""
        ...

    def look(self, entries: Sequence[Entry]) -> Generator[Digest | Flag, None, None]:
        """Of each entry the digest of its pixels, or the flags of one that is no valid image."""
        ...

    def details(self, entries: Sequence[Entry]) -> Sequence[Detail]:
        """What entries are compared by, of those that were looked at."""
        ...

    def compare(self, comparisons: Iterable[Comparison]) -> Generator[Shared, None, None]:
        """What each comparison finds."""
        ...

    def score(self, entries: Sequence[Entry]) -> Generator[Points, None, None]:
        """Each entry's score; its pictures are kept by the way."""
        ...


class Here:
    """The workers of this process: its threads. They hold what is compared in memory."""

    block_entries = sys.maxsize  # nothing has to travel, so all are compared at once

    def __init__(self, judge: TrainedJudge, target: Pixels, image_of: ImageOf, show: Show) -> None:
        self._judge, self._image_of, self._show = judge, image_of, show
        self._looker = Looker(target, judge.spec)
        self._looks: dict[int, Look] = {}

    def look(self, entries: Sequence[Entry]) -> Generator[Digest | Flag, None, None]:
        """See `Workers`; a few images are held at a time."""

        def look(entry: Entry) -> Look | Flag:
            try:
                return self._looker.look(self._image_of(entry))
            except InvalidSubmission as error:
                return error.flags

        with closing(side_by_side(look, entries)) as looked:
            for entry, found in zip(entries, looked, strict=True):
                if isinstance(found, Look):
                    self._looks[entry.ticket_id] = found
                    yield found.pixels
                else:
                    yield found

    def details(self, entries: Sequence[Entry]) -> Sequence[Detail]:
        """See `Workers`."""
        return details_in(self._looks)(entries)

    def compare(self, comparisons: Iterable[Comparison]) -> Generator[Shared, None, None]:
        """See `Workers`."""
        return compare_here(comparisons)

    def score(self, entries: Sequence[Entry]) -> Generator[Points, None, None]:
        """See `Workers`; `show` gets every score, in the order of the entries."""
        images = [partial(self._image_of, entry) for entry in entries]
        with closing(score_all(self._judge, images)) as scores:
            for entry, score in zip(entries, scores, strict=True):
                self._show(entry, score)
                yield Points(score.value, score.terms)
