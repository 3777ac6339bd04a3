"""Where two images differ, as a picture: the three side by side, difference in false colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.similarity.shape import same_size
from scoring.submission.image import Pixels

# Black, violet, orange, pale yellow: dark is equal, bright is different (after "inferno").
_STOPS = np.array([[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]])
_GAP = 8


def difference_map(a: Pixels, b: Pixels) -> Pixels:
    """First image, second image, and the mean absolute difference of their samples."""
    a, b = same_size(a, b)
    difference = np.abs(a.astype(np.int16) - b.astype(np.int16)).mean(axis=2) / 255
    return side_by_side(a, b, false_colour(difference))


def false_colour(field: NDArray[np.floating]) -> Pixels:
    """A field in [0, 1], (H, W), as colours from black (0) to pale yellow (1)."""
    at = np.clip(field, 0, 1) * (len(_STOPS) - 1)
    channels = [np.interp(at, np.arange(len(_STOPS)), _STOPS[:, c]) for c in range(3)]
    return np.asarray(np.rint(np.stack(channels, axis=-1)), np.uint8)


def side_by_side(*pictures: Pixels) -> Pixels:
    """Pictures of one height in a row, with a white gap between them."""
    gap = np.full((pictures[0].shape[0], _GAP, 3), 255, np.uint8)
    row: list[Pixels] = []
    for picture in pictures:
        row += [gap, picture] if row else [picture]
    return np.concatenate(row, axis=1)
