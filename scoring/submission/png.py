"""The one file format of a submission: a strict PNG reader whose verdict no library decides.

Two auditors must agree on every byte string, whatever version of Pillow or libpng they have, so
acceptance is defined here and nowhere else, following the PNG specification (third edition):

1. at most 1 MiB; the PNG signature; IHDR first: 512×512, 8 bits, colour type 2 (RGB);
2. chunks whose length, type and CRC hold, up to an empty IEND that ends the file;
3. IDAT chunks in one run, no tRNS, no animation chunks, no unknown critical chunk;
   PLTE and every other ancillary chunk (gAMA, iCCP, tEXt, …) is skipped unread;
4. the IDAT bytes are one zlib stream of exactly the pixels' size, every filter byte 0 to 4.

The first rule that fails, in file order, is the verdict. Nothing is allocated before rule 1 holds,
and never more than the pixels' size. What is left for Pillow is undoing the filters, which the
specification defines exactly; it sees only a file that is rebuilt here.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scoring.submission.flags import Flag, InvalidSubmission

IMAGE_SIDE = 512
"""Width and height of a submission, in pixels."""
MAX_IMAGE_BYTES = 1_048_576
"""The largest submission: one raw IPFS block."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_BYTES_PER_PIXEL = 3
# x0, y0, dx, dy of each pass of an interlaced image.
_ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
_ROW_BY_ROW = ((0, 0, 1, 1),)


def decode_submission(data: bytes) -> NDArray[np.uint8]:
    """The pixels of a submission: uint8 (512, 512, 3), RGB.

    Raises InvalidSubmission with the flag of the first rule that `data` breaks.
    """
    if len(data) > MAX_IMAGE_BYTES:
        raise InvalidSubmission(
            Flag.TOO_LARGE, f"is {len(data)} bytes, more than {MAX_IMAGE_BYTES}"
        )
    if not data.startswith(_SIGNATURE):
        raise InvalidSubmission(Flag.NOT_PNG)
    chunks = _chunks(data)
    interlaced = _check_header(*next(chunks))
    rows = _row_bytes(interlaced)
    filtered = _inflate(_pixel_stream(chunks), sum(rows))
    _check_filters(filtered, rows)
    return _unfilter(filtered, interlaced)


