"""Local features of an image in whole numbers: what a copy is recognised by wherever it was moved.

After SIFT (Lowe, 2004, doi:10.1023/B:VISI.0000029664.99615.94): keypoints are extremes of
differences of blurs, over position and scale; each gets the main directions of the gradients around
it, and for each direction a histogram of gradients in 4 x 4 cells that is turned and scaled with
it. A picture that was turned, shifted, cut, framed or enlarged has the same ones elsewhere. Of the
histograms the square roots are compared (Arandjelovic and Zisserman, 2012,
doi:10.1109/CVPR.2012.6248018). Blurs are binomial, directions come from a table of whole numbers,
and what is calculated in floats stays where floats are exact: every machine finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from scoring.exact.augment import cosine_sine
from scoring.submission.image import Pixels

Integers = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Octave = Sequence[Levels]
Extreme = Callable[[Levels, Levels], Levels]

UNIT = 1 << 16
"""A descriptor's length, squared, is at most this."""
FINEST = 16
"""The smallest extent, in square pixels."""
_OCTAVES = 3  # of 256, 128 and 64 pixels a side
_FIELDS = 4  # 4 x 4 fields of the image have keypoints of their own, so that a loud one hides none
_IN_A_FIELD = 24
_LUMA = (77, 150, 29)  # red, green, blue in 256ths
_FAINTEST = 256  # a difference of blurs of one grey level
_MARGIN = 6  # pixels of an octave, at its edge, that have no keypoints
_LAYERS = (1, 2)  # the differences of blurs that have one before and one after them
_SIGMAS = (131072, 185364)  # of their gradients' blur: 2 and sqrt(8) pixels of the octave in 2**-16
_TURNS = 36  # directions that a keypoint can have


@dataclass(frozen=True, eq=False)
class Features:
    """What is to be recognised in one image: N features. One place can have several."""

    places: Integers  # (N, 2), x and y in pixels of the 512 x 512
    extents: Integers  # (N,), variance of the blur that each was found in, in square pixels
    descriptors: Floats  # (N, 128), whole numbers from 0 to 256


def grey_of(pixels: Pixels) -> Levels:
    """RGB uint8 (512, 512, 3) as grey in 256ths of a level, at half the side: (256, 256)."""
    red, green, blue = (pixels[:, :, c].astype(np.int32) * _LUMA[c] for c in range(3))
    grey = red + green + blue
    rows = grey[::2] + grey[1::2]
    halved: Levels = (rows[:, ::2] + rows[:, 1::2] + 2) >> 2
    return halved


def soften(grey: Levels, gap: int) -> Levels:
    """Means with weights 1, 2, 1 across and down, of positions `gap` apart; edges repeated.

    The variance of this blur is gap * gap / 2 on either axis.
    """
    wide = np.pad(grey, gap, mode="edge")
    rows = wide[: -2 * gap] + 2 * wide[gap:-gap] + wide[2 * gap :]
    sums: Levels = rows[:, : -2 * gap] + 2 * rows[:, gap:-gap] + rows[:, 2 * gap :]
    return (sums + 8) >> 4


def find_features(grey: Levels) -> Features:
    """The features of what `grey_of` gives."""
    octaves = _octaves(grey)
    keypoints = _keypoints(octaves)
    keypoint, turn = _directions(octaves, keypoints)
    octave, layer, y, x = keypoints[keypoint].T
    return Features(
        np.stack([x, y], axis=1) << (octave[:, None] + 1),
        FINEST << (layer - 1 + 2 * octave),
        _descriptors(octaves, keypoints[keypoint], turn),
    )


def _octaves(grey: Levels) -> list[Octave]:
    """Each five blurs, of variances 2, 4, 8, 16 and 32, at half the side of the one before."""
    first = grey
    for _ in range(4):
        first = soften(first, 1)
    octaves: list[Octave] = []
    for _ in range(_OCTAVES):
        second = soften(first, 2)
        third = soften(soften(second, 2), 2)
        fourth = soften(third, 4)
        octaves.append((first, second, third, fourth, soften(soften(fourth, 4), 4)))
        first = third[::2, ::2]
    return octaves


