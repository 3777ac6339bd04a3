"""Real cases for comparing metrics: what is done to a picture, and what is set against it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from scoring.similarity.reading import image_files, read_image
from scoring.similarity.shape import resized
from scoring.submission.image import Pixels

SIDE = 256

# Kinds in which a person still recognises the target, the nearest first.
NEAR = "near copy"
HONEST = (NEAR, "crop", "rotation", "blur", "noise", "recolour", "parody", "variation")
# Kinds that have nothing to do with it. The last two are the cheap attacks.
STRANGE = ("unrelated", "flat", "static")


@dataclass(frozen=True, eq=False)
class BenchCase:
    """One image to compare with the target."""

    kind: str
    pixels: Pixels


@dataclass(frozen=True, eq=False)
class BenchTarget:
    """A target with everything it is compared with."""

    name: str
    pixels: Pixels
    cases: tuple[BenchCase, ...]


def make_targets(folder: Path, count: int, unrelated: int = 5) -> list[BenchTarget]:
    """Up to `count` targets from the folder, evenly spread, each with its cases.

    Beside the image `NAME.png`, a folder `NAME.parody` may hold real parodies of it (elsewhere two
    are drawn), and `NAME.variation` pictures of the same thing made anew, sharing no pixel: what
    an honest player submits. Targets that have them come first. Raises `NoImages`.
    """
    files = [p for p in image_files(folder) if p.parent.suffix not in (".parody", ".variation")]
    squares = {path: _square(path) for path in files}
    served = [path for path in files if _kept(path, "parody") or _kept(path, "variation")]
    rest = [path for path in files if path not in served]
    spread = rest[:: max(1, len(rest) // max(1, count - len(served)))]
    targets = []
    for path in (served + spread)[:count]:
        others = [squares[p] for p in files if p != path]
        strangers = others[:: max(1, len(others) // unrelated)][:unrelated]
        parodies = _kept(path, "parody") or _drawn_parodies(squares[path], strangers)
        cases = [
            *_edits(squares[path]),
            *parodies,
            *_kept(path, "variation"),
            *_strangers(squares[path], strangers),
        ]
        targets.append(BenchTarget(path.stem, squares[path], tuple(cases)))
    return targets


def _square(path: Path) -> Pixels:
    return resized(read_image(path, max_side=1024), SIDE, SIDE)


def _kept(path: Path, kind: str) -> list[BenchCase]:
    """What the folder NAME.KIND beside an image holds."""
    folder = path.with_name(f"{path.stem}.{kind}")
    if not folder.is_dir():
        return []
    return [BenchCase(kind, _square(file)) for file in image_files(folder)]


def _edits(target: Pixels) -> list[BenchCase]:
    image = Image.fromarray(target)
    return [
        BenchCase(NEAR, _as_jpeg(image, 60)),
        BenchCase(NEAR, resized(resized(target, SIDE // 2, SIDE // 2), SIDE, SIDE)),
        BenchCase(NEAR, np.asarray(ImageEnhance.Brightness(image).enhance(1.08))),
        BenchCase("crop", resized(target[26:-26, 26:-26], SIDE, SIDE)),
        BenchCase("crop", resized(target[:-64, :-64], SIDE, SIDE)),
        BenchCase("rotation", _rotated(image, 10)),
        BenchCase("rotation", np.ascontiguousarray(np.rot90(target))),
        BenchCase("blur", np.asarray(image.filter(ImageFilter.GaussianBlur(3)))),
        BenchCase("noise", _noisy(target, 25)),
        BenchCase("recolour", _hue_shifted(target, 0.33)),
        BenchCase("recolour", np.asarray(image.convert("L").convert("RGB"))),
    ]


def _strangers(target: Pixels, strangers: Sequence[Pixels]) -> list[BenchCase]:
    random = np.random.default_rng(1)
    mean = np.rint(target.reshape(-1, 3).mean(axis=0)).astype(np.uint8)
    return [
        *(BenchCase("unrelated", pixels) for pixels in strangers),
        BenchCase("flat", np.full_like(target, mean)),
        BenchCase("flat", np.zeros_like(target)),
        BenchCase("static", random.integers(0, 256, target.shape, dtype=np.uint8)),
    ]


def _drawn_parodies(target: Pixels, strangers: Sequence[Pixels]) -> list[BenchCase]:
    """A hat, spectacles and a moustache; and another picture's middle pasted over the own."""
    image = Image.fromarray(target.copy())
    draw = ImageDraw.Draw(image)
    draw.polygon([(70, 70), (186, 70), (168, 8), (88, 8)], fill=(24, 24, 28))
    draw.rectangle((48, 64, 208, 80), fill=(24, 24, 28))
    for left in (78, 138):
        draw.ellipse((left, 96, left + 42, 134), outline=(190, 30, 40), width=7)
    draw.chord((92, 140, 164, 190), 180, 360, fill=(60, 34, 18))
    cases = [BenchCase("parody", np.asarray(image))]
    if strangers:
        pasted = target.copy()
        pasted[78:178, 78:178] = strangers[0][78:178, 78:178]
        cases.append(BenchCase("parody", pasted))
    return cases


def _as_jpeg(image: Image.Image, quality: int) -> Pixels:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return np.array(Image.open(buffer))


def _rotated(image: Image.Image, degrees: float) -> Pixels:
    turned = image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))
    return np.asarray(turned)


def _noisy(target: Pixels, sigma: float) -> Pixels:
    noise = np.random.default_rng(0).normal(0, sigma, target.shape)
    return np.clip(target + noise, 0, 255).astype(np.uint8)


def _hue_shifted(target: Pixels, by: float) -> Pixels:
    hsv = np.array(Image.fromarray(target).convert("HSV"))
    hsv[..., 0] = (hsv[..., 0].astype(np.int16) + round(by * 256)) % 256
    return np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))
