"""Any image file as one plain array: what each kind of file means is decided here, once.

The judge's own reader (`scoring.image`) refuses everything but one exact form, because its bits
are disputed over money. This one is for people with a folder of photos: it takes what Pillow
reads and answers for the rest with a clear error.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from scoring.similarity.errors import NoImages, UnreadableImage

Pixels = NDArray[np.uint8]  # (H, W, 3), RGB in [0, 255]

# A 100-megapixel image takes 300 MB as pixels; what claims more is refused before decoding.
MAX_PIXELS = 100_000_000
SUFFIXES = frozenset(
    ".bmp .gif .jfif .jpe .jpeg .jpg .pgm .png .pnm .ppm .tif .tiff .webp".split()
)


def read_image(source: Path | str | bytes, *, max_side: int | None = None) -> Pixels:
    """The image as uint8 RGB (H, W, 3).

    EXIF orientation is applied, transparency is laid on white, grey becomes RGB, 16-bit samples
    keep their high byte, of an animation the first frame counts. With `max_side`, a larger image
    is scaled down so that its longest side is that. Raises `UnreadableImage`.
    """
    name = "the image" if isinstance(source, bytes) else str(source)
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs below our own limit and of damaged EXIF; neither is news here.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as image:
                _check_size(image, name)
                image.seek(0)
                return _to_rgb(image, max_side)
    except FileNotFoundError as error:
        raise UnreadableImage(f"{name} does not exist", "check the path") from error
    except IsADirectoryError as error:
        raise UnreadableImage(f"{name} is a folder", "name an image file in it") from error
    except UnidentifiedImageError as error:
        raise UnreadableImage(
            f"{name} is not an image that can be read", "use a PNG, JPEG, TIFF, WebP, BMP or GIF"
        ) from error
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, TypeError) as error:
        raise UnreadableImage(
            f"{name} is damaged: {error}", "save it again from its source, or leave it out"
        ) from error


def image_files(folder: Path) -> list[Path]:
    """Every image file in the folder and below, sorted by path. Raises `NoImages` if none."""
    if not folder.is_dir():
        raise NoImages(f"{folder} is not a folder", "name a folder that holds images")
    found = sorted(p for p in _walk(folder) if p.suffix.lower() in SUFFIXES)
    if not found:
        raise NoImages(
            f"{folder} holds no image", f"looked for {', '.join(sorted(SUFFIXES))} in it and below"
        )
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _check_size(image: Image.Image, name: str) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> UnreadableImage:
    return UnreadableImage(
        f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels",
        "scale it down first; similarity does not need that many",
    )


def _to_rgb(image: Image.Image, max_side: int | None) -> Pixels:
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I") or image.mode == "F":
        image = Image.fromarray(_high_byte(image))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.new("RGBA", rgba.size, "white")
        image.alpha_composite(rgba)
    image = image.convert("RGB")
    if max_side is not None and max(image.size) > max_side:
        image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return np.array(image)


def _high_byte(image: Image.Image) -> NDArray[np.uint8]:
    """Deep grey samples as bytes: integers are taken for 16-bit, floats for [0, 1] or [0, 255]."""
    samples = np.asarray(image)
    if np.issubdtype(samples.dtype, np.floating):
        finite = np.nan_to_num(samples, nan=0.0, posinf=255.0, neginf=0.0)
        scaled = finite * 255 if finite.size and finite.max() <= 1 else finite
        return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return (np.clip(samples, 0, 65535) >> 8).astype(np.uint8)
