"""Images from files and folders, as one plain kind of array."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from scoring.similarity.errors import NoImages
from scoring.submission.image import Pixels
from scoring.submission.prepare import read_rgb

SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
    | {".pbm", ".pgm", ".pnm", ".ppm"}
)


def read_image(source: Path | str | bytes, *, max_side: int | None = None) -> Pixels:
    """The image as uint8 RGB (H, W, 3), read as `scoring.submission.prepare` reads it: first frame,
    upright, transparency on white, 16 bits scaled to 8.

    With `max_side`, a larger image is scaled down so that its longest side is that. Raises
    `scoring.errors.UnreadableImage`.
    """
    image = read_rgb(Path(source) if isinstance(source, str) else source)
    if max_side is not None and max(image.size) > max_side:
        image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return np.array(image)


def image_files(folder: Path) -> list[Path]:
    """Every image file in the folder and below, sorted by path. Raises `NoImages` if none."""
    if not folder.is_dir():
        raise NoImages(f"{folder} is not a folder", "name a folder that holds images")
    found = sorted(path for path in _files(folder) if path.suffix.lower() in SUFFIXES)
    if not found:
        raise NoImages(
            f"{folder} holds no image", f"looked for {', '.join(sorted(SUFFIXES))} in it and below"
        )
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            yield path
