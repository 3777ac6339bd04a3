"""The pictures of a folder, each read as a centred 512 x 512 square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from scoring.submission.image import IMAGE_SIDE, Pixels

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


def picture_names(folder: Path) -> list[str]:
    """Paths below the folder, in order."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES)
    return [path.relative_to(folder).as_posix() for path in found]


def read_square(path: Path) -> Pixels:
    """RGB uint8 (512, 512, 3)."""
    with Image.open(path) as image:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        box = (left, top, left + side, top + side)
        size = (IMAGE_SIDE, IMAGE_SIDE)
        square = image.convert("RGB").resize(size, Image.Resampling.LANCZOS, box)
    return np.asarray(square)
