"""Writes png-verdicts.json: `python -m tests.vectors.make_png_verdicts`.

Files that are submissions, nearly, or not at all, and what the strict reader says of each (null:
it takes it). The page's own reader is tested against the same file: whether it `keeps` the bytes as
they are, and whether it `refuses` them in the strict reader's words. What it does neither with is
read like any other picture.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from pathlib import Path

import numpy as np

from scoring.submission.flags import InvalidSubmission
from scoring.submission.png import decode_submission
from tests.unit import png_files as png

PLACE = Path(__file__).with_name("png-verdicts.json")


def files() -> dict[str, bytes]:
    """By what is the matter with it; small, since the pixels repeat."""
    pixels = np.zeros((512, 512, 3), np.uint8)
    pixels[40, :, 0] = np.arange(512) // 8
    rows = png.unfiltered_rows(pixels)
    ninth = bytearray(rows)
    ninth[1537 * 100] = 9
    packed = zlib.compress(rows, 9)
    whole, text = _png(packed), (b"tEXt", b"a\0b")
    start, pixel, end = png.assemble(png.header()), (b"IDAT", packed), png.END
    return {
        "plain": whole,
        "interlaced": png.assemble(
            png.header(interlace=1), png.pixel_chunk(png.interlaced_rows(pixels)), end
        ),
        "in two chunks": png.assemble(
            png.header(), (b"IDAT", packed[:99]), (b"IDAT", packed[99:]), end
        ),
        "with text": png.assemble(png.header(), text, pixel, end),
        "text with a wrong CRC": start + _wrong(text) + whole[len(start) :],
        "palette beside": png.assemble(png.header(), (b"PLTE", bytes(3)), pixel, end),
        "bytes after its end": whole + b"x",
        "bytes after its pixels": _png(packed + b"xyz"),
        "too many pixels": _png(zlib.compress(rows + bytes(9), 9)),
        "end is not empty": png.assemble(png.header(), pixel, (b"IEND", b"x")),
        "no end": whole[:-12],
        "pixels apart": png.assemble(
            png.header(), (b"IDAT", packed[:99]), text, (b"IDAT", packed[99:]), end
        ),
        "unknown chunk": png.assemble(png.header(), (b"ABCD", b""), pixel, end),
        "other size": png.assemble(
            png.header(width=511), png.pixel_chunk(png.unfiltered_rows(pixels[:, :511])), end
        ),
        "pixels with a wrong CRC": start + _wrong(pixel) + png.chunk(*end),
        "header with a wrong CRC": png.SIGNATURE + _wrong(png.header()) + whole[len(start) :],
        "end with a wrong CRC": whole[:-12] + _wrong(end),
        "wrong checksum": _png(packed[:-1] + bytes([packed[-1] ^ 1])),
        "no checksum": _png(packed[:-4]),
        "half a checksum": _png(packed[:-2]),
        "too few pixels": _png(zlib.compress(rows[:-1000], 9)),
        "cut pixels": _png(packed[: len(packed) // 2]),
        "cut file": whole[: len(whole) // 2],
        "no pixels": png.assemble(png.header(), end),
        "no stream": _png(b"abcdefgh" * 9),
        "preset dictionary": _png(struct.pack(">H", 0x78BB) + packed[2:]),
        "reserved block": _png(b"\x78\xda\x07" + packed[3:]),
        "filter 9": _png(zlib.compress(bytes(ninth), 9)),
        "interlace 2": png.assemble(png.header(interlace=2), pixel, end),
        "header of 12 bytes": png.assemble((b"IHDR", png.header()[1][:12]), pixel, end),
    }


# What the page refuses: the picture itself is broken.
REFUSED = frozenset(
    ("pixels with a wrong CRC", "header with a wrong CRC", "end with a wrong CRC", "wrong checksum",
     "no checksum", "half a checksum", "too few pixels", "cut pixels", "cut file", "no pixels",
     "no stream", "preset dictionary", "reserved block", "filter 9", "interlace 2",
     "header of 12 bytes")
)  # fmt: skip
KEPT = frozenset(("plain", "interlaced", "in two chunks"))


def verdict(data: bytes) -> str | None:
    """What the strict reader says."""
    try:
        decode_submission(data)
    except InvalidSubmission as error:
        return error.detail
    return None


def vectors() -> dict[str, dict[str, object]]:
    """All of it, as the file holds it."""
    return {
        name: {
            "file": base64.b64encode(data).decode(),
            "strict": verdict(data),
            "keeps": name in KEPT,
            "refuses": name in REFUSED,
        }
        for name, data in files().items()
    }


def _png(stream: bytes) -> bytes:
    return png.assemble(png.header(), (b"IDAT", stream), png.END)


def _wrong(chunk: png.Chunk) -> bytes:
    data = png.chunk(*chunk)
    return data[:-1] + bytes([data[-1] ^ 1])


if __name__ == "__main__":
    PLACE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
