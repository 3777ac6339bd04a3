"""The target's moved copies, and how far an image is from the one that is nearest to it.

A picture that is merely turned, shifted or cut looks like a stranger where it is compared position
by position, and its shuffled patches look like the target where positions do not count. Compared
with the target moved to where the picture has it, the first is near and the second is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt

from scoring.calibrated.sight import Maps, Sight, squares_over_channels
from scoring.exact.augment import UNALTERED, Alteration

_DEGREES = (6, 12, 18)
_SHIFTS = (8, 16, 24)  # 128ths of the side
_MARGINS = (10, 20, 30)  # 128ths outside the frame at either end; the middle 86, 76, 68 % are left
COMPARED = slice(1, 3)
"""The depths that are compared: fire3 and fire5. Which copy is nearest shows at the last, whose
cells are 8 pixels of the 128 apart."""


def moves(side: int) -> list[Alteration]:
    """The ways for a picture of this many pixels a side, a power of two; first none at all."""
    shifts = [shift * side // 128 for shift in _SHIFTS]
    margins = [margin * side // 128 for margin in _MARGINS]
    ways = [UNALTERED]
    ways += [replace(UNALTERED, angle=sign * d * 10**6) for d in _DEGREES for sign in (1, -1)]
    ways += [
        replace(UNALTERED, left=left * shift, top=top * shift)
        for shift in shifts
        for left, top in product((-1, 0, 1), repeat=2)
        if left or top
    ]
    return ways + [replace(UNALTERED, corners=((-margin, -margin),) * 4) for margin in margins]


class MovedCopies:
    """The copies as both networks see them. Which is which is a number from 0."""

    def __init__(
        self, sight: Sight, copies: Sequence[Sequence[Sequence[Maps]]], encoded: Sequence[Maps]
    ) -> None:
        """`copies`: for each copy and look (the plain one first) the frozen network's features at
        the depths COMPARED, (h, w, c) each; `encoded`: for each copy the encoder's."""
        self._sight = sight
        # (R, h, w, c)
        self._places = np.stack([looks[0][-1] for looks in copies], dtype=np.int16)
        self._squares = squares_over_channels(self._places)
        # 25 million numbers of at most 63: a byte each.
        self._copies = [
            [[maps.astype(np.int8) for maps in depths] for depths in looks] for looks in copies
        ]
        self._encoded = encoded

    def nearest(self, plain: Sequence[Maps]) -> int:
        """The copy that is nearest to an image as it is; of two as near the first.

        `plain`: the frozen network's features of the image at every depth.
        """
        *_, x = plain[COMPARED]
        return int(np.argmin(self._sight.spatial_distances(self._places, self._squares, x)))

    def seen_apart(self, copy: int, looks: Sequence[Sequence[Maps]]) -> int:
        """Distance of an image to a copy, in the look where it is largest.

        `looks`: for each look the frozen network's features of the image at every depth.
        """
        return max(
            sum(map(self._distance, own, depths[COMPARED]))
            for own, depths in zip(self._copies[copy], looks, strict=True)
        )

    def encoded_apart(self, copy: int, x: Maps) -> int:
        """Distance of what the encoder makes of an image to what it makes of a copy."""
        return self._distance(self._encoded[copy], x)

    def _distance(self, own: npt.NDArray[np.signedinteger], x: Maps) -> int:
        references = own[None].astype(np.int16)
        squares = squares_over_channels(references)
        return int(self._sight.spatial_distances(references, squares, x)[0])
