"""Settings that are no landscape: rooms, a table, the sea from below, space, plain colour."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from oracle.studio.sketch.canvas import SIDE, Canvas, Colour, Look
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.integers import Chance, noise, ridge
from oracle.studio.sketch.light import Light
from oracle.studio.sketch.pen import oval_points
from oracle.studio.sketch.raster import SUBPIXELS
from oracle.studio.sketch.skies import paint_stars
from oracle.studio.sketch.skylines import fill_below

FLOOR = 366
Colours = tuple[Colour, ...]
Interior = Callable[[Canvas, Colours, Light, Chance], None]


def box(canvas: Canvas, left: int, top: int, right: int, bottom: int, colour: Colour,
        look: Look | None = None) -> None:  # fmt: skip
    """An upright rectangle, in pixels."""
    loop = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.int64)
    canvas.fill([loop * SUBPIXELS], colour, look or Look(slope=16))


def _room(
    canvas: Canvas, colours: Colours, light: Light, chance: Chance, wall: Colour, floor: Colour,
    tiles: bool = False, panes: bool = True, paper: str = "",
) -> None:  # fmt: skip
    wall = colours[0] if colours else wall
    look = Look(slope=20)
    if paper:
        look = Look(slope=20, pattern=paper, second=light.on(mixed(wall, (0, 0, 0), 26)), grain=14)
    box(canvas, 0, 0, SIDE, FLOOR, light.on(wall), look)
    canvas.wash(FLOOR, SIDE, light.on(mixed(floor, (0, 0, 0), 60)), light.on(floor))
    seam = light.on(mixed(floor, (0, 0, 0), 110))
    for index in range(-12, 13):
        head, foot = 256 + index * 34, 256 + index * 74
        loop = np.array(
            [(head, FLOOR), (head + 1, FLOOR), (foot + 3, SIDE), (foot, SIDE)], np.int64
        )
        canvas.fill([loop * SUBPIXELS], seam)
    for step in range(1, 7) if tiles else ():
        y = FLOOR + step * step * 4
        box(canvas, 0, y, SIDE, y + 1 + step // 3, seam)
    box(canvas, 0, FLOOR - 12, SIDE, FLOOR, light.on(mixed(wall, (255, 255, 255), 120)))
    if panes:
        _pane(canvas, 300, 60, 440, 220, light)
    canvas.glow(256, 60, 380, (255, 240, 210), 10)


def _pane(canvas: Canvas, left: int, top: int, right: int, bottom: int, light: Light) -> None:
    box(canvas, left - 8, top - 8, right + 8, bottom + 8, light.on((244, 240, 230)))
    part = np.arange(bottom - top, dtype=np.int64)
    for channel in range(3):
        change = (light.low[channel] - light.high[channel]) * part // (bottom - top)
        canvas.pixels[channel, top:bottom, left:right] = (light.high[channel] + change)[:, None]
    middle, height = (left + right) // 2, (top + bottom) // 2
    box(canvas, middle - 3, top, middle + 3, bottom, light.on((244, 240, 230)))
    box(canvas, left, height - 3, right, height + 3, light.on((244, 240, 230)))
    box(canvas, left - 16, bottom + 8, right + 16, bottom + 18, light.on((226, 220, 208)))


def _library(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    _room(canvas, colours, light, chance, (112, 74, 48), (150, 104, 66), panes=False)
    spines = (
        (150, 40, 40),
        (40, 80, 130),
        (50, 110, 70),
        (190, 150, 70),
        (90, 60, 110),
        (60, 60, 66),
    )
    for shelf in range(5):
        y = 14 + shelf * 68
        box(canvas, 10, y, 502, y + 62, light.on((66, 42, 28)))
        x = 16
        while x < 492:
            wide, tall = chance.between(7, 15), chance.between(40, 56)
            colour = spines[chance.between(0, 5)]
            box(
                canvas,
                x,
                y + 60 - tall,
                min(x + wide, 496),
                y + 60,
                light.on(colour),
                Look(slope=50),
            )
            x += wide + 1
        box(canvas, 6, y + 60, 506, y + 68, light.on((134, 92, 58)))


def _hall(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    _room(canvas, colours, light, chance, (176, 164, 148), (126, 96, 84), tiles=True, panes=False)
    for x in (40, 176, 312, 448):
        box(canvas, x - 26, 0, x + 26, FLOOR, light.on((206, 196, 178)), Look(slope=60))
        box(canvas, x - 34, FLOOR - 22, x + 34, FLOOR, light.on((190, 180, 162)))
    for x in (108, 244, 380):
        points = oval_points(x, 110, 34, 50)
        canvas.fill([np.array(points, np.int64) * SUBPIXELS], light.low)
        box(canvas, x - 34, 110, x + 34, 250, light.low)
    carpet = np.array([(216, FLOOR), (296, FLOOR), (400, SIDE), (112, SIDE)], np.int64)
    canvas.fill([carpet * SUBPIXELS], light.on((170, 36, 46)), Look(slope=20))


def _gallery(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    _room(canvas, colours, light, chance, (238, 234, 226), (170, 130, 92), panes=False)
    for x, wide, tall in ((40, 120, 150), (196, 130, 110), (360, 110, 150)):
        box(canvas, x, 90, x + wide, 90 + tall, light.on((176, 136, 62)), Look(slope=40))
        tone = (chance.between(60, 220), chance.between(60, 200), chance.between(60, 220))
        box(canvas, x + 9, 99, x + wide - 9, 81 + tall, light.on(tone), Look(slope=70))
        box(canvas, x + 9, 70 + tall * 3 // 4, x + wide - 9, 81 + tall,
            light.on(mixed(tone, (20, 60, 30), 140)))  # fmt: skip


def _stage(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    cloth = colours[0] if colours else (160, 26, 40)
    box(canvas, 0, 0, SIDE, FLOOR, (38, 30, 44))
    canvas.wash(FLOOR, SIDE, (110, 70, 44), (166, 112, 70))
    for x in (*range(0, 120, 24), *range(400, SIDE, 24)):
        box(canvas, x, 0, x + 24, FLOOR + 20, light.on(cloth), Look(slope=120))
    for x in range(0, SIDE, 64):
        points = oval_points(x + 32, 10, 36, 62)
        canvas.fill([np.array(points, np.int64) * SUBPIXELS], light.on(cloth), Look(slope=50))
    for x in (150, 256, 362):
        canvas.glow(x, FLOOR + 40, 150, (255, 240, 200), 40)


def _cave(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    rock = colours[0] if colours else (96, 84, 80)
    canvas.wash(0, SIDE, (20, 22, 34), (44, 42, 52))
    canvas.glow(256, 260, 220, (150, 190, 230), 50)
    grain = noise(chance.named("rock"), SIDE, SIDE, 18, 26).astype(np.int64) - 128
    for layer, depth in ((0, 190), (1, 120)):
        line = ridge(chance.named(f"roof {layer}"), SIDE, 70, 4)
        x = np.abs(np.arange(SIDE) - 256)
        arch = 40 + x * x * 4 // 900 + line // 3 - layer * 60
        shade = mixed((10, 10, 16), rock, depth + layer * 60)
        flipped = np.stack([np.arange(SIDE) * SUBPIXELS, arch * SUBPIXELS], axis=1)
        ends = np.array([(SIDE * SUBPIXELS, 0), (0, 0)], np.int64)
        canvas.fill([np.concatenate([flipped, ends])], shade, Look(slope=30))
        floor = 380 + layer * 40 - line // 8 - x * layer // 6
        fill_below(canvas, floor, shade, Look(slope=-30))
    canvas.brighten((grain // 8).astype(np.int16))


def _table(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    wood = colours[0] if colours else (150, 98, 60)
    canvas.wash(0, 340, light.on((96, 88, 84)), light.on((150, 136, 124)))
    canvas.wash(340, SIDE, light.on(mixed(wood, (0, 0, 0), 40)), light.on(wood))
    grain = noise(chance.named("grain"), SIDE - 340, SIDE, 4, 120).astype(np.int64) - 128
    canvas.brighten((grain // 7).astype(np.int16), 340)
    canvas.glow(150, 120, 330, (255, 236, 200), 22)


def _backdrop(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    colour = light.on(colours[0] if colours else (226, 226, 224))
    last = light.on(colours[1]) if len(colours) > 1 else mixed(colour, (0, 0, 0), 30)
    canvas.wash(0, SIDE, mixed(colour, (255, 255, 255), 30), last)


def _underwater(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    deep = colours[0] if colours else (16, 82, 140)
    canvas.wash(
        0, SIDE, light.on(mixed(deep, (150, 230, 250), 150)), light.on(mixed(deep, (0, 10, 40), 90))
    )
    for index in range(7):
        x = 40 + index * 70 + chance.around(30)
        loop = np.array([(x, 0), (x + 26, 0), (x + 130, 430), (x + 20, 430)], np.int64)
        canvas.fill([loop * SUBPIXELS], (220, 250, 255), Look(slope=0, opacity=7))
    line = ridge(chance.named("bed"), SIDE, 150, 3)
    fill_below(canvas, 450 - line // 6, light.on(mixed((220, 200, 150), deep, 90)), Look(slope=30))
    for _ in range(26):
        x, y = chance.between(0, 511), chance.between(20, 430)
        points = np.array(oval_points(x, y, 3, 3), np.int64)
        canvas.fill([points * SUBPIXELS], (220, 245, 255), Look(slope=0, opacity=30))


def _space(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    deep = colours[0] if colours else (10, 10, 30)
    canvas.wash(0, SIDE, mixed(deep, (0, 0, 0), 120), deep)
    for index, tone in enumerate(((120, 50, 150), (40, 90, 180), (190, 70, 110))):
        cloud = noise(chance.named(index), SIDE, SIDE, 110, 130).astype(np.int64)
        fine = noise(chance.named(f"fine {index}"), SIDE, SIDE, 30, 36).astype(np.int64)
        share = np.clip((cloud + fine // 3 - 190) // 3, 0, 24).astype(np.int16)
        canvas.blend(share, tone)
    paint_stars(canvas, SIDE, chance.named("stars"), 320)


def _above_clouds(canvas: Canvas, colours: Colours, light: Light, chance: Chance) -> None:
    canvas.wash(0, 320, light.high, light.low)
    for layer in range(5):
        line = ridge(chance.named(layer), SIDE, 120, 4)
        white = light.on(mixed(light.haze, (255, 255, 255), 120 + layer * 30), 60 - layer * 14)
        fill_below(canvas, 330 + layer * 42 - line // 3, white, Look(slope=40))


INTERIORS: dict[str, Interior] = {
    "room": partial(_room, wall=(214, 202, 180), floor=(158, 110, 70), paper="stripes"),
    "kitchen": partial(_room, wall=(222, 230, 222), floor=(200, 196, 188), tiles=True),
    "library": _library,
    "hall": _hall,
    "gallery": _gallery,
    "stage": _stage,
    "cave": _cave,
    "table": _table,
    "backdrop": _backdrop,
    "underwater": _underwater,
    "space": _space,
    "clouds": _above_clouds,
}
