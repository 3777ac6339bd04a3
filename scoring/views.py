"""What the judge looks at: an image halved, exactly, until it is as small as the spec says."""

from __future__ import annotations

import numpy as np

from scoring.submission.image import IMAGE_SIDE, Pixels


def judge_view(image: Pixels, side: int) -> Pixels:
    """An image, (512, 512, 3), as the judge sees it: (side, side, 3). Raises ValueError."""
    require_image(image)
    return reduced(image, side)


def require_image(pixels: Pixels) -> None:
    """Raises ValueError for anything else than uint8 (512, 512, 3)."""
    if pixels.shape != (IMAGE_SIDE, IMAGE_SIDE, 3) or pixels.dtype != np.uint8:
        raise ValueError(f"an image is uint8 (512, 512, 3), not {pixels.dtype} {pixels.shape}")


def reduced(pixels: Pixels, side: int) -> Pixels:
    """A square picture halved until `side` is met: (S, S, 3) to (side, side, 3)."""
    while len(pixels) > side:
        pixels = halved(pixels)
    return pixels


def halved(pixels: Pixels) -> Pixels:
    """The exact integer mean of every 2×2 block, rounded half up: (2h, 2w, 3) to (h, w, 3)."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    rows = np.add(pixels[::2], pixels[1::2], dtype=np.uint16).reshape(height, -1)
    sums = rows[:, :-3] + rows[:, 3:]  # of every pixel and the next one
    means = ((sums + 2) >> 2).astype(np.uint8)
    half = np.empty((height, width, 3), np.uint8)
    for channel in range(3):  # numpy is slow along an axis of three
        half[:, :, channel] = means[:, channel::6]
    return half
