"""The bank of unrelated images that every target is calibrated against; part of the spec.

One lossless PNG sheet of 128 x 128 tiles, made by scripts/build_bank.py from public-domain and CC0
pictures and from pictures drawn by integer code (see NOTICE.md).
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from PIL import Image

from scoring.spec.calibration import BANK_SHA256

TILE = 128
FILE_NAME = "bank.png"


@dataclass(frozen=True)
class Bank:
    """Images (N, 128, 128, 3) uint8 RGB, and the sha256 of their bytes in that order."""

    images: npt.NDArray[np.uint8]
    sha256: str


@cache
def shipped_bank() -> Bank:
    """The bank in this package. Its digest is over pixels: a PNG may be packed in many ways."""
    sheet = Image.open(io.BytesIO(files(__package__).joinpath(FILE_NAME).read_bytes()))
    pixels = np.asarray(sheet.convert("RGB"))
    rows, columns = pixels.shape[0] // TILE, pixels.shape[1] // TILE
    tiles = pixels.reshape(rows, TILE, columns, TILE, 3).swapaxes(1, 2)
    images = np.ascontiguousarray(tiles.reshape(-1, TILE, TILE, 3))
    images.flags.writeable = False
    digest = hashlib.sha256(images.tobytes()).hexdigest()
    if digest != BANK_SHA256:
        raise ValueError(f"{FILE_NAME} does not hold the pictures this version was released with")
    return Bank(images, digest)
