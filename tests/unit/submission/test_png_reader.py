"""Every file that is not a submission is refused with its reason; every good one is exact."""

from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from scoring.submission.image import (
    MAX_IMAGE_BYTES,
    Flag,
    InvalidSubmission,
    decode_submission,
)
from scoring.submission.image import reasons as reasons_of
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

ROWS = png.unfiltered_rows(np.zeros((512, 512, 3), dtype=np.uint8))
STREAM = zlib.compress(ROWS)


def verdict(data: bytes) -> Flag:
    with pytest.raises(InvalidSubmission) as caught:
        decode_submission(data)
    assert caught.value.flags == Flag.DISQUALIFIED | caught.value.flag
    assert caught.value.detail
    return caught.value.flag


def pillow(mode: str, size: tuple[int, int] = (512, 512), **options: object) -> bytes:
    """A real photo, written by Pillow in another form."""
    image = Image.fromarray(png.photo()).convert(mode).resize(size)
    output = io.BytesIO()
    image.save(output, **{"format": "PNG", **options})
    return output.getvalue()


def with_chunk_before_pixels(kind: bytes, body: bytes) -> bytes:
    return png.assemble(png.header(), (kind, body), (b"IDAT", STREAM), png.END)


def with_stream(stream: bytes) -> bytes:
    return png.assemble(png.header(), (b"IDAT", stream), png.END)


# Good files


def test_a_photo_decodes_to_the_pixels_that_pillow_sees() -> None:
    data = png.submission()
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(decode_submission(data), np.asarray(image))


def test_rows_without_filters_decode_to_themselves() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    data = png.assemble(png.header(), png.pixel_chunk(png.unfiltered_rows(pixels)), png.END)
    decoded = decode_submission(data)
    assert decoded.dtype == np.uint8 and np.array_equal(decoded, pixels)


@pytest.mark.parametrize("seed", [1, 2])
def test_all_five_filters_follow_the_specification(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(0, 256, (512, 1 + 512 * 3), dtype=np.uint8)
    rows[:, 0] = random.integers(0, 5, 512)
    data = png.assemble(png.header(), png.pixel_chunk(rows.tobytes()), png.END)
    assert np.array_equal(decode_submission(data), reference_unfilter(rows))


def reference_unfilter(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The specification's formulas, one byte after the other; (512, 1537) to (512, 512, 3)."""
    above = [0] * (3 + 512 * 3)  # a pixel of zeros to the left of every row
    out = []
    for kind, *raw in rows.tolist():
        row = [0] * 3
        for at, value in enumerate(raw, start=3):
            left, up, corner = row[at - 3], above[at], above[at - 3]
            row.append((value + predict(kind, left, up, corner)) % 256)
        out.append(row[3:])
        above = row
    return np.array(out, dtype=np.uint8).reshape(512, 512, 3)


def predict(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def test_an_interlaced_photo_decodes_to_the_same_pixels() -> None:
    pixels = png.photo()
    rows = b"".join(
        png.unfiltered_rows(np.ascontiguousarray(pixels[y0::dy, x0::dx]))
        for x0, y0, dx, dy in (
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
            (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        )
    )  # fmt: skip
    data = png.assemble(png.header(interlace=1), png.pixel_chunk(rows), png.END)
    assert np.array_equal(decode_submission(data), pixels)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"gAMA", struct.pack(">I", 1)),
        (b"iCCP", b"nonsense"),
        (b"eXIf", b"MM\x00*" + b"\x00" * 40),
        (b"tEXt", b"Title\x00hello"),
        (b"PLTE", bytes(5)),
        (b"zTXt", b"bomb\x00\x00" + zlib.compress(bytes(90_000_000))),
    ],
)
def test_metadata_is_ignored_even_when_it_is_nonsense(kind: bytes, body: bytes) -> None:
    assert not decode_submission(with_chunk_before_pixels(kind, body)).any()


def test_pixel_data_may_be_split_into_many_chunks() -> None:
    parts = [(b"IDAT", STREAM[at : at + 7]) for at in range(0, len(STREAM), 7)]
    assert not decode_submission(png.assemble(png.header(), *parts, png.END)).any()


def test_a_stream_that_declares_a_small_window_decodes_the_same_everywhere() -> None:
    declared = bytes([0x08, 0x1D])  # a window of 256 bytes, although the body reaches further
    assert not decode_submission(with_stream(declared + STREAM[2:])).any()


# Bad files, one reason each


def test_a_file_of_100_mb_is_too_large_and_is_not_looked_at() -> None:
    data = bytes(100_000_000)
    start = time.process_time()
    assert verdict(data) == Flag.TOO_LARGE
    assert time.process_time() - start < 0.1


def test_a_valid_png_of_one_byte_too_much_is_too_large() -> None:
    filler = MAX_IMAGE_BYTES - len(with_chunk_before_pixels(b"teXt", b""))
    assert len(with_chunk_before_pixels(b"teXt", bytes(filler))) == MAX_IMAGE_BYTES
    assert not decode_submission(with_chunk_before_pixels(b"teXt", bytes(filler))).any()
    assert verdict(with_chunk_before_pixels(b"teXt", bytes(filler + 1))) == Flag.TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        b"<html>not found</html>",
        pytest.param(lambda: pillow("RGB", format="JPEG"), id="jpeg"),
        pytest.param(lambda: pillow("CMYK", format="JPEG"), id="cmyk jpeg"),
        pytest.param(lambda: pillow("RGB", format="GIF"), id="gif"),
        pytest.param(lambda: pillow("RGB", format="WEBP"), id="webp"),
    ],
)
def test_other_files_are_not_png(data: bytes) -> None:
    assert verdict(data() if callable(data) else data) == Flag.NOT_PNG


