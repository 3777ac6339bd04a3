"""What stands at the horizon: hills, peaks, trees, houses."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from oracle.studio.sketch.canvas import SIDE, Canvas, Colour, Look
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.integers import Chance, ridge
from oracle.studio.sketch.light import Light
from oracle.studio.sketch.raster import SUBPIXELS

Land = tuple[Colour, Colour]
Skyline = Callable[[Canvas, int, Land, Light, Chance], None]


def fill_below(
    canvas: Canvas, heights: NDArray[np.int64], colour: Colour, look: Look, bottom: int = SIDE
) -> None:
    """Fills from a line of heights, one per pixel, down to a row."""
    x = np.arange(SIDE, dtype=np.int64) * SUBPIXELS + SUBPIXELS // 2
    line = np.stack([x, heights * SUBPIXELS], axis=1)
    line[0, 0], line[-1, 0] = 0, SIDE * SUBPIXELS
    ends = np.array([(SIDE * SUBPIXELS, bottom * SUBPIXELS), (0, bottom * SUBPIXELS)], np.int64)
    canvas.fill([np.concatenate([line, ends])], colour, look)


def _hills(
    canvas: Canvas, horizon: int, land: Land, light: Light, chance: Chance, tall: int, away: int
) -> None:
    for layer in (1, 0):
        line = ridge(chance.named(layer), SIDE, 220, 2)
        rise = tall * (3 + layer * 2) // 4
        colour = light.on(mixed(land[1], land[0], 128), away + layer * 60)
        fill_below(canvas, horizon + 6 - line * rise // 200, colour, Look(slope=24), horizon + 40)


def _peaks(
    canvas: Canvas, horizon: int, land: Land, light: Light, chance: Chance, rock: Colour, snow: int
) -> None:
    for layer, away in ((1, 130), (0, 50)):
        line = ridge(chance.named(layer), SIDE, 150, 6)
        top = horizon + 40 - line * (150 + layer * 50) // 130
        colour = light.on(rock, away)
        fill_below(canvas, top, colour, Look(slope=50), horizon + 30)
        if snow:
            ragged = ridge(chance.named(f"snow {layer}"), SIDE, 26, 3)
            level = np.minimum(
                horizon - 150 + snow + ragged // 3 + (top - horizon + 150) // 3, horizon
            )
            capped = np.maximum(top, 0)
            low = np.maximum(level, capped)
            _between(canvas, capped, low, light.on((250, 252, 255), away * 2 // 3))


def _between(
    canvas: Canvas, upper: NDArray[np.int64], lower: NDArray[np.int64], colour: Colour
) -> None:
    x = np.arange(SIDE, dtype=np.int64) * SUBPIXELS + SUBPIXELS // 2
    there = np.stack([x, upper * SUBPIXELS], axis=1)
    back = np.stack([x, lower * SUBPIXELS], axis=1)[::-1]
    canvas.fill([np.concatenate([there, back])], colour, Look(slope=10))


def _mesas(
    canvas: Canvas, horizon: int, land: Land, light: Light, chance: Chance, tall: int, away: int
) -> None:
    line = ridge(chance, SIDE, 120, 2)
    steps = np.clip((line - 70) // 18, 0, 4) * tall // 4
    wobble = ridge(chance.named("edge"), SIDE, 24, 2) // 30
    colour = light.on(mixed(land[0], (150, 60, 36), 90), away)
    look = Look(slope=30, pattern="bands", second=light.on(mixed(land[0], (120, 50, 30), 150),
        away),
                grain=9)  # fmt: skip
    fill_below(canvas, horizon + 10 - steps - wobble, colour, look, horizon + 30)


def _trees(
    canvas: Canvas, horizon: int, land: Land, light: Light, chance: Chance, green: Colour, tall: int
) -> None:
    for layer, away in ((1, 110), (0, 40)):
        line = ridge(chance.named(layer), SIDE, 60, 3)
        rough = ridge(chance.named(f"leaves {layer}"), SIDE, 12, 3)
        top = horizon + 4 - tall * (2 + layer) // 3 - line * tall // 300 - rough // 12
        fill_below(canvas, top, light.on(green, away), Look(slope=30), horizon + 24)


def _blocks(
    canvas: Canvas, horizon: int, land: Land, light: Light, chance: Chance, tall: int, away: int
) -> None:
    """Buildings side by side, lit at night."""
    x = -chance.between(0, 30)
    while x < SIDE:
        wide = chance.between(30, 74)
        height = tall // 3 + chance.between(0, tall * 2 // 3)
        tone = chance.around(26)
        wall = light.on((118 + tone, 124 + tone, 140 + tone // 2), away)
        top = horizon - height
        _block(canvas, x, top, x + wide, horizon + 6, wall)
        step = 9 if away < 60 else 7
        for wy in range(top + 8, horizon - 6, step + 4):
            for wx in range(x + 6, x + wide - 8, step):
                lit = light.is_dark and chance.between(0, 2) == 0
                glass = (255, 216, 120) if lit else mixed(wall, light.on((200, 220, 240)), 90)
                y0, x0 = max(wy, 0), max(wx, 0)
                if x0 < SIDE and wy + 6 > y0:
                    for channel in range(3):
                        canvas.pixels[channel, y0 : wy + 6, x0 : max(wx + 4, 0)] = glass[channel]
        x += wide + chance.between(0, 6)


def _block(canvas: Canvas, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
    loop = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.int64)
    canvas.fill([loop * SUBPIXELS], colour, Look(slope=26))


def _houses(canvas: Canvas, horizon: int, land: Land, light: Light, chance: Chance) -> None:
    """Two rows of fronts with gables, left and right of the road."""
    for side in (0, 1):
        for index in range(4):
            wide = 96 - index * 14
            left = index * 62 - 20 if side == 0 else SIDE - index * 62 - wide + 20
            tall = 200 - index * 34 + chance.around(14)
            walls = ((222, 190, 150), (196, 122, 96), (236, 222, 196), (150, 170, 180))
            wall = light.on(walls[(index + side * 2) % 4], index * 18)
            top = horizon - tall
            _block(canvas, left, top, left + wide, horizon + 40 - index * 10, wall)
            roof = np.array([(left - 6, top + 2), (left + wide // 2, top - wide // 2),
                             (left + wide + 6, top + 2)], np.int64)  # fmt: skip
            canvas.fill([roof * SUBPIXELS], light.on((134, 66, 54), index * 18), Look(slope=40))
            for y in range(top + 16, horizon - 30, 44):
                for x in (left + wide // 5, left + wide * 3 // 5):
                    lit = light.is_dark and chance.between(0, 2) > 0
                    glass = (255, 212, 110) if lit else light.on((110, 150, 180), index * 18)
                    _block(canvas, x, y, x + wide // 5, y + 26, glass)


SKYLINES: dict[str, Skyline] = {
    "low hills": partial(_hills, tall=40, away=40),
    "hills": partial(_hills, tall=110, away=60),
    "dunes": partial(_hills, tall=64, away=20),
    "peaks": partial(_peaks, rock=(112, 116, 128), snow=30),
    "snow peaks": partial(_peaks, rock=(150, 166, 190), snow=130),
    "dark peaks": partial(_peaks, rock=(60, 48, 50), snow=0),
    "mesas": partial(_mesas, tall=150, away=70),
    "low mesas": partial(_mesas, tall=70, away=30),
    "treeline": partial(_trees, green=(62, 112, 58), tall=40),
    "dark treeline": partial(_trees, green=(40, 76, 48), tall=70),
    "far city": partial(_blocks, tall=190, away=130),
    "city": partial(_blocks, tall=260, away=20),
    "houses": _houses,
}
