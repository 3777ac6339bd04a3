"""How alike two pictures are in their shapes: the whole of the one, correlated with the other.

An image is reduced to a 64 x 64 grid of grey with slow changes of light taken out. The middle of
the one is then correlated with the other at every shift up to 8 cells, at four crops, as it is and
mirrored, and the other way round, which finds a copy in a frame. The square of the correlation
decides, so an inverted copy is a copy. Brightness, contrast, colour, compression, noise and blur
hardly change it; another picture of the same thing does not come near.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scoring.copies.screen import Screen, possible_pairs
from scoring.copies.sketch import (
    CELLS,
    CROPS,
    REACH,
    SHIFTS,
    SMALLEST_ENERGY,
    WINDOW,
    Sketch,
    energy,
)

Floats = npt.NDArray[np.float64]

UNIT = 1_000_000


@dataclass(frozen=True)
class Correlation:
    """The best match found: how alike, and how one was cut to get there."""

    correlation: int  # millionths, negative when one is the other's negative
    mirrored: bool
    framed: bool  # the original lies within the copy, not the copy within the original
    crop: int  # pixels of the side of the one that holds the other
    shift: tuple[int, int]  # rows, columns, in 64ths of the crop


class _Search:
    """Finds the middles of other images within one image."""

    def __init__(self, image: Sketch) -> None:
        windows = [
            np.lib.stride_tricks.sliding_window_view(image.detail(crop), (WINDOW, WINDOW))
            for crop in range(len(CROPS))
        ]
        # (crops * shifts, cells). Whole numbers whose every partial sum stays below 2**53, so
        # fp64 products are exact in any order.
        self._windows: Floats = np.stack(windows).reshape(-1, CELLS).astype(np.float64)
        self._totals = self._windows.sum(1)
        self._squares = (self._windows * self._windows).sum(1)
        energies = CELLS * self._squares - self._totals * self._totals
        self._present = energies >= CELLS * SMALLEST_ENERGY
        self._below = np.where(self._present, energies, 1.0)

    def best(self, other: Sketch) -> Correlation | None:
        """The closest place of the other's middle; None where there is nothing to compare."""
        own, mirrored = other.middles()
        if energy(own) < SMALLEST_ENERGY or not self._present.any():
            return None
        dots = self._windows @ np.stack([own, mirrored], axis=1).astype(np.float64)  # (places, 2)
        dots = np.where(self._present[:, None], dots, 0)
        # Which place is closest is a matter of single IEEE operations, the same everywhere.
        closeness = dots * dots / self._below[:, None]
        places = closeness.argmax(0)
        pair = [
            self._evidence(int(places[m]), int(dots[places[m], m]), energy(own), bool(m))
            for m in (0, 1)
        ]
        return max(pair, key=lambda evidence: abs(evidence.correlation))

    def _evidence(self, place: int, dot: int, own: int, mirrored: bool) -> Correlation:
        """In whole numbers: what the decision rests on."""
        here = CELLS * int(self._squares[place]) - int(self._totals[place]) ** 2
        square = dot * dot * CELLS * UNIT**2 // (own * max(here, 1))
        correlation = min(math.isqrt(square), UNIT) * (1 if dot > 0 else -1)
        crop, shift = divmod(place, SHIFTS * SHIFTS)
        rows, columns = divmod(shift, SHIFTS)
        moved = (rows - REACH, columns - REACH)
        return Correlation(correlation, mirrored, False, CROPS[crop], moved)


def compare(image: Sketch, original: Sketch) -> Correlation | None:
    """The closest match of an image and an original; None where one of them shows nothing."""
    inside, around = _Search(original).best(image), _Search(image).best(original)
    return _closer(inside, None if around is None else replace(around, framed=True))


def _closer(a: Correlation | None, b: Correlation | None) -> Correlation | None:
    if a is None or b is None:
        return a or b
    return a if abs(a.correlation) >= abs(b.correlation) else b


def close_pairs(
    sketches: Sequence[Sketch],
    threshold: int,
    *,
    earliest: bool = False,
    settled: Sequence[int] = (),
) -> Iterator[tuple[int, int, Correlation]]:
    """(image, original, evidence) of every pair that is close, the original the earlier one.

    In the order of the originals: the target, number 0, comes before all. With `earliest`, of each
    image the pair with its earliest original alone: of a thousand copies of one picture, no two are
    then compared with one another. Images that are `settled` are only originals to others.
    """
    close: dict[tuple[int, int], Correlation] = {}  # (original, image)
    numbers = np.arange(len(sketches))
    first = np.full(len(sketches), len(sketches))  # the earliest original found so far
    first[list(settled)] = -1  # earlier than any

    def matters(number: int) -> npt.NDArray[np.bool_]:
        """Pairs in which the later image has no earlier original yet than this one."""
        return np.where(numbers > number, first >= number, numbers <= first[number])

    for number, others in possible_pairs(sketches, threshold, matters if earliest else None):
        search = _Search(sketches[number])
        for other in others:
            evidence = search.best(sketches[other])
            if evidence is None or abs(evidence.correlation) < threshold:
                continue
            pair = (min(number, other), max(number, other))
            seen_so = evidence if number < other else replace(evidence, framed=True)
            close[pair] = _closer(close.get(pair), seen_so) or seen_so
            first[pair[1]] = min(first[pair[1]], pair[0])
    for (original, image), evidence in sorted(close.items(), key=lambda item: item[0]):
        if not earliest or first[image] == original:
            yield image, original, evidence


def closest_originals(
    originals: Sequence[Sketch], images: Sequence[Sketch], threshold: int
) -> dict[int, tuple[int, Correlation]]:
    """By image: its earliest original among others, and the evidence, as `close_pairs` finds it."""
    close: dict[tuple[int, int], Correlation] = {}  # (original, image)
    numbers = np.arange(len(originals))
    first = np.full(len(images), len(originals))  # the earliest original found so far
    screen = Screen(images)
    for original, holder in enumerate(originals):
        search: _Search | None = None
        for image in screen.close(holder, threshold, first >= original):
            search = search or _Search(holder)
            evidence = search.best(images[image])
            if evidence is not None and abs(evidence.correlation) >= threshold:
                close[original, image] = evidence
                first[image] = min(first[image], original)
    screen = Screen(originals)
    for image, holder in enumerate(images):
        search = None
        for original in screen.close(holder, threshold, numbers <= first[image]):
            search = search or _Search(holder)
            evidence = search.best(originals[original])
            if evidence is not None and abs(evidence.correlation) >= threshold:
                framed = replace(evidence, framed=True)
                pair = original, image
                close[pair] = _closer(close.get(pair), framed) or framed
                first[image] = min(first[image], original)
    return {image: (first, close[first, image]) for image, first in _found(first, len(originals))}


def _found(first: npt.NDArray[np.int64], none: int) -> Iterator[tuple[int, int]]:
    return ((image, original) for image, original in enumerate(first.tolist()) if original < none)
