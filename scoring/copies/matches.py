"""How much of an original is found in an image, wherever it was moved: its features in one place.

Features are matched where the nearest one is clearly nearer than any other (Lowe, 2004). Three
matches say how the original would lie in the image (an affine map: turned, shifted, enlarged,
stretched, sheared); of the maps that the surest matches make, the one that most matches agree with
counts. What it finds is held against what lies within the image by it. In whole numbers throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from scoring.copies.features import (
    FINEST,
    UNIT,
    Features,
    Integers,
    find_features,
    grey_of,
    soften,
)
from scoring.submission.image import Pixels

FEWEST = 12
"""Features that have to be found; pictures of different things hardly ever share four."""
_SIDE = 512
_RATIO = 16, 25  # squared: the nearest is at most 4/5 as far as the next
_APART = 4  # pixels from which on another feature is another place
_TOLERANCE = 12  # pixels that a place may be off, across or down
_SUREST = 20  # matches that maps are made of
_LARGEST_CHANGE = 8  # of an area, either way
_SMALLEST_AREA = 1600  # square pixels of what three matches span, doubled
_SOFTENED = (4, 8)  # pixels of 256: gaps of the blurs, to a sigma of 6 and 13 pixels of 512
_TRIPLES = np.array(list(combinations(range(_SUREST), 3))).T

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Recognition:
    """What was found of an original in an image."""

    found: int  # features in their place
    visible: int  # features of the original that lie within the image, too small ones left out
    mirrored: bool
    softened: int  # how often the original was blurred, 0 to 2

    def reaches(self, share: int) -> bool:
        """Whether it is a copy: at least FEWEST found, and so many thousandths of the visible."""
        return self.found >= FEWEST and 1000 * self.found >= share * self.visible


class Original:
    """An image that others may be copies of: as it is and mirrored, sharp and blurred."""

    def __init__(self, pixels: Pixels) -> None:
        self._ways = [_Way(*way) for way in _ways(grey_of(pixels))]

    def recognise(self, image: Features) -> Recognition | None:
        """Where the largest share is found, if FEWEST are found anywhere."""
        best: Recognition | None = None
        for way in self._ways:
            here = way.recognise(image)
            if here and (best is None or here.found * best.visible > best.found * here.visible):
                best = here
        return best


def _ways(grey: npt.NDArray[np.int32]) -> Iterator[tuple[Features, bool, int]]:
    blurs = [grey]
    for gap in _SOFTENED:
        blurs.append(soften(blurs[-1], gap))
    for (softened, blur), mirrored in product(enumerate(blurs), (False, True)):
        yield find_features(blur[:, ::-1] if mirrored else blur), mirrored, softened


class _Way:
    """One look at an original."""

    def __init__(self, features: Features, mirrored: bool, softened: int) -> None:
        self._features, self._mirrored, self._softened = features, mirrored, softened
        x, y = features.places.T.astype(np.int16)
        self._apart: Mask = abs(x[:, None] - x) > _APART
        self._apart |= abs(y[:, None] - y) > _APART
        # A place that has several directions is one that can be found.
        each = np.concatenate([features.places, features.extents[:, None]], axis=1)
        self._spots = np.unique(each, axis=0)

    def recognise(self, image: Features) -> Recognition | None:
        if min(len(image.places), len(self._features.places)) < FEWEST:
            return None
        here, number = self._match(image)
        there = self._features.places[number]
        if len(here) < FEWEST or (lie := _best_map(there, here)) is None:
            return None
        near = lie.near(there, here) & lie.shows(there, self._features.extents[number])
        if (found := int(near.sum())) < FEWEST:
            return None
        visible = int(lie.shows(self._spots[:, :2], self._spots[:, 2]).sum())
        return Recognition(found, visible, self._mirrored, self._softened)

    def _match(self, image: Features) -> tuple[Integers, Integers]:
        """Places in the image, (M, 2), and the numbers of features there; the surest first."""
        dots = image.descriptors @ self._features.descriptors.T  # whole numbers up to 2**16
        nearest = dots.argmax(1)
        alike = dots[np.arange(len(dots)), nearest].astype(np.int64)
        next_alike = np.where(self._apart[nearest], dots, 0).max(1).astype(np.int64)
        # Half the squared distance of two vectors of the same length is UNIT - dot.
        clear = np.flatnonzero(_RATIO[1] * (UNIT - alike) < _RATIO[0] * (UNIT - next_alike))
        order = clear[np.argsort(-alike[clear], kind="stable")]
        for places in (self._features.places[nearest], image.places):
            first = np.unique(places[order], axis=0, return_index=True)[1]
            order = order[np.sort(first)]
        return image.places[order], nearest[order]


@dataclass(frozen=True, eq=False)
class _Map:
    """From places of the original to `scale` times places of the image."""

    matrix: Integers  # (2, 2)
    shift: Integers  # (2,)
    scale: int  # the doubled area of the triangle in the original that it was made of
    area: int  # and of the one in the image

    def near(self, there: Integers, here: Integers) -> Mask:
        """Which places of the original, (M, 2), come where they were found in the image."""
        off = there @ self.matrix.T + self.shift - self.scale * here
        near: Mask = abs(off).max(1) <= _TOLERANCE * self.scale
        return near

    def shows(self, there: Integers, extents: Integers) -> Mask:
        """Which of the original's features come within the image, and not too small to be seen."""
        at = there @ self.matrix.T + self.shift
        within = np.all((at >= 0) & (at < _SIDE * self.scale), axis=1)
        shown: Mask = within & (5 * extents * self.area >= 4 * FINEST * self.scale)
        return shown


def _best_map(there: Integers, here: Integers) -> _Map | None:
    """The map of three of the surest matches that most matches agree with; of equals the first."""
    first, second, third = _TRIPLES[:, _TRIPLES.max(0) < len(there)]
    p, q = there[first], here[first]
    (ax, ay), (bx, by) = (there[second] - p).T, (there[third] - p).T
    (cx, cy), (dx, dy) = (here[second] - q).T, (here[third] - q).T
    area, new_area = ax * by - ay * bx, cx * dy - cy * dx
    least, most = np.minimum(abs(area), abs(new_area)), np.maximum(abs(area), abs(new_area))
    # A mirrored original is another way to look at it.
    kept = (area * new_area > 0) & (least >= _SMALLEST_AREA) & (most <= _LARGEST_CHANGE * least)
    if not kept.any():
        return None
    sign = np.sign(area)
    matrix = sign * np.array(
        [[cx * by - dx * ay, dx * ax - cx * bx], [cy * by - dy * ay, dy * ax - cy * bx]]
    )
    matrix = matrix.transpose(2, 0, 1)[kept]  # (T, 2, 2), times the original's area
    scale = abs(area)[kept]
    shift = scale[:, None] * q[kept] - (matrix @ p[kept][:, :, None])[:, :, 0]
    # Whole numbers below 2**31: exact in float64, whose products are fast.
    comes = matrix.astype(np.float64) @ there.T + shift[:, :, None]
    off = abs(comes - scale[:, None, None] * here.T.astype(np.float64)).max(1)
    best = int((off <= _TOLERANCE * scale[:, None]).sum(1).argmax())
    return _Map(matrix[best], shift[best], int(scale[best]), int(abs(new_area)[kept][best]))
