"""Families of distortion, each of rising strength: what the order constraints are built from.

Every function takes and returns RGB uint8 (512, 512, 3). They only make test images, so they may
use Pillow and floats; the judge never does.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageFilter

from scoring.submission.image import Pixels

SIDE = 512


@dataclass(frozen=True)
class Family:
    """One distortion at rising strengths.

    `apply(target, other, strength)` may use another image. The first `honest` strengths still
    count as recreations of the target, which must come before every unrelated image.
    """

    apply: Callable[[Pixels, Pixels, float], Pixels]
    strengths: tuple[float, ...]
    honest: int = 3


def _picture(pixels: Pixels) -> Image.Image:
    return Image.fromarray(pixels)


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"))


def _rounded(values: npt.NDArray[np.floating]) -> Pixels:
    levels: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return levels


def _generator(pixels: Pixels) -> np.random.Generator:
    return np.random.default_rng(int(pixels[::37, ::41].astype(np.int64).sum()))


def blur(target: Pixels, other: Pixels, radius: float) -> Pixels:
    return _pixels(_picture(target).filter(ImageFilter.GaussianBlur(radius)))


def pixelate(target: Pixels, other: Pixels, cell: float) -> Pixels:
    small = _picture(target).resize((SIDE // int(cell),) * 2, Image.Resampling.BOX)
    return _pixels(small.resize((SIDE, SIDE), Image.Resampling.NEAREST))


def noise(target: Pixels, other: Pixels, sigma: float) -> Pixels:
    return _rounded(target + _generator(target).normal(0, sigma, target.shape))


def jpeg(target: Pixels, other: Pixels, quality: float) -> Pixels:
    file = io.BytesIO()
    _picture(target).save(file, "JPEG", quality=int(quality))
    return _pixels(Image.open(file))


def darken(target: Pixels, other: Pixels, factor: float) -> Pixels:
    return _rounded(target * factor)


def lighten(target: Pixels, other: Pixels, share: float) -> Pixels:
    return _rounded(target + (255.0 - target) * share)


def flatten_contrast(target: Pixels, other: Pixels, factor: float) -> Pixels:
    return _pixels(ImageEnhance.Contrast(_picture(target)).enhance(factor))


def desaturate(target: Pixels, other: Pixels, factor: float) -> Pixels:
    return _pixels(ImageEnhance.Color(_picture(target)).enhance(factor))


def turn_hue(target: Pixels, other: Pixels, degrees: float) -> Pixels:
    hsv = np.array(_picture(target).convert("HSV"))
    hsv[..., 0] += np.uint8(round(degrees * 256 / 360))
    channels = [Image.fromarray(hsv[..., channel]) for channel in range(3)]
    return _pixels(Image.merge("HSV", channels))


def posterise(target: Pixels, other: Pixels, levels: float) -> Pixels:
    steps = int(levels) - 1
    return _rounded(np.rint(target / 255 * steps) * (255 / steps))


def rotate(target: Pixels, other: Pixels, degrees: float) -> Pixels:
    return _pixels(_picture(target).rotate(degrees, Image.Resampling.BILINEAR))


def shift(target: Pixels, other: Pixels, share: float, slope: float = 1.0) -> Pixels:
    """To the right by a share of the side and up by `slope` times that, edges repeated."""
    right, up = round(SIDE * share), round(SIDE * share * slope)
    padded = np.pad(target, ((0, up), (right, 0), (0, 0)), mode="edge")
    return padded[up:, :SIDE]


def zoom(target: Pixels, other: Pixels, side: float) -> Pixels:
    margin = round(SIDE * (1 - side) / 2)
    crop = _picture(target).crop((margin, margin, SIDE - margin, SIDE - margin))
    return _pixels(crop.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def perspective(target: Pixels, other: Pixels, share: float) -> Pixels:
    inset = SIDE * share
    quad = (inset, inset / 2, 0, SIDE, SIDE, SIDE - inset / 2, SIDE - inset, 0)
    method = Image.Transform.QUAD
    return _pixels(
        _picture(target).transform((SIDE, SIDE), method, quad, Image.Resampling.BILINEAR)
    )


def wave(target: Pixels, other: Pixels, amplitude: float) -> Pixels:
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    rows = np.rint(y + amplitude * np.sin(x * 2 * np.pi / 170)).astype(int)
    columns = np.rint(x + amplitude * np.sin(y * 2 * np.pi / 130)).astype(int)
    moved: Pixels = target[np.clip(rows, 0, SIDE - 1), np.clip(columns, 0, SIDE - 1)]
    return moved


def occlude(target: Pixels, other: Pixels, area: float) -> Pixels:
    return paste(target, np.full_like(target, 128), area)


def paste(target: Pixels, other: Pixels, area: float) -> Pixels:
    side = round(SIDE * area**0.5)
    top, left = (SIDE - side) // 3, (SIDE - side) * 2 // 3
    out = target.copy()
    out[top : top + side, left : left + side] = other[top : top + side, left : left + side]
    return out


def blend(target: Pixels, other: Pixels, share: float) -> Pixels:
    return _rounded(target * (1 - share) + other * share)


FAMILIES: Mapping[str, Family] = {
    "blur": Family(blur, (2, 4, 8, 16)),
    "pixelate": Family(pixelate, (4, 8, 16, 32), honest=2),
    "noise": Family(noise, (12, 25, 50, 90), honest=2),
    "jpeg": Family(jpeg, (50, 20, 8, 3)),
    "darken": Family(darken, (0.85, 0.65, 0.45, 0.3)),
    "lighten": Family(lighten, (0.15, 0.3, 0.5, 0.7)),
    "contrast": Family(flatten_contrast, (0.8, 0.6, 0.4, 0.25)),
    "saturation": Family(desaturate, (0.75, 0.5, 0.25, 0.0), honest=4),
    "hue": Family(turn_hue, (8, 20, 45, 90)),
    "posterise": Family(posterise, (16, 8, 4, 2)),
    "rotate": Family(rotate, (3, 8, 16, 30)),
    "shift": Family(shift, (0.04, 0.09, 0.18, 0.3)),
    "zoom": Family(zoom, (0.92, 0.8, 0.65, 0.5)),
    "perspective": Family(perspective, (0.05, 0.1, 0.18, 0.28)),
    "wave": Family(wave, (3, 7, 13, 24)),
    "occlude": Family(occlude, (0.03, 0.1, 0.25, 0.45)),
    "paste": Family(paste, (0.05, 0.2, 0.45, 0.75), honest=2),
    "blend": Family(blend, (0.15, 0.3, 0.5, 0.75), honest=2),
}


def drawn_families(key: str) -> dict[str, Family]:
    """The families at strengths and in directions drawn for `key`, the same for the same key.

    A judge that was tuned to the strengths of `FAMILIES` was not tuned to these. Each is drawn from
    within 0.4 of the way to its neighbours and never beyond the first or last, so strengths rise.
    """
    generator = np.random.default_rng(list(hashlib.sha256(key.encode()).digest()))
    return {name: _drawn(family, generator) for name, family in FAMILIES.items()}


def _drawn(family: Family, generator: np.random.Generator) -> Family:
    count = len(family.strengths)
    places = np.arange(count) + generator.uniform(-0.4, 0.4, count)
    strengths = np.interp(places, np.arange(count), family.strengths)
    apply, turns, mirrored = family.apply, int(generator.integers(4)), generator.random() < 0.5
    slope = generator.random()
    if apply is shift:
        apply = partial(shift, slope=slope)

    def turned(target: Pixels, other: Pixels, strength: float) -> Pixels:
        altered = apply(_turned(target, turns, mirrored), _turned(other, turns, mirrored), strength)
        back = np.fliplr(altered) if mirrored else altered
        return np.ascontiguousarray(np.rot90(back, -turns))

    return Family(turned, tuple(map(float, strengths)), family.honest)


def _turned(pixels: Pixels, turns: int, mirrored: bool) -> Pixels:
    turned = np.rot90(pixels, turns)
    return np.ascontiguousarray(np.fliplr(turned) if mirrored else turned)
