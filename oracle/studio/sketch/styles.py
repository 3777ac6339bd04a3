"""Styles: what is done to the finished picture as a whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from oracle.studio.sketch.canvas import SIDE, Canvas, Colour
from oracle.studio.sketch.integers import Chance, noise

Style = Callable[[Canvas, Chance], None]
Pixels = NDArray[np.int16]


def apply_styles(canvas: Canvas, styles: list[str], chance: Chance) -> None:
    """Applies each style once, in the order of the prompt."""
    for style in dict.fromkeys(styles):
        STYLES[style](canvas, chance.named(style))


def _grey(pixels: Pixels) -> Pixels:
    red, green, blue = pixels.astype(np.int32)
    grey: Pixels = (red * 77 + green * 150 + blue * 29 >> 8).astype(np.int16)
    return grey


def _mono(canvas: Canvas, chance: Chance, dark: Colour, bright: Colour) -> None:
    grey = np.clip(_grey(canvas.pixels), 0, 255).astype(np.int64)
    for channel in range(3):
        span = bright[channel] - dark[channel]
        canvas.pixels[channel] = dark[channel] + grey * span // 255


def _saturate(canvas: Canvas, chance: Chance, percent: int, lift: int = 0) -> None:
    grey = _grey(canvas.pixels)
    for channel in range(3):
        change = (canvas.pixels[channel] - grey).astype(np.int64) * percent // 100
        canvas.pixels[channel] = np.clip(grey + change + lift, 0, 255)


def _contrast(pixels: Pixels, percent: int) -> Pixels:
    changed = (pixels.astype(np.int64) - 128) * percent // 100 + 128
    return np.clip(changed, 0, 255).astype(np.int16)


def _toned(canvas: Canvas, chance: Chance, tint: Colour, percent: int) -> None:
    canvas.pixels = _contrast(canvas.pixels, percent)
    for channel, value in enumerate(tint):
        lit = canvas.pixels[channel].astype(np.int64) * value // 200
        canvas.pixels[channel] = np.clip(lit, 0, 255)


def _blurred(pixels: Pixels, reach: int) -> Pixels:
    """A box mean over 2·reach + 1 pixels in both directions, edges repeated."""
    wide = 2 * reach + 1
    result = pixels.astype(np.int32)  # 16 bits · 519 pixels fit
    for axis in (1, 2):
        pads = [(0, 0)] * 3
        pads[axis] = (reach + 1, reach)
        sums = np.pad(result, pads, mode="edge").cumsum(axis=axis, dtype=np.int32)
        if axis == 1:
            result = (sums[:, wide : SIDE + wide] - sums[:, :SIDE]) // wide
        else:
            result = (sums[:, :, wide : SIDE + wide] - sums[:, :, :SIDE]) // wide
    return result.astype(np.int16)


def _watercolour(canvas: Canvas, chance: Chance) -> None:
    _displaced(canvas, chance, 7, 18)
    canvas.pixels = (canvas.pixels + _blurred(canvas.pixels, 3)) >> 1
    paper = noise(chance.named("paper"), SIDE, SIDE, 3, 3).astype(np.int64) - 128
    pools = noise(chance.named("pools"), SIDE, SIDE, 40, 40).astype(np.int64) - 128
    _saturate(canvas, chance, 92, 22)
    canvas.brighten((paper // 14 + pools // 7).astype(np.int16))
    edge = np.minimum(np.arange(SIDE), np.arange(SIDE)[::-1])
    rim = np.minimum(edge[:, None], edge[None, :]) + pools // 10
    canvas.blend(np.clip((26 - rim) * 4, 0, 60).astype(np.int16), (250, 248, 240))


def _displaced(canvas: Canvas, chance: Chance, reach: int, cell: int) -> None:
    """Every pixel is taken from a little beside it, so that edges wander."""
    place = np.arange(SIDE, dtype=np.int64)
    down = noise(chance.named("down"), SIDE, SIDE, cell, cell).astype(np.int64) - 128
    across = noise(chance.named("across"), SIDE, SIDE, cell, cell).astype(np.int64) - 128
    y = np.clip(place[:, None] + down * reach // 128, 0, SIDE - 1)
    x = np.clip(place[None, :] + across * reach // 128, 0, SIDE - 1)
    canvas.pixels = canvas.pixels.reshape(3, -1)[:, y * SIDE + x]


def _strokes(canvas: Canvas, chance: Chance, size: int) -> None:
    """Brush strokes: short streaks of one colour."""
    grid = chance.lattice(SIDE // size + 2, SIDE // size + 2)
    place = np.arange(SIDE, dtype=np.int64)
    row = (place[:, None] * 2 + place[None, :]) // (2 * size)
    column = (place[None, :] * 2 - place[:, None] + SIDE) // (3 * size)
    rows, columns = grid.shape
    shift = grid[row % rows, column % columns]
    y = np.clip(row * size - place[None, :] // 2 + shift % size, 0, SIDE - 1)
    x = np.clip((column * 3 * size - SIDE + place[:, None]) // 2 + shift // 16 % size, 0, SIDE - 1)
    canvas.pixels = canvas.pixels.reshape(3, -1)[:, y * SIDE + x]
    canvas.brighten(((shift - 128) // 12).astype(np.int16))


def _outlined(canvas: Canvas) -> NDArray[np.int64]:
    """How strong an edge each pixel lies on, 0 to 255."""
    grey = _grey(canvas.pixels).astype(np.int64)
    edge = np.zeros_like(grey)
    edge[:, 1:] += np.abs(grey[:, 1:] - grey[:, :-1])
    edge[1:] += np.abs(grey[1:] - grey[:-1])
    return np.minimum(edge * 3, 255)


def _pencil(canvas: Canvas, chance: Chance) -> None:
    edge = _outlined(canvas)
    grey = _grey(canvas.pixels).astype(np.int64)
    place = np.arange(SIDE)
    hatch = (place[:, None] + place[None, :]) % 6 < 2
    tone = np.where(hatch & (grey < 130), -46, 0) + np.where(hatch.T & (grey < 70), -40, 0)
    paper = noise(chance, SIDE, SIDE, 2, 2).astype(np.int64) - 128
    sheet = 236 + (grey - 128) // 6 + tone - edge * 3 // 4 + paper // 10
    canvas.pixels = np.repeat(np.clip(sheet, 0, 255).astype(np.int16)[None], 3, axis=0)


def _posterised(canvas: Canvas, chance: Chance, levels: int, ink: int) -> None:
    edge = _outlined(canvas)
    step = 256 // levels
    canvas.pixels = np.clip(canvas.pixels // step * step + step // 2, 0, 255).astype(np.int16)
    if ink:
        canvas.blend(np.clip((edge - 40) * ink // 100, 0, 64).astype(np.int16), (24, 20, 28))


def _pixel(canvas: Canvas, chance: Chance) -> None:
    block = 8
    small = canvas.pixels.astype(np.int64).reshape(3, SIDE // block, block, SIDE // block, block)
    mean = small.sum(axis=(2, 4)) // (block * block)
    mean = mean // 24 * 24 + 12
    large = np.repeat(np.repeat(mean, block, axis=1), block, axis=2)
    canvas.pixels = np.clip(large, 0, 255).astype(np.int16)


def _mosaic(canvas: Canvas, chance: Chance) -> None:
    block = 16
    grid = canvas.pixels.astype(np.int64).reshape(3, SIDE // block, block, SIDE // block, block)
    mean = grid.sum(axis=(2, 4)) // (block * block)
    mean += (chance.lattice(SIDE // block, SIDE // block) - 128) // 8
    large = np.repeat(np.repeat(np.clip(mean, 0, 255), block, axis=1), block, axis=2)
    place = np.arange(SIDE) % block
    seam = (place[:, None] < 2) | (place[None, :] < 2)
    canvas.pixels = np.where(seam, 60, large).astype(np.int16)


def _neon(canvas: Canvas, chance: Chance) -> None:
    edge = _outlined(canvas)
    base = canvas.pixels.copy()
    _toned(canvas, chance, (110, 70, 150), 120)
    _saturate(canvas, chance, 180)
    glow = _blurred(edge[None].astype(np.int16), 3)[0].astype(np.int64)
    for channel, value in enumerate((255, 60, 230)):
        tone = np.where(base[0] > base[2], value, (40, 240, 255)[channel])
        canvas.pixels[channel] = np.clip(
            canvas.pixels[channel] + tone * (edge + glow) // 300, 0, 255
        )


def _woodcut(canvas: Canvas, chance: Chance) -> None:
    grey = _grey(canvas.pixels).astype(np.int64)
    place = np.arange(SIDE)
    wave = noise(chance, SIDE, SIDE, 40, 40).astype(np.int64) // 16
    line = np.abs((place[:, None] + wave) % 8 - 4) * 56
    dark = (grey < line) | (_outlined(canvas) > 120)
    canvas.pixels[:] = np.where(dark[None], 26, 236)
    canvas.pixels[2] = np.where(dark, 30, 214)


def _grain(canvas: Canvas, chance: Chance) -> None:
    canvas.brighten(((chance.lattice(SIDE, SIDE) - 128) // 5).astype(np.int16))


def _blur(canvas: Canvas, chance: Chance) -> None:
    canvas.pixels = _blurred(_blurred(canvas.pixels, 3), 3)


STYLES: dict[str, Style] = {
    "watercolour": _watercolour,
    "oil": partial(_strokes, size=6),
    "impressionist": partial(_strokes, size=9),
    "pencil": _pencil,
    "mono": partial(_mono, dark=(12, 12, 12), bright=(248, 248, 248)),
    "sepia": partial(_mono, dark=(50, 30, 16), bright=(252, 236, 204)),
    "blueprint": partial(_mono, dark=(16, 50, 120), bright=(230, 242, 255)),
    "pixel": _pixel,
    "poster": partial(_posterised, levels=5, ink=0),
    "comic": partial(_posterised, levels=7, ink=50),
    "neon": _neon,
    "pastel": partial(_saturate, percent=62, lift=34),
    "vivid": partial(_saturate, percent=155),
    "dark": partial(_toned, tint=(120, 120, 150), percent=112),
    "mosaic": _mosaic,
    "woodcut": _woodcut,
    "blurred": _blur,
    "grainy": _grain,
    "warm": partial(_toned, tint=(216, 196, 162), percent=100),
    "cold": partial(_toned, tint=(170, 192, 222), percent=100),
}
