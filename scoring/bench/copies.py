"""`judge bench copies`: how many edited copies are missed, and how many honest pictures accused.

Originals are edited in every way of `edits.py`; then all pictures of the folder that are not known
to be related are compared with one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from scoring.bench.cases import Gallery
from scoring.bench.edits import EDITS, MOVES, Edit
from scoring.copies.correlation import close_pairs, compare
from scoring.copies.features import find_features, grey_of
from scoring.copies.matches import Original
from scoring.copies.sift import SiftOriginal
from scoring.copies.sketch import sketch
from scoring.submission.image import Pixels

KINDS: Mapping[str, Mapping[str, Edit]] = {"edited": EDITS, "moved": MOVES}
_WORTH_NAMING = 400_000
Report = Callable[[str], None]


@dataclass(frozen=True)
class Missed:
    """How many copies of one kind each way to look for them misses."""

    kind: str
    copies: int
    by_shapes: int
    by_features: int
    exactly: int  # by shapes and by features
    by_sift: int | None  # None without OpenCV
    by_all: int | None
    edits: Mapping[str, int]  # what the exact code misses


@dataclass(frozen=True)
class CopiesReport:
    """What was missed and what was accused, by the exact code and by SIFT."""

    threshold: int  # millionths of correlation
    share: int  # thousandths of features
    missed: Sequence[Missed]
    pairs: int  # pairs of unrelated pictures
    accused_by_shapes: int
    closest_pair: tuple[str, str, int]  # by shapes, and its correlation
    accused_by_features: int
    recognised: Mapping[str, int]  # related pictures, and the thousandths of features found
    sift_pairs: int
    accused_by_sift: int | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def has_opencv() -> bool:
    """Whether the `classic` extra is installed."""
    try:
        import cv2  # noqa: F401
    except ImportError:
        return False
    return True


def originals(gallery: Gallery, count: int) -> list[str]:
    """About so many images from all over the folder."""
    return gallery.names[:: max(1, -(-len(gallery.names) // count))]


def run_copies(
    gallery: Gallery, originals: Sequence[str], threshold: int, share: int, report: Report
) -> CopiesReport:
    """Measure on `originals`, edited, and on every pair of the gallery's pictures."""
    known = has_opencv()
    missed = {kind: Counter[str]() for kind in KINDS}
    edits = {kind: Counter[str]() for kind in KINDS}
    sift_pairs = sift_alarms = 0
    for name in originals:
        pixels = gallery.pixels(name)
        sift = SiftOriginal(pixels) if known else None
        finders = list(_finders(pixels, threshold, share, sift))
        for kind, ways in KINDS.items():
            for edit, apply in ways.items():
                copy = apply(pixels)
                found = {finder: finds(copy) for finder, finds in finders}
                exactly = found["by_shapes"] or found["by_features"]
                missed[kind].update(finder for finder, finds in found.items() if not finds)
                if not exactly:
                    edits[kind][edit] += 1
                    missed[kind]["exactly"] += 1
                    missed[kind]["by_all"] += not found.get("by_sift")
        if sift is not None:
            others = gallery.unrelated(name)
            sift_pairs += len(others)
            sift_alarms += sum(sift.evidence(gallery.pixels(o)).remarkable for o in others)
        counts = ", ".join(f"{sum(of.values())} {kind}" for kind, of in edits.items())
        report(f"{name}: missed so far {counts}")
    pairs, alarms, closest = _accused_by_shapes(gallery, threshold)
    report("held all pictures against one another by their shapes; now by their features")
    accused, recognised = _accused_by_features(gallery, share)
    rows = [
        Missed(
            kind,
            len(originals) * len(ways),
            missed[kind]["by_shapes"],
            missed[kind]["by_features"],
            missed[kind]["exactly"],
            missed[kind]["by_sift"] if known else None,
            missed[kind]["by_all"] if known else None,
            dict(edits[kind]),
        )
        for kind, ways in KINDS.items()
    ]
    return CopiesReport(
        threshold, share, rows, pairs, alarms, closest, accused, recognised,
        sift_pairs, sift_alarms if known else None,
    )  # fmt: skip


def _finders(
    pixels: Pixels, threshold: int, share: int, sift: SiftOriginal | None
) -> Iterator[tuple[str, Callable[[Pixels], bool]]]:
    """Ways to find a copy of an image, by name."""
    outline, original = sketch(pixels), Original(pixels)

    def by_shapes(copy: Pixels) -> bool:
        match = compare(sketch(copy), outline)
        return match is not None and abs(match.correlation) >= threshold

    def by_features(copy: Pixels) -> bool:
        match = original.recognise(find_features(grey_of(copy)))
        return match is not None and match.reaches(share)

    yield "by_shapes", by_shapes
    yield "by_features", by_features
    if sift is not None:
        yield "by_sift", lambda copy: sift.evidence(copy).remarkable


def _accused_by_shapes(gallery: Gallery, threshold: int) -> tuple[int, int, tuple[str, str, int]]:
    """Pairs, false alarms and the closest pair among pictures that share no group."""
    sketches = [sketch(gallery.pixels(name)) for name in gallery.names]
    names = gallery.names
    strange = {(a, b) for a, b in combinations(names, 2) if gallery.strangers(a, b)}
    alarms, closest = 0, ("", "", 0)
    for later, earlier, match in close_pairs(sketches, _WORTH_NAMING):
        a, b, alike = names[earlier], names[later], abs(match.correlation)
        if (a, b) in strange:
            alarms += alike >= threshold
            closest = max(closest, (a, b, alike), key=lambda found: found[2])
    return len(strange), alarms, closest


def _accused_by_features(gallery: Gallery, share: int) -> tuple[int, dict[str, int]]:
    """False alarms, either way round, and what was recognised of related pictures."""
    features = {name: find_features(grey_of(gallery.pixels(name))) for name in gallery.names}
    alarms, recognised = 0, {}
    for name in gallery.names:
        original = Original(gallery.pixels(name))
        for other in gallery.names:
            match = original.recognise(features[other]) if other != name else None
            if match is None:
                continue
            if gallery.strangers(name, other):
                alarms += match.reaches(share)
            else:
                recognised[f"{name} in {other}"] = 1000 * match.found // match.visible
    return alarms, recognised


def text(found: CopiesReport) -> str:
    """What docs/copies.md has of it."""
    lines = [
        "| | copies | missed by shapes | features | the exact code (both) | SIFT | all three |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in found.missed:
        counts = (row.by_shapes, row.by_features, row.exactly, row.by_sift, row.by_all)
        cells = ("–" if count is None else _share(count, row.copies) for count in counts)
        lines.append(f"| {row.kind} | {row.copies} | {' | '.join(cells)} |")
    alarms = "–" if found.accused_by_sift is None else str(found.accused_by_sift)
    a, b, alike = found.closest_pair
    lines += [
        "",
        f"false alarms: {found.accused_by_shapes} by shapes and {found.accused_by_features} by "
        f"features of {found.pairs} pairs, {alarms} by SIFT of {found.sift_pairs} pairs",
        f"closest pair by shapes: {a} and {b} at {alike / 1e6:.3f}",
    ]
    for row in found.missed:
        missed = ", ".join(f"{edit} {count}" for edit, count in row.edits.items()) or "nothing"
        lines.append(f"{row.kind}, missed by the exact code: {missed}")
    nearest = sorted(found.recognised.items(), key=lambda item: -item[1])
    lines += [f"related: {pair}, {share / 10:.1f} % of the features" for pair, share in nearest]
    return "\n".join(lines)


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.1f} %)"
