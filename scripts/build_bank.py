#!/usr/bin/env python
"""Builds scoring/calibrated/bank.png, the unrelated images every target is calibrated against.

Sources, all free of rights: public-domain and CC0 pictures that ship inside PyPI's scikit-image
(each is named in scoring/calibrated/NOTICE.md with its licence), cut and coloured, and pictures
drawn here from whole numbers and splitmix64. Run from the repository's root; the same scikit-image
files give the same bytes of pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import skimage.data
from PIL import Image

SIDE = 128
COLUMNS = 8
OUTPUT = Path("scoring/calibrated/bank.png")
Pixels = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]


class Splitmix:
    """splitmix64 of a counter: the project's only source of chance."""

    def __init__(self, seed: int) -> None:
        self._state = seed * 0xD1342543DE82EF95 % (1 << 64)

    def below(self, bound: int) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) % (1 << 64)
        z = self._state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % (1 << 64)
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % (1 << 64)
        return ((z ^ (z >> 31)) >> 11) % bound

    def colour(self, low: int = 0, high: int = 256) -> Integers:
        return np.array([low + self.below(high - low) for _ in range(3)], np.int64)


def crop(image: Pixels, top: int, left: int, side: int) -> Pixels:
    """The square of `image`, reduced to SIDE by an exact box mean of whole cells."""
    cell = side // SIDE
    part = image[top : top + cell * SIDE, left : left + cell * SIDE].astype(np.int64)
    if part.ndim == 2:
        part = np.repeat(part[:, :, None], 3, axis=2)
    part = part[:, :, :3].reshape(SIDE, cell, SIDE, cell, 3).sum((1, 3))
    return ((2 * part + cell * cell) // (2 * cell * cell)).astype(np.uint8)


def tint(pixels: Pixels, dark: tuple[int, ...], light: tuple[int, ...]) -> Pixels:
    """Grey levels spread between two colours."""
    grey = pixels.astype(np.int64).sum(2, keepdims=True)
    return ((np.array(dark) * (765 - grey) + np.array(light) * grey) // 765).astype(np.uint8)


def clouds(chance: Splitmix, octaves: int = 5) -> Integers:
    """Value noise in [0, 4095], bilinear between lattice points, each octave half as strong."""
    total = np.zeros((SIDE, SIDE), np.int64)
    for octave in range(octaves):
        cells = 2 << octave
        points = [[chance.below(4096) for _ in range(cells + 1)] for _ in range(cells + 1)]
        lattice = np.array(points, np.int64)
        step = SIDE // cells
        at, part = np.arange(SIDE) // step, np.arange(SIDE) % step
        rows = lattice[at] * (step - part)[:, None] + lattice[at + 1] * part[:, None]
        both = rows[:, at] * (step - part) + rows[:, at + 1] * part
        total += both // (step * step) >> octave
    return total * 4095 // total.max()


def mixed(share: Integers, start: Integers, end: Integers) -> Integers:
    return start + (end - start) * share[:, :, None] // 4096


def sky(chance: Splitmix) -> Integers:
    return mixed(clouds(chance), chance.colour(20, 160), chance.colour(140, 256))


def landscape(chance: Splitmix) -> Integers:
    """A sky over four ridges, nearer ones darker."""
    picture = sky(chance)
    y = np.arange(SIDE)[:, None]
    base = chance.colour(30, 200)
    for ridge in range(4):
        noise = clouds(chance, 4)
        edge = 36 + 22 * ridge + (noise[3] - 2048) // (60 + 20 * ridge)
        ground = mixed(clouds(chance, 6), base * (5 - ridge) // 6, base * (6 - ridge) // 5)
        picture = np.where((y > edge[None, :])[:, :, None], ground, picture)
    return picture


def figure(chance: Splitmix) -> Integers:
    """Overlapping ellipses before a background: head, trunk, things held."""
    picture = mixed(clouds(chance, 3), chance.colour(0, 120), chance.colour(0, 200))
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    centre = 44 + chance.below(40)
    shapes = [(120, centre, 56, 40), (52, centre, 26, 20), (40, centre + 4, 16, 22)]
    shapes += [
        (chance.below(128), chance.below(128), 6 + chance.below(14), 6 + chance.below(14))
        for _ in range(7)
    ]
    for cy, cx, ry, rx in shapes:
        inside = (y - cy) ** 2 * rx * rx + (x - cx) ** 2 * ry * ry < rx * rx * ry * ry
        light = mixed(clouds(chance, 5), chance.colour(20, 200), chance.colour(80, 256))
        shade = light * (160 - (x - cx)[:, :, None]) // 200
        picture = np.where(inside[:, :, None], shade, picture)
    return picture


def city(chance: Splitmix) -> Integers:
    """Rectangles with rows of windows before a sky."""
    picture = sky(chance)
    for _ in range(14):
        left, width, top = chance.below(120), 8 + chance.below(24), 20 + chance.below(80)
        picture[top:, left : left + width] = chance.colour(20, 200)
        window, gap = chance.colour(60, 256), 3 + chance.below(4)
        for row in range(top + 3, SIDE - 2, 2 * gap):
            for column in range(left + 2, min(left + width - 2, SIDE - 1), gap + 1):
                picture[row : row + gap - 1, column : column + 2] = window
    return picture


def strokes(chance: Splitmix) -> Integers:
    """Short thick lines along a flowing direction: a painted surface."""
    picture = mixed(clouds(chance, 2), chance.colour(), chance.colour())
    flow, hue = clouds(chance, 3), clouds(chance, 3)
    palette = [chance.colour() for _ in range(6)]
    for _ in range(900):
        y, x = chance.below(SIDE), chance.below(SIDE)
        dy, dx = int(flow[y, x]) // 512 - 4, 4 - int(flow[x, y]) // 512
        colour = palette[int(hue[y, x]) * 6 // 4096] + chance.below(50) - 25
        for step in range(8):
            top, left = y + dy * step // 4, x + dx * step // 4
            if 0 <= top < SIDE - 2 and 0 <= left < SIDE - 2:
                picture[top : top + 2, left : left + 2] = colour
    return picture


def flowers(chance: Splitmix) -> Integers:
    """Discs of petals over foliage."""
    picture = mixed(clouds(chance, 6), chance.colour(0, 60), chance.colour(60, 180))
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    for _ in range(10):
        cy, cx, size = chance.below(SIDE), chance.below(SIDE), 6 + chance.below(18)
        colour, heart = chance.colour(90, 256), chance.colour(150, 256)
        for py, px in ((2, 0), (-2, 0), (0, 2), (0, -2), (1, 1), (1, -1), (-1, 1), (-1, -1)):
            off = (y - cy - py * size // 3) ** 2 + (x - cx - px * size // 3) ** 2
            picture[off * 9 < size * size * 2] = colour + 6 * py
        picture[((y - cy) ** 2 + (x - cx) ** 2) * 12 < size * size] = heart
    return picture


def photographs() -> list[Pixels]:
    """Cuts of scikit-image's samples that are in the public domain or CC0."""
    tissue, eye = skimage.data.immunohistochemistry(), skimage.data.retina()
    coins, brick, grass = skimage.data.coins(), skimage.data.brick(), skimage.data.grass()
    gravel = skimage.data.gravel()
    return [
        crop(tissue, 0, 0, 512),
        crop(tissue, 200, 200, 256),
        crop(eye, 100, 100, 1152),
        crop(eye, 500, 100, 512),
        tint(crop(eye, 600, 500, 768), (250, 240, 225), (30, 40, 90)),
        crop(brick, 100, 100, 384),
        tint(crop(coins, 20, 20, 256), (40, 20, 0), (255, 220, 120)),
        crop(coins, 40, 120, 256),
        tint(crop(brick, 0, 0, 512), (60, 10, 0), (230, 150, 110)),
        tint(crop(grass, 0, 0, 256), (0, 30, 0), (170, 230, 90)),
        crop(gravel, 0, 0, 384),
        tint(crop(gravel, 128, 128, 256), (10, 20, 50), (190, 220, 255)),
    ]


def drawings() -> list[Pixels]:
    painters: tuple[Callable[[Splitmix], Integers], ...]
    painters = (landscape, figure, city, strokes, flowers)
    pictures = []
    for seed, painter in enumerate(painters * 4):
        pictures.append(np.clip(painter(Splitmix(seed + 1)), 0, 255).astype(np.uint8))
    return pictures


def main() -> None:
    tiles = photographs() + drawings()
    rows = len(tiles) // COLUMNS
    sheet = np.stack(tiles).reshape(rows, COLUMNS, SIDE, SIDE, 3).swapaxes(1, 2)
    Image.fromarray(sheet.reshape(rows * SIDE, COLUMNS * SIDE, 3)).save(OUTPUT, optimize=True)
    print(f"{OUTPUT}: {len(tiles)} images, {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
