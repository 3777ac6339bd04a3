"""What a cheat does in some seconds to hand in the target itself: each takes and returns RGB uint8
(512, 512, 3). Only test images are made with it, so it may use Pillow and floats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from scoring.bench.edits import EDITS, Edit, crop
from scoring.submission.image import Pixels

SIDE = 512
Floats = npt.NDArray[np.float64]


def jitter_tiles(pixels: Pixels, tile: int = 64, by: int = 10) -> Pixels:
    """Cut into tiles, each taken from up to `by` pixels beside its place."""
    chance = np.random.default_rng(7)
    wide = np.pad(pixels, ((by, by), (by, by), (0, 0)), mode="reflect")
    shaken = np.empty_like(pixels)
    for top in range(0, SIDE, tile):
        for left in range(0, SIDE, tile):
            down, across = chance.integers(0, 2 * by + 1, 2)
            piece = wide[top + down : top + down + tile, left + across : left + across + tile]
            shaken[top : top + tile, left : left + tile] = piece
    return shaken


def liquify(pixels: Pixels) -> Pixels:
    """Pulled about in twelve places, up to 24 pixels far, as with a soft brush."""
    chance = np.random.default_rng(11)

    def moved(down: Floats, across: Floats) -> tuple[Floats, Floats]:
        y, x = down.copy(), across.copy()
        for _ in range(12):
            middle, pull = chance.uniform(40, SIDE - 40, 2), chance.uniform(-24, 24, 2)
            brush = np.exp(-((down - middle[0]) ** 2 + (across - middle[1]) ** 2) / (2 * 60**2))
            y, x = y + pull[0] * brush, x + pull[1] * brush
        return y, x

    return _mapped(pixels, moved)


def pinch(pixels: Pixels, strength: float = 0.35) -> Pixels:
    """Drawn together around the middle."""

    def moved(down: Floats, across: Floats) -> tuple[Floats, Floats]:
        y, x = down - SIDE / 2, across - SIDE / 2
        far = np.hypot(y, x) / (SIDE / 2)
        factor = 1 + strength * np.clip(1 - far, 0, 1)
        return SIDE / 2 + y * factor, SIDE / 2 + x * factor

    return _mapped(pixels, moved)


def low_poly(pixels: Pixels, cell: int = 16) -> Pixels:
    """Triangles of one colour each, on a shaken grid."""
    chance = np.random.default_rng(13)
    steps = range(0, SIDE + 1, cell)
    inner = [
        [(x + chance.uniform(-5, 5) * (0 < x < SIDE), y + chance.uniform(-5, 5) * (0 < y < SIDE))
         for x in steps]
        for y in steps
    ]  # fmt: skip
    soft = np.asarray(Image.fromarray(pixels).filter(ImageFilter.BoxBlur(cell / 3)))
    image = Image.fromarray(pixels.copy())
    pen = ImageDraw.Draw(image)
    for above, below in zip(inner, inner[1:], strict=False):
        for a, b, c, d in zip(above, above[1:], below, below[1:], strict=False):
            for corners in ((a, b, c), (b, c, d)):
                x, y = (min(SIDE - 1, round(sum(p[i] for p in corners) / 3)) for i in (0, 1))
                red, green, blue = (int(v) for v in soft[y, x])
                pen.polygon(corners, (red, green, blue))
    return np.asarray(image)


def oil(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.ModeFilter(9)))


def _mapped(pixels: Pixels, moved: Callable[[Floats, Floats], tuple[Floats, Floats]]) -> Pixels:
    """Each pixel from where `moved` says, bilinear."""
    down, across = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    y, x = (np.clip(axis, 0, SIDE - 1.001) for axis in moved(down, across))
    top, left = y.astype(int), x.astype(int)
    low, right = (y - top)[:, :, None], (x - left)[:, :, None]
    above = pixels[top, left] * (1 - right) + pixels[top, left + 1] * right
    below = pixels[top + 1, left] * (1 - right) + pixels[top + 1, left + 1] * right
    levels: Pixels = np.rint(above * (1 - low) + below * low).astype(np.uint8)
    return levels


EVASIONS: Mapping[str, Edit] = {
    "lowest bits turned": lambda p: p ^ np.uint8(1),
    "mirrored": EDITS["mirrored"],
    "recoloured": EDITS["hue turned 60°"],
    "recompressed 30": EDITS["recompressed 30"],
    "cropped to 94 %": lambda p: crop(p, 480, 16, 16),
    "tiles shaken by 10": jitter_tiles,
    "liquified": liquify,
    "pinched": pinch,
    "low poly": low_poly,
    "oil, waved": lambda p: EDITS["waved"](oil(p)),
}
