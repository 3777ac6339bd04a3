"""PNG files whose every byte is fixed: stored (uncompressed) deflate blocks, filter 0.

What a zlib build makes of `compress()` differs between versions; a digest of such a file would
not be reproducible. Stored blocks leave an encoder nothing to choose (RFC 1951 §3.2.4).
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STORED_BLOCK_BYTES = 65_535
_COLOUR_TYPES = {2: 0, 3: 2}  # array dimensions → PNG colour type: greyscale, RGB


def encode_stored(pixels: npt.NDArray[np.uint8]) -> bytes:
    """A PNG of `pixels`, uint8 (height, width) or (height, width, 3), the same bytes everywhere."""
    if pixels.dtype != np.uint8 or pixels.ndim not in _COLOUR_TYPES or 0 in pixels.shape:
        raise ValueError(f"need non-empty uint8 (h, w) or (h, w, 3), got {pixels.shape}")
    if pixels.ndim == 3 and pixels.shape[2] != 3:
        raise ValueError(f"need three channels, got {pixels.shape[2]}")
    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[pixels.ndim], 0, 0, 0)
    rows = pixels.reshape(height, -1)
    raw = np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes()
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", _stored_zlib(raw)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _stored_zlib(raw: bytes) -> bytes:
    parts = [b"\x78\x01"]
    for start in range(0, len(raw), _STORED_BLOCK_BYTES):
        block = raw[start : start + _STORED_BLOCK_BYTES]
        last = start + _STORED_BLOCK_BYTES >= len(raw)
        parts.append(struct.pack("<BHH", last, len(block), 0xFFFF - len(block)) + block)
    parts.append(struct.pack(">I", zlib.adler32(raw)))
    return b"".join(parts)