def chunk_kinds(data: bytes) -> set[bytes]:
    """The types of a PNG file's chunks. Raises `InvalidSubmission` when they do not hold."""
    return {kind for kind, _ in _chunks(data)} | {b"IEND"}


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Each chunk's type and body, CRC checked, up to IEND, which must end the file."""
    view = memoryview(data)
    at = len(_SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise InvalidSubmission(Flag.CORRUPT, "ends before its IEND chunk")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if not (kind.isalpha() and kind.isascii()):
            raise InvalidSubmission(Flag.CORRUPT, f"has a chunk of type {kind!r}")
        if end > len(data):
            raise InvalidSubmission(Flag.CORRUPT, f"ends inside its {kind.decode()} chunk")
        (crc,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(view[at + 4 : end - 4]) != crc:
            raise InvalidSubmission(Flag.CORRUPT, f"has a wrong CRC in its {kind.decode()} chunk")
        yield kind, view[at + 8 : end - 4]
        if kind == b"IEND":
            break
        at = end
    if length:
        raise InvalidSubmission(Flag.CORRUPT, "has an IEND chunk that is not empty")
    if end != len(data):
        raise InvalidSubmission(Flag.TRAILING_DATA, f"has {len(data) - end} bytes after its end")


def _check_header(kind: bytes, body: memoryview) -> bool:
    """Require the header of a submission; whether it is interlaced."""
    if kind != b"IHDR" or len(body) != 13:
        raise InvalidSubmission(Flag.CORRUPT, "does not begin with a 13-byte IHDR chunk")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(
        ">IIBBBBB", body
    )
    if (width, height) != (IMAGE_SIDE, IMAGE_SIDE):
        raise InvalidSubmission(Flag.WRONG_SIZE, f"is {width}×{height} pixels, not 512×512")
    if (depth, colour) != (8, _RGB):
        raise InvalidSubmission(
            Flag.WRONG_MODE, f"has bit depth {depth} and colour type {colour}, not 8 and 2"
        )
    if compression or filtering or interlace > 1:
        raise InvalidSubmission(Flag.CORRUPT, "names a compression, filter or interlace unknown")
    return bool(interlace)


def _pixel_stream(chunks: Iterator[tuple[bytes, memoryview]]) -> bytes:
    """The concatenated IDAT bodies, once every chunk up to IEND has been checked."""
    bodies: list[memoryview] = []
    previous = b"IHDR"
    for kind, body in chunks:
        if kind == b"IDAT":
            if bodies and previous != b"IDAT":
                raise InvalidSubmission(Flag.CORRUPT, "has IDAT chunks apart from each other")
            bodies.append(body)
        elif kind == b"tRNS":
            raise InvalidSubmission(Flag.WRONG_MODE, "has transparency (a tRNS chunk)")
        elif kind in (b"acTL", b"fcTL", b"fdAT"):
            raise InvalidSubmission(Flag.MULTIPLE_FRAMES, f"is animated ({kind.decode()} chunk)")
        elif kind[:1].isupper() and kind not in (b"PLTE", b"IEND"):
            raise InvalidSubmission(Flag.CORRUPT, f"has a misplaced {kind.decode()} chunk")
        previous = kind
    return b"".join(bodies)


def _inflate(stream: bytes, size: int) -> bytes:
    """The `size` bytes that a zlib stream holds.

    Header and checksum are read here and the body is inflated raw with the full window, because
    zlib and zlib-ng differ in how strictly they take the window size that the header declares.
    """
    if len(stream) < 2:
        raise InvalidSubmission(Flag.CORRUPT, "has no pixel data")
    method, bits = stream[0] & 15, stream[0] >> 4
    preset_dictionary = stream[1] & 0x20
    if method != 8 or bits > 7 or preset_dictionary or int.from_bytes(stream[:2], "big") % 31:
        raise InvalidSubmission(Flag.CORRUPT, "has pixel data that is not a zlib stream")
    inflater = zlib.decompressobj(wbits=-15)
    try:
        data = inflater.decompress(memoryview(stream)[2:], size + 1)
    except zlib.error as error:
        raise InvalidSubmission(Flag.CORRUPT, f"has broken pixel data ({error})") from error
    if len(data) > size:
        raise InvalidSubmission(Flag.CORRUPT, "has more pixel data than 512×512 pixels")
    if not inflater.eof or len(data) < size:
        raise InvalidSubmission(Flag.CORRUPT, "has less pixel data than 512×512 pixels")
    checksum, rest = inflater.unused_data[:4], inflater.unused_data[4:]
    if checksum != zlib.adler32(data).to_bytes(4, "big"):
        raise InvalidSubmission(Flag.CORRUPT, "has a wrong checksum over its pixel data")
    if rest:
        raise InvalidSubmission(Flag.TRAILING_DATA, f"has {len(rest)} bytes after its pixel data")
    return data


def _row_bytes(interlaced: bool) -> list[int]:
    """The length of every filtered row (filter byte and pixels), in stream order."""
    passes = _ADAM7 if interlaced else _ROW_BY_ROW
    rows: list[int] = []
    for x0, y0, dx, dy in passes:
        width = len(range(x0, IMAGE_SIDE, dx))
        height = len(range(y0, IMAGE_SIDE, dy))
        rows += [1 + _BYTES_PER_PIXEL * width] * height
    return rows


def _check_filters(filtered: bytes, rows: list[int]) -> None:
    """Require that every row begins with one of the five filters."""
    starts = np.cumsum([0, *rows[:-1]])
    used = np.frombuffer(filtered, dtype=np.uint8)[starts]
    if used.max() > 4:
        raise InvalidSubmission(Flag.CORRUPT, f"uses a filter {used.max()} that does not exist")


def _unfilter(filtered: bytes, interlaced: bool) -> NDArray[np.uint8]:
    """The pixels of rows that are known to be well-formed."""
    header = struct.pack(">IIBBBBB", IMAGE_SIDE, IMAGE_SIDE, 8, _RGB, 0, 0, interlaced)
    stream = zlib.compress(filtered, level=0)
    rebuilt = _SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in ((b"IHDR", header), (b"IDAT", stream), (b"IEND", b""))
    )
    with Image.open(io.BytesIO(rebuilt), formats=["PNG"]) as image:
        return np.array(image, dtype=np.uint8)
