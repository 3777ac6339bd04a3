"""Rain, snow, fog and lightning, laid over the finished scene."""

from __future__ import annotations

import numpy as np

from oracle.studio.sketch.canvas import SIDE, Canvas, Look
from oracle.studio.sketch.colours import mixed
from oracle.studio.sketch.integers import Chance, noise
from oracle.studio.sketch.light import Light
from oracle.studio.sketch.raster import SUBPIXELS, Loop


def paint_weather(canvas: Canvas, weather: set[str], light: Light, chance: Chance) -> None:
    """Lays the weather over everything."""
    if "fog" in weather:
        _fog(canvas, light, chance.named("fog"))
    if weather & {"rain", "storm"}:
        _rain(canvas, chance.named("rain"))
    if "snowfall" in weather:
        _snow(canvas, chance.named("snow"))


def _fog(canvas: Canvas, light: Light, chance: Chance) -> None:
    drift = noise(chance, SIDE, SIDE, 60, 190).astype(np.int64)
    far = 44 - np.abs(np.arange(SIDE) - 310) // 8
    share = np.clip(drift // 6 + far[:, None] - 20, 8, 50).astype(np.int16)
    canvas.blend(share, mixed(light.haze, (255, 255, 255), 20 if light.is_dark else 90))


def _rain(canvas: Canvas, chance: Chance) -> None:
    drops: list[Loop] = []
    for _ in range(170):
        x, y, long = chance.between(-20, SIDE), chance.between(-20, SIDE), chance.between(12, 30)
        drops.append(
            np.array(
                [(x * 16, y * 16), (x * 16 + 20, y * 16), (x * 16 - long * 4, (y + long) * 16)],
                np.int64,
            )
        )
    canvas.fill(drops, (214, 226, 240), Look(slope=0, opacity=30))


def _snow(canvas: Canvas, chance: Chance) -> None:
    flakes: list[Loop] = []
    for index in range(170):
        x, y = chance.between(0, SIDE) * SUBPIXELS, chance.between(0, SIDE) * SUBPIXELS
        size = (10, 16, 26, 40)[index % 4]
        side = size * 7 // 10
        flakes.append(
            np.array(
                [(x - size, y), (x - side, y - side), (x, y - size), (x + side, y - side),
                 (x + size, y), (x + side, y + side), (x, y + size), (x - side, y + side)],
                     np.int64,
            )
        )  # fmt: skip
    canvas.fill(flakes, (252, 253, 255), Look(slope=0, opacity=56))
