"""`judge bench copies`: how many edited copies are missed, and how many honest pictures accused.

Originals are edited in every way of `edits.py`; then all pictures of the folder that are not known
to be related are compared with one another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from scoring.bench.cases import Gallery
from scoring.bench.edits import EDITS
from scoring.copies import close_pairs, compare
from scoring.copies_sift import SiftOriginal
from scoring.copy_sketch import Sketch, sketch

_WORTH_NAMING = 400_000
Report = Callable[[str], None]


@dataclass(frozen=True)
class CopiesReport:
    """What was missed and what was accused, by the exact code and by SIFT."""

    threshold: int  # millionths of correlation
    copies: int  # edited copies in all
    missed_exactly: int
    missed_by_sift: int | None  # None without OpenCV
    missed_by_both: int | None
    missed_edits: dict[str, int]  # by the exact code
    pairs: int  # pairs of unrelated pictures compared by the exact code
    false_alarms: int
    closest_pair: tuple[str, str, int]  # and its correlation
    sift_pairs: int
    sift_false_alarms: int | None

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
    gallery: Gallery, originals: Sequence[str], threshold: int, report: Report
) -> CopiesReport:
    """Measure on `originals`, edited, and on every pair of the gallery's unrelated pictures."""
    missed: Counter[str] = Counter()
    by_sift = by_both = sift_pairs = sift_alarms = 0
    known = has_opencv()
    for name in originals:
        pixels = gallery.pixels(name)
        original = sketch(pixels)
        sift = SiftOriginal(pixels) if known else None
        for edit, apply in EDITS.items():
            copy = apply(pixels)
            exactly = _alike(sketch(copy), original) >= threshold
            missed[edit] += not exactly
            if sift is not None:
                found = sift.evidence(copy).remarkable
                by_sift += not found
                by_both += not found and not exactly
        if sift is not None:
            others = gallery.unrelated(name)
            sift_pairs += len(others)
            sift_alarms += sum(sift.evidence(gallery.pixels(o)).remarkable for o in others)
        report(f"{name}: {sum(missed.values())} missed so far")
    pairs, alarms, closest = _accusations(gallery, threshold)
    return CopiesReport(
        threshold, len(originals) * len(EDITS), sum(missed.values()),
        by_sift if known else None, by_both if known else None,
        {edit: count for edit, count in missed.items() if count},
        pairs, alarms, closest, sift_pairs, sift_alarms if known else None,
    )  # fmt: skip


def _alike(image: Sketch, original: Sketch) -> int:
    evidence = compare(image, original)
    return abs(evidence.correlation) if evidence else 0


def _accusations(gallery: Gallery, threshold: int) -> tuple[int, int, tuple[str, str, int]]:
    """Pairs, false alarms and the closest pair among pictures that share no group."""
    sketches = [sketch(gallery.pixels(name)) for name in gallery.names]
    names = gallery.names
    strange = {(a, b) for a, b in combinations(names, 2) if gallery.strangers(a, b)}
    alarms, closest = 0, ("", "", 0)
    for later, earlier, evidence in close_pairs(sketches, _WORTH_NAMING):
        a, b, alike = names[earlier], names[later], abs(evidence.correlation)
        if (a, b) in strange:
            alarms += alike >= threshold
            closest = max(closest, (a, b, alike), key=lambda found: found[2])
    return len(strange), alarms, closest


def text(found: CopiesReport) -> str:
    """The table of docs/judging-quality.md."""
    sift = "–" if found.missed_by_sift is None else str(found.missed_by_sift)
    both = "–" if found.missed_by_both is None else str(found.missed_by_both)
    alarms = "–" if found.sift_false_alarms is None else str(found.sift_false_alarms)
    a, b, alike = found.closest_pair
    missed = f"missed of {found.copies} edited copies"
    return "\n".join(
        [
            "| | exact code | SIFT | both |",
            "| --- | --- | --- | --- |",
            f"| {missed} | {found.missed_exactly} | {sift} | {both} |",
            f"| false alarms | {found.false_alarms} of {found.pairs} pairs | "
            f"{alarms} of {found.sift_pairs} pairs | |",
            "",
            f"missed by the exact code at {found.threshold / 1e6}: "
            + ", ".join(f"{edit} {count}" for edit, count in found.missed_edits.items()),
            f"closest pair: {a} and {b} at {alike / 1e6:.3f}",
        ]
    )
