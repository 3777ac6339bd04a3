"""Edits that leave a copy a copy: what copy detection has to see through.

Each takes and returns RGB uint8 (512, 512, 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from scoring.bench import distortions
from scoring.bench.distortions import SIDE
from scoring.submission.image import Pixels

Edit = Callable[[Pixels], Pixels]


def mirror(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[:, ::-1])


def crop(pixels: Pixels, side: int, top: int, left: int) -> Pixels:
    part = Image.fromarray(pixels[top : top + side, left : left + side])
    return np.asarray(part.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def gamma(pixels: Pixels, power: float) -> Pixels:
    levels: Pixels = np.rint(255 * (pixels / 255) ** power).astype(np.uint8)
    return levels


def frame(pixels: Pixels, border: int = 24) -> Pixels:
    side = SIDE - 2 * border
    inner = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(ImageOps.expand(inner, border, (40, 25, 10)))


def turn(pixels: Pixels, degrees: float) -> Pixels:
    """Turned, and cut to the largest square that shows nothing from outside."""
    turned = np.asarray(Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC))
    angle = math.radians(degrees)
    side = int(SIDE / (abs(math.cos(angle)) + abs(math.sin(angle))))
    return crop(turned, side, (SIDE - side) // 2, (SIDE - side) // 2)


def stretch(pixels: Pixels, factor: float) -> Pixels:
    """Wider, cut to the middle."""
    width = round(SIDE * factor)
    wide = Image.fromarray(pixels).resize((width, SIDE), Image.Resampling.BICUBIC)
    left = (width - SIDE) // 2
    return np.ascontiguousarray(np.asarray(wide)[:, left : left + SIDE])


def stamp(pixels: Pixels) -> Pixels:
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    for row in range(6):
        draw.text((40 + 60 * (row % 2), 40 + 80 * row), "copyright copyright", (255, 255, 255))
    draw.rectangle((330, 420, 490, 490), (250, 250, 250))
    return np.asarray(image)


def sepia(pixels: Pixels) -> Pixels:
    grey = pixels @ np.array([0.3, 0.59, 0.11])
    levels: Pixels = np.clip(grey[..., None] * (1.08, 0.9, 0.7), 0, 255).astype(np.uint8)
    return levels


def warp(name: str, strength: float) -> Edit:
    """A distortion of the quality benchmark that needs no other image."""
    return lambda pixels: distortions.FAMILIES[name].apply(pixels, pixels, strength)


EDITS: Mapping[str, Edit] = {
    "unchanged": lambda p: p,
    "mirrored": mirror,
    "shifted 3 %": warp("shift", 0.03),
    "shifted 10 %": warp("shift", 0.1),
    "shifted 10 %, mirrored": lambda p: mirror(warp("shift", 0.1)(p)),
    "cropped to 94 %": lambda p: crop(p, 480, 16, 16),
    "cropped to 88 %, corner": lambda p: crop(p, 450, 0, 62),
    "cropped to 82 %": lambda p: crop(p, 420, 46, 46),
    "cropped to 80 %, mirrored": lambda p: mirror(crop(p, 410, 51, 51)),
    "recompressed 30": warp("jpeg", 30),
    "recompressed 8": warp("jpeg", 8),
    "hue turned 60°": warp("hue", 60),
    "hue turned 180°": warp("hue", 180),
    "grey": warp("saturation", 0.0),
    "sepia": sepia,
    "darker": warp("darken", 0.5),
    "lighter": warp("lighten", 0.5),
    "low contrast": warp("contrast", 0.4),
    "gamma 0.5": lambda p: gamma(p, 0.5),
    "gamma 2": lambda p: gamma(p, 2.0),
    "inverted": lambda p: 255 - p,
    "inverted, mirrored": lambda p: mirror(255 - p),
    "channels exchanged": lambda p: np.ascontiguousarray(p[:, :, [2, 0, 1]]),
    "blurred 3": warp("blur", 3),
    "blurred 7": warp("blur", 7),
    "noise 30": warp("noise", 30),
    "pixelated 8": warp("pixelate", 8),
    "posterised to 4": warp("posterise", 4),
    "rotated 2°": warp("rotate", 2),
    "rotated 6°": warp("rotate", 6),
    "framed": frame,
    "stamped": stamp,
    "waved": warp("wave", 5),
    "perspective": warp("perspective", 0.06),
    "cropped, mirrored, recompressed": lambda p: warp("jpeg", 15)(mirror(crop(p, 460, 30, 20))),
    "inverted, shifted, blurred": lambda p: warp("blur", 3)(warp("shift", 0.06)(255 - p)),
}

MOVES: Mapping[str, Edit] = {
    "turned 4°": warp("rotate", 4),
    "turned 9°": warp("rotate", 9),
    "turned 15°": warp("rotate", 15),
    "turned 25°": warp("rotate", 25),
    "turned 90°": warp("rotate", 90),
    "turned 6°, cut": lambda p: turn(p, 6),
    "turned 12°, cut": lambda p: turn(p, 12),
    "turned 20°, cut": lambda p: turn(p, 20),
    "upended": lambda p: np.ascontiguousarray(p[::-1]),
    "shifted 16 %": warp("shift", 0.16),
    "shifted 19 %": warp("shift", 0.19),
    "shifted 30 %": warp("shift", 0.3),
    "cropped to 75 %": lambda p: crop(p, 384, 64, 64),
    "cropped to 65 %": lambda p: crop(p, 333, 90, 90),
    "cropped to 70 %, corner": lambda p: crop(p, 358, 0, 154),
    "framed broadly": lambda p: frame(p, 75),
    "stretched by 20 %": lambda p: stretch(p, 1.2),
    "stretched by 40 %": lambda p: stretch(p, 1.4),
    "waved 10": warp("wave", 10),
    "waved 15": warp("wave", 15),
    "turned, mirrored": lambda p: mirror(warp("rotate", 12)(p)),
    "turned, recompressed": lambda p: warp("jpeg", 10)(turn(p, 8)),
    "turned, noise": lambda p: warp("noise", 30)(warp("rotate", 10)(p)),
    "turned, blurred 7": lambda p: warp("blur", 7)(warp("rotate", 10)(p)),
    "turned, blurred 15": lambda p: warp("blur", 15)(warp("rotate", 6)(p)),
    "turned, pixelated": lambda p: warp("pixelate", 8)(warp("rotate", 12)(p)),
    "turned, hue turned 60°": lambda p: warp("hue", 60)(turn(p, 6)),
    "turned, posterised to 4": lambda p: warp("posterise", 4)(warp("rotate", 10)(p)),
    "turned, framed": lambda p: frame(warp("rotate", 15)(p)),
    "turned, waved": lambda p: warp("wave", 5)(warp("rotate", 12)(p)),
    "turned, inverted": lambda p: 255 - warp("rotate", 12)(p),
    "shifted 19 %, stamped": lambda p: stamp(warp("shift", 0.19)(p)),
    "shifted 19 %, mirrored": lambda p: mirror(warp("shift", 0.19)(p)),
    "cropped to 68 %, recompressed": lambda p: warp("jpeg", 15)(crop(p, 348, 60, 100)),
}
"""Edits that put the picture elsewhere: turned, far shifted, cut to a part, bent."""