def _keypoints(octaves: Sequence[Octave]) -> Integers:
    """Rows of octave, layer, y and x, in pixels of the octave: the sharpest of every field."""
    found = []
    for octave, blurs in enumerate(octaves):
        layers = [after - before for before, after in zip(blurs, blurs[1:], strict=False)]
        highest = [_around(layer, np.maximum) for layer in layers]
        lowest = [_around(layer, np.minimum) for layer in layers]
        for number in _LAYERS:
            near = slice(number - 1, number + 2)
            here = layers[number][1:-1, 1:-1]
            bright = (here >= _FAINTEST) & (here >= np.maximum.reduce(highest[near]))
            dark = (here <= -_FAINTEST) & (here <= np.minimum.reduce(lowest[near]))
            y, x = (axis + 1 for axis in np.nonzero(bright | dark))
            last = len(here) + 1
            kept = np.minimum(np.minimum(y, x), last - np.maximum(y, x)) >= _MARGIN
            y, x = y[kept], x[kept]
            kept = _is_corner(layers[number], y, x)
            y, x = y[kept], x[kept]
            of = np.full(len(y), octave), np.full(len(y), number)
            found.append(np.stack([*of, y, x, abs(layers[number][y, x])], axis=1))
    return _sharpest(np.concatenate(found))


def _around(values: Levels, extreme: Extreme) -> Levels:
    """The largest or smallest of the 3 x 3 around every inner position."""
    rows = extreme(extreme(values[:-2], values[1:-1]), values[2:])
    return extreme(extreme(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])


def _is_corner(layer: Levels, y: Integers, x: Integers) -> npt.NDArray[np.bool_]:
    """Whether it curves along both axes, the one at most ten times as much as the other."""
    d = layer.astype(np.int64)
    across = d[y, x + 1] + d[y, x - 1] - 2 * d[y, x]
    down = d[y + 1, x] + d[y - 1, x] - 2 * d[y, x]
    mixed = d[y + 1, x + 1] + d[y - 1, x - 1] - d[y - 1, x + 1] - d[y + 1, x - 1]  # four times it
    determinant = 16 * across * down - mixed * mixed
    corner: npt.NDArray[np.bool_] = 160 * (across + down) ** 2 < 121 * determinant
    return corner


