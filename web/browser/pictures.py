"""The images that the browser tests upload, all made from pictures that scikit-image ships."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter
from skimage import data

from scoring.submission.image import prepare


@cache
def pictures() -> dict[str, bytes]:
    """By player: submissions, a file that is no picture, one that is no PNG, and the target."""
    target = _photo("astronaut")
    return {
        "ada": _file(_painted(target)),
        "ben": _file(ImageEnhance.Color(target.filter(ImageFilter.GaussianBlur(4))).enhance(0.7)),
        "cleo": _file(_half(target)),
        "dan": _file(_photo("coffee")),
        "eve": _file(_photo("chelsea")),
        "finn": _file(Image.new("RGB", (512, 512), "grey")),
        "gus": b"this is not an image\n" * 99,
        "hana": _file(target.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        "iris": _file(target),
        "jude": _tiff(_painted(target)),  # which browsers do not read
        "target": _file(target),
    }


def _photo(name: str) -> Image.Image:
    return Image.fromarray(getattr(data, name)()).convert("RGB")


def _painted(image: Image.Image) -> Image.Image:
    """The scene drawn anew: turned, everything moved by some per cent, in broad strokes."""
    side = image.width
    pixels = np.asarray(image.rotate(-7, Image.Resampling.BICUBIC, fillcolor=(90, 80, 75)))
    y, x = np.mgrid[0:side, 0:side]
    rows = y + np.rint(18 * np.sin(x * 2 * np.pi / 300) + 8 * np.sin(y / 40)).astype(int)
    columns = x + np.rint(18 * np.sin(y * 2 * np.pi / 260 + 1) + 8 * np.sin(x / 35)).astype(int)
    moved = pixels[np.clip(rows, 0, side - 1), np.clip(columns, 0, side - 1)]
    strokes = Image.fromarray(moved).filter(ImageFilter.ModeFilter(7))
    return ImageEnhance.Color(strokes).enhance(1.2)


def _half(image: Image.Image) -> Image.Image:
    width, height = image.size
    half = _painted(image)
    half.paste((120, 110, 100), (width // 2, 0, width, height))
    return half


def _tiff(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="TIFF")
    return buffer.getvalue()


def _file(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return prepare(buffer.getvalue())
