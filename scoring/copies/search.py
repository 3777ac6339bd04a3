"""Copies found in whole numbers: is this image an edit of the target, or of an earlier submission?

By three searches: the same pixels; the same shapes as a whole (`correlation.py`), of the target or
of any earlier entry; the target's features (`features.py`, `matches.py`), wherever the picture was
turned, shifted or cut to. What is found here disqualifies: it is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from scoring.copies.correlation import Correlation, close_pairs
from scoring.copies.features import find_features, grey_of
from scoring.copies.matches import Original, Recognition
from scoring.copies.sketch import Sketch, sketch
from scoring.digest import Digest, sha256
from scoring.ranking import Entry, require_distinct
from scoring.submission.flags import Flag
from scoring.submission.image import Pixels

Evidence = Correlation | Recognition


@dataclass(frozen=True)
class Copy:
    """Why an entry is disqualified as a copy. `original`: the earlier ticket, None: the target."""

    flags: Flag
    original: int | None
    evidence: Evidence | None  # None: the very same pixels


@dataclass(frozen=True, eq=False)
class _Seen:
    """What is kept of one entry's image."""

    entry: Entry
    digest: Digest  # of its pixels
    outline: Sketch
    of_target: Recognition | None


def find_copies(
    entries: Iterable[tuple[Entry, Pixels]], target: Pixels, threshold: int, share: int
) -> dict[int, Copy]:
    """The entries, by ticket, that copy the target or an earlier commitment's image.

    `entries` pairs each entry that decoded with its pixels, uint8 (512, 512, 3), like `target`; it
    may be a generator, a few images are held at a time. `threshold`: millionths of |correlation|
    from which on an image is an edited copy. `share`: thousandths of the target's visible features
    from which on it is one of the target. Pixels are compared and not files, so compressing a PNG
    again does not make it another image. Of equal images the earliest commitment stays. Raises
    ValueError when a ticket or a commit position appears twice.
    """
    # Not with the module: it loads torch, and a daemon mostly waits.
    from scoring.parallel import side_by_side

    of = Original(target)

    def look(item: tuple[Entry, Pixels]) -> _Seen:
        entry, pixels = item
        features = find_features(grey_of(pixels))
        return _Seen(entry, sha256(pixels.tobytes()), sketch(pixels), of.recognise(features))

    with closing(side_by_side(look, entries)) as looked:
        seen = list(looked)
    require_distinct(one.entry.ticket_id for one in seen)
    require_distinct(one.entry.commit_order for one in seen)
    seen.sort(key=lambda one: one.entry.commit_order)
    found = _find_equal(((one.entry, one.digest) for one in seen), sha256(target.tobytes()))
    _find_edited(seen, sketch(target), threshold, share, found)
    return found


def find_equal_pixels(entries: Iterable[tuple[Entry, Pixels]], target: Pixels) -> dict[int, Copy]:
    """The entries, by ticket, with the very pixels of the target or of an earlier commitment.

    Takes and raises what `find_copies` does.
    """
    seen = [(entry, sha256(pixels.tobytes())) for entry, pixels in entries]
    require_distinct(entry.ticket_id for entry, _ in seen)
    require_distinct(entry.commit_order for entry, _ in seen)
    seen.sort(key=lambda one: one[0].commit_order)
    return _find_equal(seen, sha256(target.tobytes()))


def _find_equal(seen: Iterable[tuple[Entry, Digest]], target: Digest) -> dict[int, Copy]:
    """Of entries in the order of their commitments."""
    found: dict[int, Copy] = {}
    first: dict[Digest, int] = {}
    for entry, digest in seen:
        ticket = entry.ticket_id
        flags = Flag.TARGET_COPY if digest == target else Flag(0)
        original = first.setdefault(digest, ticket)
        if original != ticket:
            flags |= Flag.DUPLICATE
        if flags:
            of = None if digest == target else original
            found[ticket] = Copy(Flag.DISQUALIFIED | flags, of, None)
    return found


def _find_edited(
    seen: Sequence[_Seen], target: Sketch, threshold: int, share: int, found: dict[int, Copy]
) -> None:
    """Edits of the target before edits of one another, whole shapes before features."""
    outlines = [target, *(one.outline for one in seen)]
    pairs = list(close_pairs(outlines, threshold, earliest=True))
    edits: list[tuple[_Seen, Evidence]] = [(seen[i - 1], m) for i, of, m in pairs if of == 0]
    edits += [(one, m) for one in seen if (m := one.of_target) and m.reaches(share)]
    for one, evidence in edits:
        copy = Copy(Flag.DISQUALIFIED | Flag.EDITED_TARGET, None, evidence)
        found.setdefault(one.entry.ticket_id, copy)
    for image, original, match in pairs:
        if original:
            of = seen[original - 1].entry.ticket_id
            copy = Copy(Flag.DISQUALIFIED | Flag.EDITED_DUPLICATE, of, match)
            found.setdefault(seen[image - 1].entry.ticket_id, copy)
