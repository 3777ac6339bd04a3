"""The demo's players and the images they submit, all made from pictures that scikit-image ships."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from oracle.errors import BadInput
from scoring.submission.image import Pixels, prepare


@dataclass(frozen=True)
class Part:
    """One player of the demo; `reveals` is False for the one who never comes back."""

    name: str
    story: str
    image: bytes
    reveals: bool = True


def target_image() -> bytes:
    """The target: scikit-image's astronaut, as a canonical PNG."""
    return prepare(_file(_photo("astronaut")))


def cast() -> tuple[Part, ...]:
    """Nine players: honest ones, careless ones, and ones who try something."""
    target = _photo("astronaut")
    return (
        Part("Ada", "recreates it by hand, nothing quite in its place", _edited(target, _painted)),
        Part("Ben", "submits the target, softened and paled", _edited(target, _soft)),
        Part("Cleo", "recreates the left half only", _edited(target, _half)),
        Part("Dan", "submits a cup of coffee", prepare(_file(_photo("coffee")))),
        Part("Eve", "submits a cat", prepare(_file(_photo("chelsea")))),
        Part("Finn", "submits flat grey", prepare(_file(Image.new("RGB", (512, 512), "grey")))),
        Part("Gus", "submits a file that is no PNG", b"this is not an image\n" * 99),
        Part("Hana", "never reveals", _edited(target, _mirrored), reveals=False),
        Part("Iris", "submits the target itself", target_image()),
    )


def _photo(name: str) -> Image.Image:
    try:
        from skimage import data
    except ImportError as error:
        raise BadInput(
            "the demo's pictures come with scikit-image, which is not installed",
            "pip install 'judging-oracle[dev]'",
        ) from error
    pixels: Pixels = getattr(data, name)()
    return Image.fromarray(pixels).convert("RGB")


def _edited(image: Image.Image, edit: Callable[[Image.Image], Image.Image]) -> bytes:
    return prepare(_file(edit(image)))


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


def _mirrored(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _file(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()
