"""What a submission is: how it is read, written and prepared, and why it may be refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.errors import UnreadableImage
from scoring.submission.flags import Flag, InvalidSubmission, reasons, remarks
from scoring.submission.png import IMAGE_SIDE, MAX_IMAGE_BYTES, decode_submission
from scoring.submission.prepare import encode_png, prepare, prepared_pixels

__all__ = [
    "IMAGE_SIDE",
    "MAX_IMAGE_BYTES",
    "Flag",
    "InvalidSubmission",
    "Pixels",
    "UnreadableImage",
    "decode_submission",
    "encode_png",
    "prepare",
    "prepared_pixels",
    "reasons",
    "remarks",
]

Pixels = NDArray[np.uint8]
"""A picture, uint8 (height, width, 3), RGB in [0, 255]; a submission is (512, 512, 3)."""
