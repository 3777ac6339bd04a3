"""Outdoor settings: what lies at the horizon, what the ground is, and what grows on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oracle.studio.sketch.canvas import SIDE, Canvas, Colour, Look
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.integers import Chance, noise, ridge
from oracle.studio.sketch.light import Light
from oracle.studio.sketch.pen import oval_points
from oracle.studio.sketch.raster import SUBPIXELS
from oracle.studio.sketch.skylines import SKYLINES, fill_below


@dataclass(frozen=True, slots=True)
class Ground:
    """One outdoor setting."""

    horizon: int = 300
    near: Colour = (92, 150, 62)
    far: Colour = (150, 186, 104)
    surface: str = "grass"  # grass, sand, snow, water, paved, rock
    skyline: tuple[str, ...] = ()  # painted one before the other
    scatter: tuple[tuple[str, int], ...] = ()  # nouns and how many of them
    shore: Colour | None = None  # land in front of water
    sky: bool = True


_SAND, _SNOW = (236, 210, 150), (240, 246, 252)
_SEA_FAR, _SEA_NEAR = (74, 150, 196), (22, 84, 140)
GROUNDS: dict[str, Ground] = {
    "": Ground(skyline=("low hills",)),
    "meadow": Ground(skyline=("low hills",), scatter=(("grass", 5), ("daisy", 5))),
    "hills": Ground(330, skyline=("hills", "low hills"), scatter=(("tree", 3), ("bush", 4))),
    "mountains": Ground(330, (84, 128, 66), (126, 156, 104), skyline=("peaks", "low hills"),
                        scatter=(("pine", 7),)),
    "desert": Ground(320, (226, 178, 104), (244, 210, 144), "sand", ("dunes",),
                     (("cactus", 3), ("rock", 2))),
    "beach": Ground(250, _SEA_NEAR, (92, 176, 206), "water", (), (("palm", 1),), shore=_SAND),
    "sea": Ground(250, _SEA_NEAR, _SEA_FAR, "water"),
    "lake": Ground(270, (44, 104, 140), (120, 176, 200), "water", ("hills", "treeline"),
                   (("reed", 3),), shore=(104, 142, 70)),
    "river": Ground(260, (88, 140, 60), (140, 176, 96), "river", ("hills", "treeline"),
                    (("bush", 4), ("reed", 3))),
    "snow": Ground(300, _SNOW, (214, 226, 240), "snow", ("snow peaks",), (("fir", 5),)),
    "forest": Ground(310, (70, 104, 46), (88, 120, 62), "grass", ("treeline", "dark treeline"),
                     (("tree", 6), ("pine", 6), ("fern", 4), ("bush", 3))),
    "jungle": Ground(310, (50, 104, 46), (66, 130, 66), "grass", ("treeline", "dark treeline"),
                     (("palm", 6), ("fern", 8), ("bush", 4))),
    "wheat field": Ground(280, (222, 176, 70), (236, 204, 120), "grass", ("low hills",),
                          (("wheat", 14),)),
    "flower field": Ground(270, (96, 150, 64), (146, 180, 100), "grass", ("low hills",),
                           (("poppy", 10), ("daisy", 8), ("tulip", 8))),
    "lavender field": Ground(270, (124, 92, 170), (164, 138, 200), "rows", ("low hills",)),
    "vineyard": Ground(280, (104, 140, 60), (140, 160, 90), "rows", ("hills",)),
    "garden": Ground(290, (98, 160, 70), (130, 180, 96), "grass", ("treeline",),
                     (("bush", 4), ("rose bush", 3), ("tulip", 5), ("flower", 5))),
    "savanna": Ground(320, (206, 170, 84), (226, 196, 120), "grass", ("low hills",),
                      (("oak", 2), ("grass", 6))),
    "swamp": Ground(300, (66, 84, 52), (96, 110, 76), "river", ("dark treeline",),
                    (("dead tree", 4), ("reed", 6))),
    "canyon": Ground(330, (196, 110, 66), (222, 146, 96), "sand", ("mesas", "low mesas"),
                     (("cactus", 2), ("rock", 3))),
    "volcanic": Ground(320, (52, 44, 46), (84, 62, 60), "lava", ("dark peaks",), (("rock", 5),)),
    "city": Ground(380, (92, 94, 102), (128, 130, 136), "paved", ("far city", "city")),
    "street": Ground(350, (98, 98, 104), (134, 134, 138), "road", ("far city", "houses")),
    "harbour": Ground(280, _SEA_NEAR, _SEA_FAR, "water", ("far city",), (), (164, 150, 134)),
    "road": Ground(290, (96, 148, 66), (146, 184, 100), "road", ("low hills",), (("tree", 4),)),
    "graveyard": Ground(310, (70, 92, 60), (92, 108, 84), "grass", ("dark treeline",),
                        (("gravestone", 9), ("dead tree", 2))),
    "moon": Ground(320, (150, 150, 154), (110, 110, 116), "craters", sky=False),
    "mars": Ground(320, (178, 86, 50), (206, 126, 84), "craters", ("low mesas",)),
}  # fmt: skip


def paint_ground(
    canvas: Canvas, ground: Ground, colours: tuple[Colour, ...], light: Light, season: str,
    chance: Chance,
) -> None:  # fmt: skip
    """Skyline and ground, from the horizon to the lower edge."""
    near, far = ground.near, ground.far
    if ground.surface == "grass" and season == "autumn":
        near, far = (168, 132, 60), (196, 164, 96)
    if season == "winter" and ground.surface in ("grass", "rows"):
        near, far = _SNOW, (216, 226, 240)
    if colours:
        near = colours[0]
        far = mixed(near, (255, 255, 255), 70)
    for index, line in enumerate(ground.skyline):
        _skyline(canvas, line, ground.horizon, (near, far), light, chance.named(f"line {index}"))
    canvas.wash(ground.horizon, SIDE, light.on(far, 60), light.on(near))
    _surface(canvas, ground, near, light, chance.named("surface"))


def _skyline(
    canvas: Canvas,
    line: str,
    horizon: int,
    land: tuple[Colour, Colour],
    light: Light,
    chance: Chance,
) -> None:
    SKYLINES[line](canvas, horizon, land, light, chance)


def _surface(canvas: Canvas, ground: Ground, near: Colour, light: Light, chance: Chance) -> None:
    top, height = ground.horizon, SIDE - ground.horizon
    depth = np.arange(height, dtype=np.int64)[:, None]
    if ground.surface in ("water",):
        _water(canvas, top, light, chance)
        if ground.shore is not None:
            _shore(canvas, ground.shore, light, chance)
        return
    grain = noise(chance.named("grain"), height, SIDE, 5, 16).astype(np.int64) - 128
    broad = noise(chance.named("broad"), height, SIDE, 34, 130).astype(np.int64) - 128
    strength = {"snow": 1, "sand": 2, "paved": 1}.get(ground.surface, 3)
    change = (grain * strength * (depth + 40) // (height * 12)) + broad // 12
    canvas.brighten(change.astype(np.int16), top)
    if ground.surface == "rows":
        _rows(canvas, top, light)
    elif ground.surface in ("river", "road"):
        _ribbon(canvas, ground, light, chance)
    elif ground.surface == "craters":
        _craters(canvas, top, near, light, chance)
    elif ground.surface == "lava":
        _lava(canvas, top, height, chance)


def _water(canvas: Canvas, top: int, light: Light, chance: Chance) -> None:
    """The sky's light on waves that grow towards us."""
    height = SIDE - top
    waves = np.zeros((height, SIDE), np.int64)
    for band, (start, end, tall, wide) in enumerate(
        ((0, height // 5, 2, 26), (height // 5, height // 2, 4, 50), (height // 2, height, 8, 96))
    ):
        if end > start:
            waves[start:end] = noise(chance.named(band), end - start, SIDE, tall, wide)
    share = np.clip((waves - 150) // 2, 0, 40).astype(np.int16)
    canvas.blend(share, mixed(light.low, (255, 255, 255), 60), top)
    dark = np.clip((90 - waves) // 3, 0, 24).astype(np.int16)
    canvas.blend(dark, light.on((10, 40, 80)), top)
    near = np.maximum(40 - np.arange(height) // 2, 0).astype(np.int16)
    canvas.blend(np.broadcast_to(near[:, None], (height, SIDE)), light.low, top)


def _shore(canvas: Canvas, colour: Colour, light: Light, chance: Chance) -> None:
    line = ridge(chance.named("shore"), SIDE, 160, 3)
    y = 400 + (line - 110) // 4
    for lift, tone, opacity in (
        (14, (255, 255, 255), 40),
        (4, mixed(colour, (90, 80, 60), 90), 64),
    ):
        fill_below(canvas, y - lift, light.on(tone), Look(slope=0, opacity=opacity))
    fill_below(canvas, y + 4, light.on(colour), Look(slope=26))
    grain = noise(chance.named("sand"), SIDE - 420, SIDE, 3, 6).astype(np.int64) - 128
    canvas.brighten((grain // 18).astype(np.int16), 420)


def _rows(canvas: Canvas, top: int, light: Light) -> None:
    """Rows of plants that meet far away."""
    for index in range(-9, 10):
        foot, head = 256 + index * 120, 256 + index * 14
        loop = np.array(
            [(head - 1, top), (head + 2, top), (foot + 34, SIDE), (foot - 20, SIDE)], np.int64
        )
        canvas.fill([loop * SUBPIXELS], light.on((72, 92, 44)), Look(slope=0, opacity=34))


def _ribbon(canvas: Canvas, ground: Ground, light: Light, chance: Chance) -> None:
    """A road or a river that comes towards us."""
    is_road = ground.surface == "road"
    bend = chance.around(30)
    steps = range(65)
    height = SIDE - ground.horizon
    left, right, marks = [], [], []
    for step in steps:
        y = ground.horizon + height * step * step // 4096
        half = 5 + step * step * (150 if is_road else 120) // 4096
        sway = 0 if is_road else (64 - step) * step * bend // 300
        left.append((256 + sway - half, y))
        right.append((256 + sway + half, y))
        marks.append((256 + sway, y, max(half // 26, 1)))
    loop = np.array(left + right[::-1], np.int64) * SUBPIXELS
    water = mixed(light.low, light.on((40, 104, 150)), 150)
    canvas.fill([loop], light.on((78, 78, 84)) if is_road else water, Look(slope=10))
    for index in range(8, 64, 4) if is_road else ():
        x, y, half = marks[index]
        low = marks[index + 1][1]
        loop = np.array([(x - half, y), (x + half, y), (x + half, low), (x - half, low)], np.int64)
        canvas.fill([loop * SUBPIXELS], light.on((236, 226, 190)))


def _craters(canvas: Canvas, top: int, near: Colour, light: Light, chance: Chance) -> None:
    for index in range(14):
        y = top + 16 + index * index * (SIDE - top) // 190
        size = 8 + (y - top) // 4 + chance.between(0, 12)
        x = chance.between(0, SIDE)
        for shift, tone in ((2, mixed(near, (255, 255, 255), 60)), (0, mixed(near, (0, 0, 0), 90))):
            points = oval_points(x, y + shift, size, max(size // 4, 3))
            canvas.fill([np.array(points, np.int64) * SUBPIXELS], light.on(tone), Look(slope=-20))


def _lava(canvas: Canvas, top: int, height: int, chance: Chance) -> None:
    veins = noise(chance.named("veins"), height, SIDE, 20, 60).astype(np.int64) - 128
    share = np.clip(64 - np.abs(veins) * 8, 0, 64).astype(np.int16)
    canvas.blend(share, (255, 120, 30), top)
