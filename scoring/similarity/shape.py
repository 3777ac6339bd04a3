"""Two images of any sizes made comparable: the rules that every metric follows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scoring.similarity.errors import BadInput
from scoring.submission.image import Pixels


def require_rgb(pixels: Pixels) -> None:
    """Raises `BadInput` for what is no image, of which a metric would give a number all the same.

    Floats from 0 to 1, for one, are 0 as bytes: everything would be equal to everything.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise BadInput(
            f"an image is {pixels.dtype} of the shape {pixels.shape}, and not uint8 RGB",
            "give uint8 of the shape (height, width, 3), as read_image does",
        )


def same_size(a: Pixels, b: Pixels) -> tuple[Pixels, Pixels]:
    """Both images at the first one's size; the second is resampled (Lanczos) if it differs.

    Raises `BadInput` for what is no image.
    """
    require_rgb(a)
    require_rgb(b)
    return a, resized(b, a.shape[1], a.shape[0])


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """The image at this size, unchanged if it has it already. Raises `BadInput` for no image."""
    require_rgb(pixels)
    if pixels.shape[:2] == (height, width):
        return pixels
    image = Image.fromarray(pixels)
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))


def at_least(pixels: Pixels, side: int) -> Pixels:
    """The image with its edge repeated to the right and below until both sides reach `side`.

    Windows and networks need a smallest size; repeating the edge invents no new content, so that
    even a 1x1 image has a defined answer. Raises `BadInput` for what is no image.
    """
    require_rgb(pixels)
    below, right = max(0, side - pixels.shape[0]), max(0, side - pixels.shape[1])
    if not below and not right:
        return pixels
    return np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="edge")


def grey(pixels: Pixels) -> NDArray[np.uint8]:
    """Luma as Pillow (ITU-R 601) computes it, uint8 (H, W). Raises `BadInput` for no image."""
    require_rgb(pixels)
    return np.asarray(Image.fromarray(pixels).convert("L"))
