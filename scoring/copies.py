"""Copies found in whole numbers: is this image an edit of the target, or of an earlier submission?

An image is reduced to a 64 x 64 grid of grey with slow changes of light taken out. The middle of
the one is then correlated with the other at every shift up to 8 cells, at four crops, as it is and
mirrored, and the other way round, which finds a copy in a frame. The square of the correlation
decides, so an inverted copy is a copy. Brightness, contrast, colour, compression, noise and blur
hardly change it; another picture of the same thing does not come near. What is found here
disqualifies: it is the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scoring.digest import Digest, sha256
from scoring.flags import Flag
from scoring.ranking import Entry, require_distinct

Pixels = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GRID = 64
WINDOW = 48  # cells of the middle that are compared
REACH = (GRID - WINDOW) // 2  # cells the one may be shifted against the other, either way
SHIFTS = 2 * REACH + 1
CROPS = (512, 480, 448, 416)  # pixels of the original's side that a copy may show
UNIT = 1_000_000
_CELLS = WINDOW * WINDOW
_AT_ONCE = 256  # images that are looked for in one together, to bound memory
_SMALLEST_ENERGY = _CELLS * 81 * 81 * 9  # about a grey level of detail per cell


@dataclass(frozen=True)
class CopyEvidence:
    """The best match found: how alike, and how one was cut to get there."""

    correlation: int  # millionths, negative when one is the other's negative
    mirrored: bool
    framed: bool  # the original lies within the copy, not the copy within the original
    crop: int  # pixels of the side of the one that holds the other
    shift: tuple[int, int]  # rows, columns, in 64ths of the crop


@dataclass(frozen=True)
class Copy:
    """Why an entry is disqualified as a copy. `original`: the earlier ticket, None: the target."""

    flags: Flag
    original: int | None
    evidence: CopyEvidence | None  # None: the very same pixels


@dataclass(frozen=True, eq=False)
class Sketch:
    """What is kept of an image to be compared with others."""

    middles: tuple[Integers, Integers]  # as it is and mirrored: (_CELLS,), mean taken out
    energies: tuple[int, int]
    crops: tuple[npt.NDArray[np.int32], ...]  # detail (64, 64), int32, for each of CROPS

    @property
    def empty(self) -> bool:
        """Whether there is too little in the picture to be recognised by."""
        return min(self.energies) < _SMALLEST_ENERGY


def sketch(pixels: Pixels) -> Sketch:
    """Reduce one image, RGB uint8 (512, 512, 3)."""
    grey = pixels.astype(np.int64) @ np.array([77, 150, 29])  # in 256ths of a level
    crops = tuple(_detail(grey, side).astype(np.int32) for side in CROPS)
    middles = []
    for detail in (crops[0], _detail(grey[:, ::-1], CROPS[0])):
        middle = detail[REACH:-REACH, REACH:-REACH].astype(np.int64).ravel()
        middles.append(middle - middle.sum() // _CELLS)
    energies = [int((middle * middle).sum()) for middle in middles]
    return Sketch((middles[0], middles[1]), (energies[0], energies[1]), crops)


def _detail(grey: Integers, side: int) -> Integers:
    """The central square of `side` pixels as a 64 x 64 grid, less its 9 x 9 surroundings."""
    edges = (512 - side) // 2 + np.arange(GRID + 1) * side // GRID
    sums = np.pad(grey.cumsum(0).cumsum(1), ((1, 0), (1, 0)))[edges][:, edges]
    area = np.diff(edges)[:, None] * np.diff(edges)[None, :]
    cells = np.diff(np.diff(sums, axis=0), axis=1) // (area * 256)  # grey levels
    smooth = _box(cells, 1)
    detail: Integers = 81 * smooth - _box(smooth, 4)
    return detail


def _box(values: Integers, reach: int) -> Integers:
    """Sums over a square window, edges repeated."""
    padded = np.pad(values, reach, mode="edge")
    width = 2 * reach + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (width, width))
    sums: Integers = windows.sum(axis=(2, 3))
    return sums


class _Search:
    """Finds the middles of other images within one image."""

    def __init__(self, image: Sketch) -> None:
        windows = [
            np.lib.stride_tricks.sliding_window_view(crop, (WINDOW, WINDOW)).reshape(-1, _CELLS)
            for crop in image.crops
        ]
        # (crops * shifts, cells). Whole numbers whose every partial sum stays below 2**53, so
        # fp64 products are exact in any order.
        self._windows: Floats = np.concatenate(windows).astype(np.float64)
        self._totals = self._windows.sum(1)
        self._squares = (self._windows * self._windows).sum(1)
        energies = _CELLS * self._squares - self._totals * self._totals
        self._present = energies >= _CELLS * _SMALLEST_ENERGY
        self._below = np.where(self._present, energies, 1.0)

    def best(self, others: Sequence[Sketch]) -> list[CopyEvidence | None]:
        """The closest place of each of `others`; None where there is nothing to compare."""
        middles = np.stack([middle for other in others for middle in other.middles], axis=1)
        dots = self._windows @ middles.astype(np.float64)  # (places, 2 * others)
        # Which place is closest is a matter of single IEEE operations, the same everywhere.
        closeness = np.where(self._present[:, None], dots * dots / self._below[:, None], 0)
        places = closeness.argmax(0)
        found: list[CopyEvidence | None] = []
        for index, other in enumerate(others):
            at = [(int(places[2 * index + m]), 2 * index + m) for m in (0, 1)]
            pair = [
                self._evidence(place, int(dots[place, column]), other, m)
                for m, (place, column) in enumerate(at)
            ]
            nothing = other.empty or not self._present.any()
            found.append(None if nothing else max(pair, key=lambda e: abs(e.correlation)))
        return found

    def _evidence(self, place: int, dot: int, other: Sketch, mirrored: int) -> CopyEvidence:
        """In whole numbers: what the decision rests on."""
        energy = _CELLS * int(self._squares[place]) - int(self._totals[place]) ** 2
        own = max(other.energies[mirrored], 1)
        square = dot * dot * _CELLS * UNIT**2 // (own * max(energy, 1))
        correlation = min(math.isqrt(square), UNIT) * (1 if dot > 0 else -1)
        crop, shift = divmod(place, SHIFTS * SHIFTS)
        rows, columns = divmod(shift, SHIFTS)
        moved = (rows - REACH, columns - REACH)
        return CopyEvidence(correlation, bool(mirrored), False, CROPS[crop], moved)


def compare(image: Sketch, original: Sketch) -> CopyEvidence | None:
    """The closest match of an image and an original; None where one of them shows nothing."""
    inside, around = _Search(original).best([image])[0], _Search(image).best([original])[0]
    return _closer(inside, None if around is None else replace(around, framed=True))


def _closer(a: CopyEvidence | None, b: CopyEvidence | None) -> CopyEvidence | None:
    if a is None or b is None:
        return a or b
    return a if abs(a.correlation) >= abs(b.correlation) else b


def find_copies(
    entries: Iterable[tuple[Entry, Pixels]], target: Pixels, threshold: int
) -> dict[int, Copy]:
    """The entries, by ticket, that copy the target or an earlier commitment's image.

    `entries` pairs each entry that decoded with its pixels, uint8 (512, 512, 3), like `target`; it
    may be a generator, one image is held at a time. `threshold`: millionths of |correlation| from
    which on an image is an edited copy. Pixels are compared and not files, so compressing a PNG
    again does not make it another image. Of equal images the earliest commitment stays. Raises
    ValueError when a ticket or a commit position appears twice.
    """
    seen = [(entry, sha256(pixels.tobytes()), sketch(pixels)) for entry, pixels in entries]
    require_distinct(entry.ticket_id for entry, _, _ in seen)
    require_distinct(entry.commit_order for entry, _, _ in seen)
    seen.sort(key=lambda item: item[0].commit_order)
    found: dict[int, Copy] = {}
    _find_equal(seen, sha256(target.tobytes()), found)
    sketches = [sketch(target), *(outline for _, _, outline in seen)]
    for number, original, evidence in close_pairs(sketches, threshold):
        ticket = seen[number - 1][0].ticket_id
        flag = Flag.EDITED_DUPLICATE if original else Flag.EDITED_TARGET
        of = seen[original - 1][0].ticket_id if original else None
        found.setdefault(ticket, Copy(Flag.DISQUALIFIED | flag, of, evidence))
    return found


def _find_equal(
    seen: Sequence[tuple[Entry, Digest, Sketch]], target: Digest, found: dict[int, Copy]
) -> None:
    first: dict[Digest, int] = {}
    for entry, digest, _ in seen:
        flags = Flag.TARGET_COPY if digest == target else Flag(0)
        original = first.setdefault(digest, entry.ticket_id)
        if original != entry.ticket_id:
            flags |= Flag.DUPLICATE
        if flags:
            of = None if digest == target else original
            found[entry.ticket_id] = Copy(Flag.DISQUALIFIED | flags, of, None)


def close_pairs(
    sketches: Sequence[Sketch], threshold: int
) -> Iterator[tuple[int, int, CopyEvidence]]:
    """(image, original, evidence) of every pair that is close, the original the earlier one.

    In the order of the originals: the target, number 0, comes before all.
    """
    close: dict[tuple[int, int], CopyEvidence] = {}  # (original, image)
    for number, holder in enumerate(sketches):
        search = _Search(holder)
        for start in range(0, len(sketches), _AT_ONCE):
            some = search.best(sketches[start : start + _AT_ONCE])
            for other, evidence in enumerate(some, start):
                if other == number or evidence is None or abs(evidence.correlation) < threshold:
                    continue
                pair = (min(number, other), max(number, other))
                seen_so = evidence if number < other else replace(evidence, framed=True)
                close[pair] = _closer(close.get(pair), seen_so) or seen_so
    for (original, image), evidence in sorted(close.items(), key=lambda item: item[0]):
        yield image, original, evidence
