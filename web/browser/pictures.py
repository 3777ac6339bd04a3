"""Pictures for competitions in which players hand in files: a photo, and what people make of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter
from skimage import data

from scoring.submission.image import Pixels, prepare

Edit = Callable[[Image.Image], Image.Image]


def photo() -> bytes:
    """The target: scikit-image's astronaut, as a submission."""
    return _prepared(_astronaut())


def entries() -> Mapping[str, bytes]:
    """What players hand in, by the name of its file; Ben's is an edited copy of the target."""
    target = _astronaut()
    return {
        "ada": _prepared(_painted(target)),
        "ben": _prepared(_soft(target)),
        "cleo": _prepared(_half(target)),
        "dan": _prepared(Image.fromarray(data.coffee())),
        "eve": _prepared(Image.fromarray(data.chelsea())),
        "finn": _prepared(Image.new("RGB", (512, 512), "grey")),
    }


def _astronaut() -> Image.Image:
    return Image.fromarray(data.astronaut()).convert("RGB")


def _painted(image: Image.Image) -> Image.Image:
    """The scene drawn anew: turned, everything moved by some per cent, in broad strokes."""
    side = image.width
    turned = image.rotate(-7, Image.Resampling.BICUBIC, expand=False, fillcolor=(90, 80, 75))
    pixels: Pixels = np.asarray(turned)
    y, x = np.mgrid[0:side, 0:side]
    rows = y + np.rint(18 * np.sin(x * 2 * np.pi / 300) + 8 * np.sin(y / 40)).astype(int)
    columns = x + np.rint(18 * np.sin(y * 2 * np.pi / 260 + 1) + 8 * np.sin(x / 35)).astype(int)
    moved = pixels[np.clip(rows, 0, side - 1), np.clip(columns, 0, side - 1)]
    strokes = Image.fromarray(moved).filter(ImageFilter.ModeFilter(7))
    return ImageEnhance.Color(strokes).enhance(1.2)


def _soft(image: Image.Image) -> Image.Image:
    return ImageEnhance.Color(image.filter(ImageFilter.GaussianBlur(4))).enhance(0.7)


def _half(image: Image.Image) -> Image.Image:
    width, height = image.size
    half = _painted(image)
    half.paste((120, 110, 100), (width // 2, 0, width, height))
    return half


def _prepared(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return prepare(buffer.getvalue())
