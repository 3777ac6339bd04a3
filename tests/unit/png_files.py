"""Makes PNG files, good and bad, byte by byte."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from scoring.submission.image import decode_submission, prepare

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Chunk = tuple[bytes, bytes]
# First column and row of each pass of an interlaced picture, and the steps from there.
_ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(
    width: int = 512,
    height: int = 512,
    depth: int = 8,
    colour: int = 2,
    compression: int = 0,
    filtering: int = 0,
    interlace: int = 0,
) -> Chunk:
    fields = (width, height, depth, colour, compression, filtering, interlace)
    return b"IHDR", struct.pack(">IIBBBBB", *fields)


def assemble(*chunks: Chunk) -> bytes:
    return SIGNATURE + b"".join(chunk(kind, body) for kind, body in chunks)


def unfiltered_rows(pixels: NDArray[np.uint8]) -> bytes:
    """Rows as PNG wants them, each with filter 0."""
    height = len(pixels)
    zeros = np.zeros((height, 1), dtype=np.uint8)
    return np.hstack([zeros, pixels.reshape(height, -1)]).tobytes()


def interlaced_rows(pixels: NDArray[np.uint8]) -> bytes:
    """The rows of Adam7's seven passes, each with filter 0."""
    return b"".join(unfiltered_rows(pixels[y::dy, x::dx]) for x, y, dx, dy in _ADAM7)


def pixel_chunk(rows: bytes) -> Chunk:
    return b"IDAT", zlib.compress(rows)


END: Chunk = (b"IEND", b"")


@cache
def submission(name: str = "astronaut") -> bytes:
    """A real photo of scikit-image as a submission."""
    picture = getattr(skimage.data, name)()
    pixels = decode_submission(prepare(_encode(picture)))
    output = io.BytesIO()
    Image.fromarray(pixels).save(output, format="PNG", compress_level=9)
    return output.getvalue()


@cache
def photo(name: str = "astronaut") -> NDArray[np.uint8]:
    """The pixels of a real photo: uint8 (512, 512, 3)."""
    pixels = decode_submission(submission(name))
    pixels.setflags(write=False)
    return pixels


def _encode(picture: NDArray[np.uint8]) -> bytes:
    colour = 0 if picture.ndim == 2 else 2
    height, width = picture.shape[:2]
    return assemble(
        header(width, height, colour=colour), pixel_chunk(unfiltered_rows(picture)), END
    )
