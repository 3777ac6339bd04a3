"""Submissions to measure with: the images of a folder, or pictures drawn for the purpose."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

from scoring.submission.prepare import prepare

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
_DRAWN = 10


def submissions(folder: Path | None, most: int = 100, drawn: int = _DRAWN) -> list[bytes]:
    """Prepared PNG files, `drawn` of them without a folder.

    Raises `UnreadableImage`, and ValueError for an empty folder.
    """
    if folder is None:
        return [_drawn(number) for number in range(drawn)]
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES]
    if not found:
        raise ValueError(f"{folder} holds no image")
    return [prepare(path) for path in found[:most]]


def _drawn(number: int) -> bytes:
    """Soft coloured waves with some noise, which compresses about as badly as a photo."""
    generator = np.random.default_rng(number)
    y, x = np.mgrid[0:512, 0:512] / 512
    waves = [
        np.sin(2 * np.pi * (generator.uniform(1, 6) * x + generator.uniform(1, 6) * y))
        for _ in range(3)
    ]
    picture = 127 + 80 * np.stack(waves, axis=2) + generator.normal(0, 8, (512, 512, 3))
    file = io.BytesIO()
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(file, "PNG")
    return prepare(file.getvalue())
