"""Whether two images have the same pixels but for small changes: evidence that disqualifies.

Looked at are 1024 blocks of 8 x 8 pixels, one at every 16th pixel across and down. Of each is kept
which of its pixels are lighter than its mean. A block of an original is telling where grey changes
clearly and along both axes. An image has that block where the same pixels, in place, are lighter,
or the same ones darker. Recompression, other colours, another light and a mirror change that
little. A picture of the same thing does not have it, however alike it looks: the smallest things in
it stand elsewhere. In whole numbers throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.submission.image import Pixels

FEWEST = 128
"""Telling blocks, of 1024, that an original must have; of a plainer picture nothing is proven."""
TOLERANCE = 8
"""Pixels of a block's 64 that may differ."""
_SIDE = 512
_EVERY = 16
_BLOCK = 8
_CELLS = _BLOCK * _BLOCK
_COUNT = _SIDE // _EVERY
_FAINTEST = _CELLS * _CELLS * 4 * 4  # a standard deviation of 4 grey levels
_LUMA = (77, 150, 29)  # red, green, blue in 256ths

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SharedGrain:
    """How many of an original's telling blocks an image has."""

    same: int
    telling: int
    mirrored: bool

    def reaches(self, share: int) -> bool:
        """Whether they are the same pixels: so many thousandths of enough telling blocks."""
        return self.telling >= FEWEST and 1000 * self.same >= share * self.telling


@dataclass(frozen=True, eq=False)
class Grain:
    """What is kept of one image: 17 KB."""

    lighter: Words  # (1024,): a bit a pixel
    mirrored: Words  # the same of its mirror image
    telling: Mask  # (1024,)


def grain_of(pixels: Pixels) -> Grain:
    """The grain of one image, RGB uint8 (512, 512, 3)."""
    edge = (_EVERY - _BLOCK) // 2  # so that blocks of the mirror image are mirrored blocks
    squares = pixels.reshape(_COUNT, _EVERY, _COUNT, _EVERY, 3)
    squares = squares[:, edge : edge + _BLOCK, :, edge : edge + _BLOCK]
    red, green, blue = (squares[..., c].astype(np.int64) * _LUMA[c] for c in range(3))
    grey = ((red + green + blue) >> 8).transpose(0, 2, 1, 3)  # (rows, columns, 8, 8)
    flat = grey.reshape(-1, _CELLS)
    totals = flat.sum(1)
    variance = _CELLS * (flat * flat).sum(1) - totals * totals
    telling = (variance >= _FAINTEST) & _changes_both_ways(grey.reshape(-1, _BLOCK, _BLOCK))
    lighter = (_CELLS * flat > totals[:, None]).reshape(_COUNT, _COUNT, _BLOCK, _BLOCK)
    return Grain(_words(lighter), _words(lighter[:, ::-1, :, ::-1]), telling)


class GrainBook:
    """Originals in their order, up to a number, to hold images against."""

    def __init__(self, size: int) -> None:
        self._lighter: Words = np.empty((size, _COUNT * _COUNT), np.uint64)
        self._telling: Mask = np.empty((size, _COUNT * _COUNT), np.bool_)
        self._count = 0

    def add(self, original: Grain) -> None:
        self._lighter[self._count] = original.lighter
        self._telling[self._count] = original.telling
        self._count += 1

    def shared(self, image: Grain) -> list[SharedGrain]:
        """What an image has of each original, as it is or mirrored, whichever is more."""
        telling = self._telling[: self._count]
        counts = []
        for words in (image.lighter, image.mirrored):
            apart = np.bitwise_count(self._lighter[: self._count] ^ words)
            alike = (apart <= TOLERANCE) | (apart >= _CELLS - TOLERANCE)
            counts.append((alike & telling).sum(1).tolist())
        return [
            SharedGrain(max(own, other), total, other > own)
            for own, other, total in zip(*counts, telling.sum(1).tolist(), strict=True)
        ]

    def first_shared(self, image: Grain, share: int) -> tuple[int, SharedGrain] | None:
        """The first original whose pixels the image has, by number; None where there is none."""
        found = enumerate(self.shared(image))
        return next((pair for pair in found if pair[1].reaches(share)), None)


def shared_grain(image: Grain, original: Grain) -> SharedGrain:
    """What an image has of one original."""
    book = GrainBook(1)
    book.add(original)
    return book.shared(image)[0]


def _changes_both_ways(blocks: Integers) -> Mask:
    """Whether grey changes along both axes, the one at least an eighth as much as the other.

    A straight edge, a line of a grid or the stem of a letter is the same wherever there is one.
    """
    across = (blocks[:, :-1, 1:] - blocks[:, :-1, :-1]).reshape(len(blocks), -1)
    down = (blocks[:, 1:, :-1] - blocks[:, :-1, :-1]).reshape(len(blocks), -1)
    a, b, mixed = (across * across).sum(1), (down * down).sum(1), (across * down).sum(1)
    both: Mask = 81 * (a * b - mixed * mixed) >= 8 * (a + b) ** 2
    return both


def _words(lighter: Mask) -> Words:
    """64 bits of each block as one number."""
    bits = np.packbits(lighter.reshape(-1, _CELLS), axis=1)
    words: Words = bits.view(np.uint64)[:, 0]
    return words
