"""scikit-image's public photos at a size that tests can afford."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image

from scoring.submission.image import Pixels

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@cache
def photo(name: str, side: int = 128) -> Pixels:
    """The photo's middle square, uint8 (side, side, 3)."""
    image = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
    short = min(image.size)
    left, top = (image.width - short) // 2, (image.height - short) // 2
    square = image.crop((left, top, left + short, top + short))
    pixels = np.array(square.resize((side, side), Image.Resampling.LANCZOS))
    pixels.setflags(write=False)
    return pixels


def save(pixels: Pixels, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path
