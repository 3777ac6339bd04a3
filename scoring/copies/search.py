"""Copies and look-alikes of the target and of earlier entries, found in whole numbers.

An image with the pixels of the target or of an earlier entry is a copy and is disqualified: the
same pixels, or nearly the same (`grain.py`). Whatever else makes an image look edited is a remark
for people and decides nothing: its shapes (`correlation.py`), the target's features wherever they
were moved to (`features.py`, `matches.py`), the target's pieces near their places (`patches.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing

from scoring.copies.blocks import Block, Comparison, Limits, Shared
from scoring.copies.findings import Copy, Findings, Remark
from scoring.copies.grain import grain_of
from scoring.copies.look import Detail, Look, Looker
from scoring.copies.sketch import sketch
from scoring.digest import Digest, sha256
from scoring.ranking import Entry, require_distinct
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag
from scoring.submission.image import Pixels

DetailsOf = Callable[[Sequence[Entry]], Sequence[Detail]]
"""What is kept of the images of some entries, in their order."""
Compare = Callable[[Iterable[Comparison]], Generator[Shared, None, None]]
"""Runs comparisons, in any order and anywhere; what each found, in their order."""


def find_copies(
    entries: Iterable[tuple[Entry, Pixels]], target: Pixels, spec: JudgingSpec
) -> Findings:
    """The entries that copy the target or an earlier commitment's image, and remarks on others.

    `entries` pairs each entry that decoded with its pixels, uint8 (512, 512, 3), like `target`; it
    may be a generator, a few images are held at a time. The limits are the spec's; where its
    `copies` is "pixels", only equal pixels count and nothing is remarked. Pixels are compared and
    not files, so compressing a PNG again does not make it another image. Of equal images the
    earliest commitment stays; a disqualified entry is nobody's original. Raises ValueError when a
    ticket or a commit position appears twice.
    """
    # Not with the module: it loads torch, and a daemon mostly waits.
    from scoring.parallel import side_by_side

    looker = Looker(target, spec)
    looks: dict[int, Look] = {}
    seen: list[Entry] = []
    with closing(side_by_side(lambda item: (item[0], looker.look(item[1])), entries)) as looked:
        for entry, look in looked:
            seen.append(entry)
            looks[entry.ticket_id] = look
    pixels = {ticket: look.pixels for ticket, look in looks.items()}
    return search(seen, pixels, target, spec, details_in(looks), compare_here)


def details_in(looks: Mapping[int, Look]) -> DetailsOf:
    """The details of looks that are held in memory, by ticket."""

    def details(entries: Sequence[Entry]) -> list[Detail]:
        found = (looks[entry.ticket_id].detail for entry in entries)
        return [detail for detail in found if detail is not None]

    return details


def compare_here(comparisons: Iterable[Comparison]) -> Generator[Shared, None, None]:
    """One comparison after the other, by the thread that asks."""
    yield from (comparison.run() for comparison in comparisons)


def search(
    seen: Iterable[Entry],
    pixels: Mapping[int, Digest],
    target: Pixels,
    spec: JudgingSpec,
    details_of: DetailsOf,
    compare: Compare,
    block_entries: int = sys.maxsize,
) -> Findings:
    """As `find_copies`, of entries that were looked at: `pixels` by ticket are their digests."""
    entries = list(seen)
    _require_distinct(entries)
    entries.sort(key=lambda entry: entry.commit_order)
    digests = ((entry, pixels[entry.ticket_id]) for entry in entries)
    same = _same_pixels(digests, sha256(target.tobytes()))
    if spec.copies == "pixels":
        return Findings(same)
    left = [entry for entry in entries if entry.ticket_id not in same]
    return _Search(left, target, spec, details_of, compare, block_entries).run(same)


def _require_distinct(entries: Sequence[Entry]) -> None:
    require_distinct(entry.ticket_id for entry in entries)
    require_distinct(entry.commit_order for entry in entries)


def _same_pixels(seen: Iterable[tuple[Entry, Digest]], target: Digest) -> dict[int, Copy]:
    """Equal pixels alone; of entries in the order of their commitments."""
    found: dict[int, Copy] = {}
    first: dict[Digest, int] = {}
    for entry, digest in seen:
        if digest == target:
            found[entry.ticket_id] = Copy(Flag.DISQUALIFIED | Flag.TARGET_COPY, None, None)
            continue
        original = first.setdefault(digest, entry.ticket_id)
        if original != entry.ticket_id:
            found[entry.ticket_id] = Copy(Flag.DISQUALIFIED | Flag.DUPLICATE, original, None)
    return found


class _Search:
    """The comparison of all images that are left, block by block. Number 0 is the target."""

    def __init__(
        self,
        entries: Sequence[Entry],
        target: Pixels,
        spec: JudgingSpec,
        details_of: DetailsOf,
        compare: Compare,
        block_entries: int,
    ) -> None:
        self._entries = entries
        self._target = Detail(sha256(target.tobytes()), grain_of(target), sketch(target))
        self._limits = Limits(spec.copy_grain, spec.remark_shapes)
        self._details_of, self._compare = details_of, compare
        count = len(entries) + 1
        starts = range(0, count, min(block_entries, count))
        self._blocks = [range(start, min(start + block_entries, count)) for start in starts]
        self._shared = Shared()
        self._of_target: dict[int, tuple[Remark, ...]] = {}

    def run(self, copies: dict[int, Copy]) -> Findings:
        """Adds to `copies` of equal pixels what has nearly the same."""
        for place, numbers in enumerate(self._blocks):
            self._note([Comparison(self._block(numbers), None, self._limits)])
            originals = self._block(numbers)
            later = self._blocks[place + 1 :]
            self._note(Comparison(self._block(them), originals, self._limits) for them in later)
        for number, (original, evidence) in self._shared.copies.items():
            reason = Flag.EDITED_DUPLICATE if original else Flag.EDITED_TARGET
            flags = Flag.DISQUALIFIED | reason
            copies[self._ticket(number) or 0] = Copy(flags, self._ticket(original), evidence)
        return Findings(copies, self._remarks(copies))

    def _note(self, comparisons: Iterable[Comparison]) -> None:
        with closing(self._compare(comparisons)) as results:
            for shared in results:
                # Originals come in their order: what was found first stays.
                for number, copy in shared.copies.items():
                    self._shared.copies.setdefault(number, copy)
                for number, like in shared.likes.items():
                    self._shared.likes.setdefault(number, like)

    def _block(self, numbers: range) -> Block:
        """Those of a block that are not known to be copies."""
        left = tuple(number for number in numbers if number not in self._shared.copies)
        details = self._details_of([self._entries[number - 1] for number in left if number])
        for number, detail in zip((n for n in left if n), details, strict=True):
            if detail.of_target:
                self._of_target[number] = detail.of_target
        own = (self._target,) if 0 in left else ()
        settled = frozenset(number for number in left if number in self._shared.likes)
        return Block(left, (*own, *details), settled)

    def _ticket(self, number: int) -> int | None:
        return self._entries[number - 1].ticket_id if number else None

    def _remarks(self, copies: Mapping[int, Copy]) -> dict[int, tuple[Remark, ...]]:
        """Of what is no copy: by shapes first, of its earliest original; then of the target."""
        found: dict[int, tuple[Remark, ...]] = {}
        for number, entry in enumerate(self._entries, start=1):
            if entry.ticket_id in copies:
                continue
            remarks = self._of_target.get(number, ())
            if number in self._shared.likes:
                original, evidence = self._shared.likes[number]
                remarks = (Remark(self._ticket(original), evidence), *remarks)
            if remarks:
                found[entry.ticket_id] = remarks
        return found
