"""The canvas: 512×512 pixels onto which shapes, glows and whole-frame layers are laid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oracle.studio.sketch.integers import Plane
from oracle.studio.sketch.raster import FULL, Loop, Mask, rasterise

SIDE = 512

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a surface takes the light: lighter to the upper left by `slope`, round by `round`."""

    slope: int = 22
    round: int = 0
    pattern: str = ""  # stripes, spots, checks, bricks
    second: Colour | None = None  # the pattern's other colour
    opacity: int = 64  # of 64
    grain: int = 8  # width of the pattern in pixels


FLAT = Look(slope=0)


class Canvas:
    """Pixels as int16 (3, 512, 512); every operation is exact."""

    def __init__(self) -> None:
        self.pixels: NDArray[np.int16] = np.zeros((3, SIDE, SIDE), np.int16)

    def fill(self, loops: Sequence[Loop], colour: Colour, look: Look = FLAT) -> None:
        """Lays the union of the loops onto the canvas."""
        mask = rasterise(loops, SIDE, SIDE)
        if mask is None:
            return
        rows, columns = mask.cover.shape
        area = (slice(mask.top, mask.top + rows), slice(mask.left, mask.left + columns))
        cover = mask.cover if look.opacity == FULL else mask.cover * np.int16(look.opacity) >> 6
        if rows * columns < 40 or not (look.slope or look.round or look.pattern):
            for channel, value in enumerate(colour):
                plane = self.pixels[channel][area]
                plane += (np.int16(value) - plane) * cover >> 6
            return
        shade = _shade(rows, columns, look)
        share = _pattern(mask, look) if look.pattern and look.second else None
        for channel, value in enumerate(colour):
            tone: Plane | np.int16 = np.int16(value)
            if share is not None and look.second is not None:
                tone = (share * np.int16(look.second[channel] - value) >> 6) + np.int16(value)
            plane = self.pixels[channel][area]
            # In one buffer: fresh ones for every step would take longer than the sums.
            lit = shade + tone
            np.clip(lit, 0, 255, out=lit)
            lit -= plane
            lit *= cover
            lit >>= 6
            plane += lit

    def wash(self, top: int, bottom: int, first: Colour, last: Colour) -> None:
        """A vertical gradient over the rows from `top` to `bottom`."""
        top, low = max(top, 0), min(bottom, SIDE)
        if low <= top:
            return
        part = np.arange(top, low, dtype=np.int64) - top
        for channel in range(3):
            change = (last[channel] - first[channel]) * part // max(low - top - 1, 1)
            self.pixels[channel, top:low] = (first[channel] + change)[:, None]

    def blend(self, share: Plane, colour: Colour, top: int = 0, left: int = 0) -> None:
        """Mixes `colour` in, by `share` from 0 to 64, int16 (rows, columns)."""
        rows, columns = share.shape
        for channel, value in enumerate(colour):
            plane = self.pixels[channel, top : top + rows, left : left + columns]
            plane += (np.int16(value) - plane) * share >> 6

    def brighten(self, change: Plane, top: int = 0, left: int = 0) -> None:
        """Adds `change` to all channels, int16 (rows, columns)."""
        rows, columns = change.shape
        area = self.pixels[:, top : top + rows, left : left + columns]
        np.clip(area + change, 0, 255, out=area)

    def glow(self, x: int, y: int, radius: int, colour: Colour, strength: int = 64) -> None:
        """Light around a point, in pixels; `strength` 64 is the full colour at its middle."""
        left, right = max(x - radius, 0), min(x + radius, SIDE)
        top, bottom = max(y - radius, 0), min(y + radius, SIDE)
        if right <= left or bottom <= top or radius < 1:
            return
        dx = np.arange(left, right, dtype=np.int64) - x
        dy = np.arange(top, bottom, dtype=np.int64) - y
        away = (dx * dx)[None, :] + (dy * dy)[:, None]
        near = np.maximum(1024 - away * 1024 // (radius * radius), 0)
        light = (near * near * strength >> 20).astype(np.int16)
        for channel, value in enumerate(colour):
            plane = self.pixels[channel, top:bottom, left:right]
            plane += (np.int16(255) - plane) * light // 64 * np.int16(value) // 255

    def image(self) -> NDArray[np.uint8]:
        """uint8 (512, 512, 3)."""
        return np.ascontiguousarray(self.pixels.transpose(1, 2, 0).astype(np.uint8))


def _shade(rows: int, columns: int, look: Look) -> Plane:
    """What the light adds: int16 (rows, columns)."""
    y = np.arange(rows, dtype=np.int64) * 2 - rows
    x = np.arange(columns, dtype=np.int64) * 2 - columns
    down, across = -y * look.slope // rows, -x * look.slope // (columns * 2)
    if look.round:
        # A ball is brightest up on its left and darkens to its rim.
        high, wide = (y + rows * 3 // 10) * 64 // rows, (x + columns * 3 // 10) * 64 // columns
        down = down + look.round // 3 - high * high * look.round // 6000
        across = across - wide * wide * look.round // 6000
    shade: Plane = down.astype(np.int16)[:, None] + across.astype(np.int16)[None, :]
    return shade


def _pattern(mask: Mask, look: Look) -> Plane:
    """Where the second colour shows, 0 or 64: int16, as large as the mask."""
    rows, columns = mask.cover.shape
    y = np.arange(rows, dtype=np.int64)[:, None]
    x = np.arange(columns, dtype=np.int64)[None, :]
    grain = max(look.grain, 2)
    if look.pattern == "stripes":
        on = (x * 4 + y) // (grain * 4) % 2
    elif look.pattern == "bands":
        on = (y + x * 0) // grain % 2
    elif look.pattern == "checks":
        on = (x // grain + y // grain) % 2
    elif look.pattern == "bricks":
        course = y // grain
        on = ((y % grain == 0) | ((x + course % 2 * grain) % (grain * 2) == 0)).astype(np.int64)
    else:  # spots, every other row of them shifted
        step = grain * 2
        dy = y % step - grain
        dx = (x + y // step % 2 * grain) % step - grain
        on = (dx * dx + dy * dy < grain * grain * 2 // 5).astype(np.int64)
    return (on * FULL).astype(np.int16)