@pytest.mark.parametrize("size", [(511, 512), (512, 513), (640, 480), (1, 1)])
def test_other_sizes_are_the_wrong_size(size: tuple[int, int]) -> None:
    assert verdict(pillow("RGB", size)) == Flag.WRONG_SIZE


def test_a_decompression_bomb_is_refused_by_its_header() -> None:
    bomb = png.assemble(
        png.header(50_000, 50_000), (b"IDAT", zlib.compress(bytes(200_000_000), 9)), png.END
    )
    assert len(bomb) < MAX_IMAGE_BYTES
    start = time.process_time()
    assert verdict(bomb) == Flag.WRONG_SIZE
    assert time.process_time() - start < 0.1


def test_a_bomb_behind_an_honest_header_is_not_inflated() -> None:
    bomb = with_stream(zlib.compress(bytes(200_000_000), 9))
    start = time.process_time()
    assert verdict(bomb) == Flag.CORRUPT
    assert time.process_time() - start < 0.2


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGBA", "1", "I;16"])
def test_palette_grey_alpha_and_16_bit_are_the_wrong_mode(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.zeros((512, 512), dtype=np.uint16))
        output = io.BytesIO()
        image.save(output, format="PNG")
        assert verdict(output.getvalue()) == Flag.WRONG_MODE
    else:
        assert verdict(pillow(mode)) == Flag.WRONG_MODE


def test_16_bit_rgb_is_the_wrong_mode() -> None:
    assert verdict(png.assemble(png.header(depth=16), png.END)) == Flag.WRONG_MODE


def test_one_transparent_colour_is_the_wrong_mode() -> None:
    assert verdict(with_chunk_before_pixels(b"tRNS", bytes(6))) == Flag.WRONG_MODE


