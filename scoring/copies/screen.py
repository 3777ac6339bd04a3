"""Which of many pictures can be copies at all: a bound on the correlation that is cheap to have.

A middle m and a window w, centred and of length one, are split into their share of some low
frequencies, m' and w', and the rest. By Cauchy and Schwarz

    <m, w>  =  <m', w'> + <rest of m, rest of w>  <=  |<m', w'>| + sqrt(1 - |m'|^2) sqrt(1 - |w'|^2)

so whatever the right side leaves below the threshold is no copy. The frequencies (of the cosine
transform) are where such sketches have most of their content: 106 of them tell some 998 of 1000
strangers apart, 266 nearly all others. It is floating point, and decides nothing: a pair is only
left out where the bound is below the threshold by far more than all rounding, and whatever passes
is compared in full by `correlation.py`. A slower or another machine's screen gives the same copies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.copies.sketch import (
    CELLS,
    CROPS,
    GRID,
    SHIFTS,
    SMALLEST_ENERGY,
    WINDOW,
    Integers,
    Sketch,
    energy,
)

Floats = npt.NDArray[np.float32]
Exact = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_MODES = 20  # frequencies of the cosine transform along either side
_FEW, _MANY = (9, 144), (9, 360)  # squared radii between which modes are taken
_AT_ONCE = 512  # pictures that a window is held against together, so that it stays in the cache
_ROUNDING = 1e-3
"""Far above the rounding of float32 sums of some hundred products of numbers up to one."""


def _cosines() -> Exact:
    """The cosine transform of a window at every shift: (modes, 17, 64), orthonormal per shift."""
    mode, place = np.arange(_MODES)[:, None], np.arange(WINDOW)[None, :]
    waves = np.cos(np.pi * (place + 0.5) * mode / WINDOW) * np.sqrt(2 / WINDOW)
    waves[0] /= np.sqrt(2)
    shifted = np.zeros((_MODES, SHIFTS, GRID))
    for shift in range(SHIFTS):
        shifted[:, shift, shift : shift + WINDOW] = waves
    return shifted


def _modes() -> tuple[Integers, Integers, int, int]:
    """Row and column frequencies: the few first, in each part those that a mirror keeps first."""
    row, column = np.indices((_MODES, _MODES)).reshape(2, -1)
    radius = row * row + column * column
    many = (radius >= _MANY[0]) & (radius < _MANY[1])
    few = many & (radius < _FEW[1])
    parts = [few & (column % 2 == 0), few & (column % 2 == 1), many & ~few]
    chosen = np.concatenate([np.flatnonzero(part) for part in parts])
    return row[chosen], column[chosen], int(parts[0].sum()), int(few.sum())


_BASIS = _cosines()
_ROWS, _COLUMNS, _EVEN, _FIRST = _modes()
_MIRROR = (1 - 2 * (_COLUMNS % 2)).astype(np.float32)  # what mirroring multiplies each mode by


@dataclass(frozen=True, eq=False)
class _Shares:
    """Vectors of length one by their modes, (modes, vectors), and the length of what is left."""

    modes: Floats
    rest_of_few: Floats
    rest: Floats
    tilt: Floats
    """What the mean, which whole numbers do not take out to the last, may add to a correlation."""


def _shares(modes: Exact, squares: Integers, tilt: Integers) -> _Shares:
    """`modes` of vectors with such sums of squares, all above 0."""
    length = np.sqrt(squares.astype(np.float64))
    unit = modes / length
    few = np.einsum("mv,mv->v", unit[:_FIRST], unit[:_FIRST])
    many = few + np.einsum("mv,mv->v", unit[_FIRST:], unit[_FIRST:])
    tilts = (tilt / length).astype(np.float32)
    return _Shares(unit.astype(np.float32), _rest(few), _rest(many), tilts)


def _rest(share: Exact) -> Floats:
    """The length of what is left of a vector of length one; rather too long than too short.

    The share has to be a float64: near one the root makes 3e-3 of the 1e-5 by which a float32 sum
    can be off, more than `_ROUNDING` makes up for.
    """
    left: Floats = np.sqrt(np.maximum(1 - share, 0) + _ROUNDING**2).astype(np.float32)
    return left


def _middles(sketches: Sequence[Sketch]) -> tuple[_Shares, Integers]:
    """The middles of those sketches that show something, and their numbers."""
    waves = _BASIS[:, 0, :WINDOW]  # (modes, 48)
    numbers, squares, modes = [], [], []
    for number, image in enumerate(sketches):
        middle = image.middles()[0]
        if energy(middle) >= SMALLEST_ENERGY:
            numbers.append(number)
            squares.append(energy(middle))
            modes.append((waves @ middle.reshape(WINDOW, WINDOW) @ waves.T)[_ROWS, _COLUMNS])
    found = np.array(modes, np.float64).reshape(-1, len(_ROWS)).T
    energies = np.array(squares, np.int64)
    return _shares(found, energies, np.ones_like(energies)), np.array(numbers, np.int64)


def _windows(image: Sketch) -> _Shares:
    """Every window of every crop that shows something."""
    flat = _BASIS.reshape(-1, GRID)
    modes, squares, totals = [], [], []
    for crop in range(len(CROPS)):
        detail = image.detail(crop)
        totals.append(_window_sums(detail))
        squares.append(_window_sums(detail * detail))
        both = (flat @ detail @ flat.T).reshape(_MODES, SHIFTS, _MODES, SHIFTS)
        modes.append(both[_ROWS, :, _COLUMNS].reshape(len(_ROWS), -1))
    total, found = np.concatenate(totals), np.concatenate(modes, axis=1)
    centred = np.concatenate(squares) - total * total // CELLS
    there = centred >= SMALLEST_ENERGY // 2  # generous: the full comparison has the last word
    if not there.all():
        found, centred, total = found[:, there], centred[there], total[there]
    return _shares(found, centred, np.abs(total))


def _window_sums(values: Integers) -> Integers:
    """Sums over the 48 x 48 window at each of the 17 x 17 shifts, flat."""
    running = np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    rows = running[WINDOW:] - running[:-WINDOW]
    sums: Integers = (rows[:, WINDOW:] - rows[:, :-WINDOW]).ravel()
    return sums


class Screen:
    """Pictures that others are held against."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        self._middles, self._numbers = _middles(sketches)
        few = self._middles.modes[:_FIRST]
        # Kept in pieces, so that a product's result is still in the cache when it is looked at.
        self._pieces = [
            np.ascontiguousarray(few[:, start : start + _AT_ONCE])
            for start in range(0, len(self._numbers), _AT_ONCE)
        ]

    def close(self, holder: Sketch, threshold: int, among: Mask | None = None) -> list[int]:
        """Numbers of all pictures whose middle may correlate so much with a window of `holder`.

        `threshold` is in millionths; `among`: by number, which are asked about (all). The list may
        hold more than there are, never fewer.
        """
        windows = _windows(holder)
        if not windows.modes.size or not self._pieces:
            return []
        tilt = float(windows.tilt.max()) * self._middles.tilt
        least = threshold / 1_000_000 - _ROUNDING - tilt
        bound = self._nearest(windows) + windows.rest_of_few.max() * self._middles.rest_of_few
        may = np.flatnonzero(bound >= least)
        if among is not None:
            may = may[among[self._numbers[may]]]
        near = may[self._bounds(windows, may) >= least[may]]
        return [int(number) for number in self._numbers[near]]

    def _nearest(self, windows: _Shares) -> Floats:
        """The largest |<m', w'>| over windows, of each middle and its mirror image.

        A mirror turns the sign of the odd modes alone: the larger of |even + odd|, |even - odd|.
        """
        even = np.ascontiguousarray(windows.modes[:_EVEN].T)
        odd = np.ascontiguousarray(windows.modes[_EVEN:_FIRST].T)
        best = []
        for piece in self._pieces:
            dots, turned = even @ piece[:_EVEN], odd @ piece[_EVEN:]
            np.abs(dots, out=dots)
            np.abs(turned, out=turned)
            dots += turned
            best.append(dots.max(axis=0))
        return np.concatenate(best)

    def _bounds(self, windows: _Shares, chosen: Integers) -> Floats:
        """The bound with all modes, of some middles and their mirror images."""
        rests = windows.rest[:, None] * self._middles.rest[chosen]
        plain = self._middles.modes[:, chosen]
        dots = [np.abs(windows.modes.T @ m) for m in (plain, plain * _MIRROR[:, None])]
        bounds: Floats = (np.maximum(*dots) + rests).max(axis=0)
        return bounds


def possible_pairs(
    sketches: Sequence[Sketch], threshold: int, asked: Callable[[int], Mask] | None = None
) -> Iterator[tuple[int, list[int]]]:
    """For each sketch, by number, the others whose middle may lie in it: none is left out.

    `asked`: for a sketch the others that matter, by number; all of them if None.
    """
    screen = Screen(sketches)
    for number, holder in enumerate(sketches):
        near = screen.close(holder, threshold, asked(number) if asked else None)
        if others := [other for other in near if other != number]:
            yield number, others
