"""Two images of any sizes made comparable: the rules that every metric follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scoring.submission.image import Pixels


def same_size(a: Pixels, b: Pixels) -> tuple[Pixels, Pixels]:
    """Both images at the first one's size; the second is resampled (Lanczos) if it differs."""
    return a, resized(b, a.shape[1], a.shape[0])


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """The image at this size, unchanged if it has it already."""
    if pixels.shape[:2] == (height, width):
        return pixels
    image = Image.fromarray(pixels)
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))


def at_least(pixels: Pixels, side: int) -> Pixels:
    """The image with its edge repeated to the right and below until both sides reach `side`.

    Windows and networks need a smallest size; repeating the edge invents no new content, so that
    even a 1x1 image has a defined answer.
    """
    below, right = max(0, side - pixels.shape[0]), max(0, side - pixels.shape[1])
    if not below and not right:
        return pixels
    return np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="edge")


def grey(pixels: Pixels) -> NDArray[np.uint8]:
    """Luma as Pillow (ITU-R 601) computes it, uint8 (H, W)."""
    return np.asarray(Image.fromarray(pixels).convert("L"))
