"""The sky of a scene: its colours, stars, clouds, and the sun or moon when nobody placed one."""

from __future__ import annotations

import numpy as np

from oracle.studio.sketch.canvas import SIDE, Canvas
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.integers import Chance, noise
from oracle.studio.sketch.light import Light
from oracle.studio.sketch.scene import Scene


def paint_sky(canvas: Canvas, scene: Scene, light: Light, horizon: int, chance: Chance) -> None:
    """Fills the canvas down to the horizon."""
    canvas.wash(0, horizon, light.high, light.low)
    if len(scene.sky_colours) > 2:
        middle = scene.sky_colours[1]
        canvas.wash(0, horizon // 2, light.high, middle)
        canvas.wash(horizon // 2, horizon, middle, light.low)
    if scene.time in ("sunset", "dawn") and not scene.sky_colours:
        band = horizon * 2 // 5
        middle = (232, 104, 110) if scene.time == "sunset" else (246, 192, 190)
        canvas.wash(band, horizon - band // 3, mixed(light.high, middle, 150), middle)
        canvas.wash(0, band, light.high, mixed(light.high, middle, 150))
        canvas.wash(horizon - band // 3, horizon, middle, light.low)
    wet = scene.weather & {"overcast", "rain", "snowfall", "fog", "storm"}
    if light.is_dark and scene.time == "night" and not wet:
        paint_stars(canvas, horizon, chance.named("stars"), 150)
    if "clear" not in scene.weather:
        amount = 40 if wet or "cloudy" in scene.weather else 24
        _clouds(canvas, light, horizon, chance.named("clouds"), amount, heavy=bool(wet))


def paint_stars(canvas: Canvas, bottom: int, chance: Chance, count: int) -> None:
    """Stars, some of them large."""
    for index in range(count):
        x, y = chance.between(0, SIDE - 2), chance.between(0, max(bottom - 2, 1))
        bright = chance.between(90, 255)
        size = 2 if index % 9 == 0 else 1
        area = canvas.pixels[:, y : y + size, x : x + size]
        np.maximum(area, np.int16(bright), out=area)
        if index % 30 == 0:
            canvas.glow(x, y, 7, (220, 230, 255), 40)


def _clouds(
    canvas: Canvas, light: Light, horizon: int, chance: Chance, amount: int, heavy: bool
) -> None:
    height = max(horizon, 8)
    share = noise(chance.named(1), height, SIDE, 46, 150).astype(np.int64)
    share += noise(chance.named(2), height, SIDE, 20, 54) // 2
    share += noise(chance.named(3), height, SIDE, 8, 20) // 4
    share = share * 4 // 7
    level = 150 - amount * 2 if heavy else 176 - amount
    cover = np.clip((share - level) * 3 // 2, 0, 52 if heavy else 44).astype(np.int16)
    fade = np.minimum((height - np.arange(height)) * 2, 64).astype(np.int16)
    white = mixed(light.low, (255, 255, 255), 60 if light.is_dark else 190)
    if heavy:
        white = mixed(white, (96, 100, 112), 110)
    canvas.blend(cover * fade[:, None] >> 6, white)