def test_an_animated_png_has_several_frames() -> None:
    frames = [
        Image.fromarray(png.photo() // 64 * 64),
        Image.fromarray(png.photo()[::-1] // 64 * 64),
    ]
    output = io.BytesIO()
    frames[0].save(output, format="PNG", save_all=True, append_images=frames[1:])
    assert verdict(output.getvalue()) == Flag.MULTIPLE_FRAMES
    assert verdict(with_chunk_before_pixels(b"acTL", bytes(8))) == Flag.MULTIPLE_FRAMES


def test_anything_after_the_end_is_trailing_data() -> None:
    assert verdict(png.submission() + b"\x00") == Flag.TRAILING_DATA
    assert verdict(png.submission() + png.submission()) == Flag.TRAILING_DATA


def test_anything_hidden_behind_the_pixel_data_is_trailing_data() -> None:
    assert verdict(with_stream(STREAM + b"hidden")) == Flag.TRAILING_DATA


@pytest.mark.parametrize("kept", [8, 20, 32, 33, 40, 5_000, -12, -1])
def test_a_truncated_file_is_corrupt(kept: int) -> None:
    assert verdict(png.submission()[:kept]) == Flag.CORRUPT


def test_one_flipped_bit_anywhere_after_the_signature_is_found() -> None:
    data = png.submission()
    for at in np.linspace(8, len(data) - 1, 60).astype(int):
        broken = bytearray(data)
        broken[at] ^= 0x10
        assert verdict(bytes(broken)) == Flag.CORRUPT, at


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png.assemble(), id="no chunks"),
        pytest.param(png.assemble((b"IHDR", bytes(12))), id="short header"),
        pytest.param(png.assemble((b"IDAT", STREAM), png.header(), png.END), id="header second"),
        pytest.param(png.assemble(png.header(), png.END), id="no pixels"),
        pytest.param(with_chunk_before_pixels(*png.header()), id="two headers"),
        pytest.param(with_chunk_before_pixels(b"ABCD", b""), id="unknown critical chunk"),
        pytest.param(with_chunk_before_pixels(b"ab1d", b""), id="chunk type not of letters"),
        pytest.param(
            png.assemble(png.header(), (b"IDAT", STREAM), (b"IEND", b"x")), id="end not empty"
        ),
        pytest.param(
            png.assemble(
                png.header(), (b"IDAT", STREAM[:9]), (b"tEXt", b"a"), (b"IDAT", STREAM[9:]), png.END
            ),
            id="pixel chunks apart",
        ),
        pytest.param(png.assemble(png.header(compression=1), png.END), id="compression"),
        pytest.param(png.assemble(png.header(filtering=1), png.END), id="filter method"),
        pytest.param(png.assemble(png.header(interlace=2), png.END), id="interlace method"),
        pytest.param(
            png.assemble(png.header(interlace=1), (b"IDAT", STREAM), png.END),
            id="interlaced by name only",
        ),
        pytest.param(with_stream(b"x"), id="stream of one byte"),
        pytest.param(with_stream(b"\x79" + STREAM[1:]), id="not zlib"),
        pytest.param(with_stream(b"\x78\xbb" + STREAM[2:]), id="preset dictionary"),
        pytest.param(with_stream(STREAM[:2] + b"\xff" * 40), id="broken deflate"),
        pytest.param(with_stream(STREAM[:40]), id="truncated stream"),
        pytest.param(with_stream(STREAM[:-1]), id="truncated checksum"),
        pytest.param(with_stream(STREAM[:-4] + bytes(4)), id="wrong checksum"),
        pytest.param(with_stream(zlib.compress(ROWS[:-1])), id="pixels short by a byte"),
        pytest.param(with_stream(zlib.compress(ROWS + b"\0")), id="pixels long by a byte"),
        pytest.param(with_stream(zlib.compress(b"")), id="empty stream"),
        pytest.param(with_stream(zlib.compress(b"\x05" + ROWS[1:])), id="filter 5"),
    ],
)
def test_a_damaged_file_is_corrupt(data: bytes) -> None:
    assert verdict(data) == Flag.CORRUPT


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300), framed=st.booleans())
def test_no_bytes_at_all_can_crash_the_reader(data: bytes, framed: bool) -> None:
    start = png.assemble(png.header()) if framed else png.SIGNATURE
    assert Flag.TOO_LARGE not in verdict(start + data)


# Flags and the box mean


def test_a_flag_reads_as_words() -> None:
    flags = Flag.DISQUALIFIED | Flag.DUPLICATE | Flag.TARGET_COPY
    assert reasons_of(flags) == (
        "has the pixels of an earlier entry",
        "has the pixels of the target",
    )
    assert str(InvalidSubmission(Flag.CORRUPT)) == "is damaged"
    assert reasons_of(Flag(0)) == ()
