"""Copies and look-alikes of the target and of earlier entries, found in whole numbers.

An image with the pixels of the target or of an earlier entry is a copy and is disqualified: the
same pixels, or nearly the same (`grain.py`). Whatever else makes an image look edited is a remark
for people and decides nothing: its shapes (`correlation.py`), the target's features wherever they
were moved to (`features.py`, `matches.py`), the target's pieces near their places (`patches.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from scoring.copies.correlation import Correlation, close_pairs
from scoring.copies.features import find_features, grey_of
from scoring.copies.grain import Grain, GrainBook, SharedGrain, grain_of
from scoring.copies.matches import Original, Recognition
from scoring.copies.patches import PatchedOriginal, SharedPatches, grid_of
from scoring.copies.sketch import Sketch, sketch
from scoring.digest import Digest, sha256
from scoring.ranking import Entry, require_distinct
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag
from scoring.submission.image import Pixels

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


@dataclass(frozen=True, eq=False)
class _Seen:
    """What is kept of one entry's image."""

    entry: Entry
    digest: Digest  # of its pixels
    grain: Grain
    outline: Sketch
    of_target: tuple[Remark, ...]  # by features and by pieces


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
    if spec.copies == "pixels":
        digests = [(entry, sha256(pixels.tobytes())) for entry, pixels in entries]
        _require_distinct([entry for entry, _ in digests])
        digests.sort(key=lambda one: one[0].commit_order)
        return Findings(_same_pixels(digests, sha256(target.tobytes())))
    seen = _look_at_all(entries, target, spec)
    _require_distinct([one.entry for one in seen])
    seen.sort(key=lambda one: one.entry.commit_order)
    copies = _copied(seen, target, spec.copy_grain)
    ranked = [one for one in seen if one.entry.ticket_id not in copies]
    return Findings(copies, _remarks(ranked, sketch(target), spec.remark_shapes))


def _look_at_all(
    entries: Iterable[tuple[Entry, Pixels]], target: Pixels, spec: JudgingSpec
) -> list[_Seen]:
    # Not with the module: it loads torch, and a daemon mostly waits.
    from scoring.parallel import side_by_side

    original, patched = Original(target), PatchedOriginal(target)

    def remarks(pixels: Pixels) -> Iterator[Remark]:
        features = original.recognise(find_features(grey_of(pixels)))
        if features and features.reaches(spec.remark_features):
            yield Remark(None, features)
        patches = patched.found_in(grid_of(pixels))
        if patches and patches.correlation >= spec.remark_patches:
            yield Remark(None, patches)

    def look(item: tuple[Entry, Pixels]) -> _Seen:
        entry, pixels = item
        digest = sha256(pixels.tobytes())
        return _Seen(entry, digest, grain_of(pixels), sketch(pixels), tuple(remarks(pixels)))

    with closing(side_by_side(look, entries)) as looked:
        return list(looked)


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


def _copied(seen: Sequence[_Seen], target: Pixels, share: int) -> dict[int, Copy]:
    """Equal pixels and nearly equal ones; of entries in the order of their commitments."""
    found = _same_pixels(((one.entry, one.digest) for one in seen), sha256(target.tobytes()))
    originals = GrainBook(len(seen) + 1)
    originals.add(grain_of(target))
    tickets: list[int | None] = [None]  # of the originals
    for one in seen:
        ticket = one.entry.ticket_id
        if ticket in found:
            continue
        if nearest := originals.first_shared(one.grain, share):
            number, evidence = nearest
            reason = Flag.EDITED_DUPLICATE if number else Flag.EDITED_TARGET
            found[ticket] = Copy(Flag.DISQUALIFIED | reason, tickets[number], evidence)
        else:
            originals.add(one.grain)
            tickets.append(ticket)
    return found


def _remarks(
    ranked: Sequence[_Seen], target: Sketch, threshold: int
) -> dict[int, tuple[Remark, ...]]:
    """By shapes first, of the target or else of the earliest entry; then what is of the target."""
    found = {one.entry.ticket_id: list(one.of_target) for one in ranked}
    outlines = [target, *(one.outline for one in ranked)]
    for image, original, evidence in close_pairs(outlines, threshold, earliest=True):
        of = ranked[original - 1].entry.ticket_id if original else None
        found[ranked[image - 1].entry.ticket_id].insert(0, Remark(of, evidence))
    return {ticket: tuple(remarks) for ticket, remarks in found.items() if remarks}