def _sharpest(keypoints: Integers) -> Integers:
    """Those of every field with the largest differences; of equal ones the finest and upper."""
    octave, layer, y, x, sharpness = keypoints.T
    side = 256 // _FIELDS
    field = ((y << octave) // side) * _FIELDS + (x << octave) // side
    order = np.lexsort((x, y, layer, octave, -sharpness, field))
    rank = np.arange(len(order)) - np.searchsorted(field[order], field[order])
    return keypoints[order[rank < _IN_A_FIELD], :4]


def _lattice(count: int) -> Integers:
    """(count * count, 2): x and y of a square of points around its middle, in half steps."""
    steps = range(1 - count, count, 2)
    return np.array([(x, y) for y, x in product(steps, steps)], np.int64)


def _directions_of(count: int) -> Floats:
    """(count, 2): cosines and sines in 1024ths."""
    pairs = [cosine_sine(360 * 10**6 * k // count) for k in range(count)]
    return np.array([[(v + (1 << 19)) >> 20 for v in pair] for pair in pairs], np.float32)


def _offsets(count: int) -> Integers:
    """(layers, turns, points, 2): a lattice with steps of three quarters of a sigma, in pixels."""
    x, y = _lattice(count).T
    turned = []
    for k in range(_TURNS):
        c, s = cosine_sine(360 * 10**6 * k // _TURNS)
        turned.append(np.stack([x * c - y * s, x * s + y * c], axis=1) >> 14)  # 2**-17 of a step
    steps = 3 * np.array(_SIGMAS, np.int64)[:, None, None, None]  # 2**-18 of a pixel
    pixels: Integers = ((np.stack(turned) * steps >> 16) + (1 << 18)) >> 19
    return pixels


def _hump(count: int, reach: int) -> Integers:
    """Weights of a lattice's points: 64 in the middle, 0 from `reach` half steps on."""
    squares = (_lattice(count) ** 2).sum(1)
    weights: Integers = 64 * np.maximum(reach * reach - squares, 0) ** 2 // reach**4
    return weights


def _cells() -> Floats:
    """(16, 256): how much each point of a patch counts in each of 4 x 4 cells, up to 64."""
    apart = abs(np.arange(-15, 16, 2)[:, None] - np.arange(-12, 13, 8)[None, :])  # half steps
    along = np.maximum(8 - apart, 0)  # bilinear
    both = np.einsum("yr,xc->rcyx", along, along).reshape(16, 256)
    cells: Floats = (both * _hump(16, 24) // 64).astype(np.float32)
    return cells


_DIRECTIONS = _directions_of(_TURNS)
_FINE_DIRECTIONS = _directions_of(2 * _TURNS)
_AROUND, _AROUND_WEIGHTS = _offsets(13)[:, 0], _hump(13, 16)
_PATCH, _PATCH_CELLS = _offsets(16), _cells()


def _gradients(octaves: Sequence[Octave], keypoints: Integers, offsets: Integers) -> Floats:
    """At offsets (N, points, 2) from N keypoints: (N, points, 2), whole numbers below 2**12."""
    result = np.empty(offsets.shape, np.float32)
    for octave, layer in product(range(_OCTAVES), _LAYERS):
        these = np.flatnonzero((keypoints[:, 0] == octave) & (keypoints[:, 1] == layer))
        blur = octaves[octave][layer]
        end, row = len(blur) - 1, len(blur) + 2
        flat = np.pad(blur, 1, mode="edge").ravel()
        y, x = (keypoints[these, axis, None] for axis in (2, 3))
        x = np.clip(x + offsets[these, :, 0], 0, end)
        y = np.clip(y + offsets[these, :, 1], 0, end)
        at = (y + 1) * row + x + 1
        result[these, :, 0] = (flat[at + 1] - flat[at - 1]) >> 4
        result[these, :, 1] = (flat[at + row] - flat[at - row]) >> 4
    return result


def _directions(octaves: Sequence[Octave], keypoints: Integers) -> tuple[Integers, Integers]:
    """Numbers of keypoints, and of the main directions around them; some have several."""
    count = len(keypoints)
    gradients = _gradients(octaves, keypoints, _AROUND[keypoints[:, 1] - 1])
    along = gradients.reshape(-1, 2) @ _DIRECTIONS.T  # below 2**24, so exact
    size = count, len(_AROUND_WEIGHTS)
    strength = (along.max(1).astype(np.int64) >> 10).reshape(size) * _AROUND_WEIGHTS
    at = along.argmax(1).reshape(size) + _TURNS * np.arange(count)[:, None]
    sums = np.bincount(at.ravel(), strength.ravel(), _TURNS * count)  # below 2**53
    histogram = sums.reshape(count, _TURNS)
    for _ in range(2):
        histogram = np.roll(histogram, 1, 1) + 2 * histogram + np.roll(histogram, -1, 1)
    peak = (histogram > np.roll(histogram, 1, 1)) & (histogram >= np.roll(histogram, -1, 1))
    keypoint, turn = np.nonzero(peak & (5 * histogram >= 4 * histogram.max(1, keepdims=True)))
    return keypoint, turn


def _descriptors(octaves: Sequence[Octave], keypoints: Integers, turn: Integers) -> Floats:
    """(N, 128): roots of the shares of 8 directions in 4 x 4 cells, all turned by `turn`."""
    gradients = _gradients(octaves, keypoints, _PATCH[keypoints[:, 1] - 1, turn])
    eight = (2 * turn[:, None] + 2 * _TURNS // 8 * np.arange(8)) % (2 * _TURNS)
    along = gradients @ _FINE_DIRECTIONS[eight].transpose(0, 2, 1)  # (N, points, 8)
    sums = _PATCH_CELLS @ np.floor(np.maximum(along, 0) / 1024)  # below 2**24, so exact
    cells = sums.reshape(len(keypoints), 128).astype(np.int64)
    shares = cells * UNIT // np.maximum(cells.sum(1, keepdims=True), 1)
    descriptors: Floats = np.floor(np.sqrt(shares)).astype(np.float32)
    return descriptors
