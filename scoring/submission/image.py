"""Images as the judge sees them: what a submission is, and the 2×2 box mean that it looks at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.errors import UnreadableImage
from scoring.submission.flags import Flag, InvalidSubmission, reasons
from scoring.submission.png import IMAGE_SIDE, MAX_IMAGE_BYTES, decode_submission
from scoring.submission.prepare import encode_png, prepare

__all__ = [
    "IMAGE_SIDE",
    "MAX_IMAGE_BYTES",
    "Flag",
    "InvalidSubmission",
    "Pixels",
    "UnreadableImage",
    "box_mean",
    "decode_submission",
    "encode_png",
    "prepare",
    "reasons",
]

Pixels = NDArray[np.uint8]
"""A picture, uint8 (height, width, 3), RGB in [0, 255]; a submission is (512, 512, 3)."""


def box_mean(pixels: Pixels) -> Pixels:
    """The exact integer mean of every 2×2 block, rounded half up.

    `pixels`: uint8 (2h, 2w, 3); the result: uint8 (h, w, 3). A submission gives (256, 256, 3).
    """
    height, width, channels = pixels.shape
    blocks = pixels.reshape(height // 2, 2, width // 2, 2, channels).astype(np.uint16)
    sums: NDArray[np.uint16] = blocks.sum(axis=(1, 3), dtype=np.uint16)
    return ((sums + 2) // 4).astype(np.uint8)
