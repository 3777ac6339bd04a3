"""Any image becomes a submission; what cannot is explained in two sentences."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

import scoring.submission.prepare
from scoring.submission.image import (
    MAX_IMAGE_BYTES,
    UnreadableImage,
    decode_submission,
    encode_png,
    prepare,
    prepared_pixels,
)
from tests.picture_files import pictures
from tests.unit import png_files as png
from tests.unit.profiles import display_p3

pytestmark = pytest.mark.unit


def saved(image: Image.Image, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, **{"format": "PNG", **options})
    return output.getvalue()


def prepared(image: Image.Image, **options: object) -> NDArray[np.uint8]:
    """The pixels of what prepare makes of it: always a valid submission."""
    data = saved(image, **options)
    pixels = decode_submission(prepare(data))
    assert np.array_equal(prepared_pixels(data), pixels)
    return pixels


def flat(mode: str, colour: object, size: tuple[int, int] = (600, 700)) -> Image.Image:
    return Image.new(mode, size, colour)  # type: ignore[arg-type]


def test_a_submission_stays_as_it_is() -> None:
    once = png.submission()
    assert np.array_equal(decode_submission(prepare(once)), png.photo())
    assert np.array_equal(prepared_pixels(once), png.photo())
    assert prepare(once) == once


def test_a_submission_that_somebody_else_encoded_keeps_its_digest(tmp_path: Path) -> None:
    theirs = saved(Image.fromarray(png.photo()), compress_level=1)
    path = tmp_path / "image.png"
    path.write_bytes(theirs)
    assert theirs != png.submission()
    assert prepare(path) == prepare(theirs) == theirs


def test_the_worst_image_still_fits_into_a_block() -> None:
    noise = np.random.default_rng(7).integers(0, 256, (512, 512, 3), dtype=np.uint8)
    data = prepare(encode_png(noise))
    assert 780_000 < len(data) <= MAX_IMAGE_BYTES
    assert np.array_equal(decode_submission(data), noise)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("BMP", {}),
        ("GIF", {}),
        ("PPM", {}),
    ],
)
def test_common_formats_are_read(form: str, options: dict[str, object]) -> None:
    pixels = prepared(Image.fromarray(png.photo()), format=form, **options)
    difference = np.abs(pixels.astype(int) - png.photo()).mean()
    assert difference < 8


@pytest.mark.parametrize("size", [(900, 300), (300, 900), (1, 1), (513, 512)])
def test_the_centre_square_is_kept(size: tuple[int, int]) -> None:
    width, height = size
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    side = min(size)
    left, top = (width - side) // 2, (height - side) // 2
    pixels[top : top + side, left : left + side] = (10, 120, 60)
    assert (prepared(Image.fromarray(pixels)) == (10, 120, 60)).all()


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    picture = Image.fromarray(png.photo())
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    sideways = picture.transpose(Image.Transpose.ROTATE_90)
    assert np.array_equal(prepared(sideways, exif=exif), png.photo())


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("LA", (0, 0), (255, 255, 255)),
        ("L", 77, (77, 77, 77)),
        ("1", 1, (255, 255, 255)),
    ],
)
def test_transparency_is_laid_on_white(
    mode: str, colour: object, expected: tuple[int, int, int]
) -> None:
    assert (prepared(flat(mode, colour)) == expected).all()


def test_one_transparent_palette_colour_becomes_white() -> None:
    image = flat("P", 3)
    image.putpalette([9] * 30)
    assert (prepared(image, transparency=3) == 255).all()
    assert (prepared(image) == 9).all()


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (257 * 100, 100), (65_535, 255), (128, 0), (129, 1)]
)
def test_16_bit_grey_is_scaled_and_not_cut(value: int, expected: int) -> None:
    image = Image.fromarray(np.full((512, 512), value, dtype=np.uint16))
    assert (prepared(image) == expected).all()


def test_cmyk_is_converted() -> None:
    image = flat("CMYK", (0, 255, 255, 0))
    red, green, blue = prepared(image, format="TIFF")[0, 0].tolist()
    assert red > 200 and green < 60 and blue < 60


def test_an_animation_gives_its_first_frame() -> None:
    frames = [flat("RGB", "red"), flat("RGB", "blue")]
    assert (prepared(frames[0], format="GIF", save_all=True, append_images=frames[1:])
            == (255, 0, 0)).all()  # fmt: skip


def test_a_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    image = flat("RGB", (0, 200, 0))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.abs(prepared(image, icc_profile=srgb).astype(int) - (0, 200, 0)).max() <= 1
    assert (prepared(image, icc_profile=b"nonsense") == (0, 200, 0)).all()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_a_wide_profile_is_applied_in_every_mode(mode: str, form: str) -> None:
    image = flat("RGB", (200, 60, 60))
    image = image.quantize(2) if mode == "P" else image.convert(mode)
    found = prepared(image, format=form, icc_profile=display_p3())
    assert np.abs(found.astype(int) - (217, 42, 52)).max() <= 1  # as browsers show it


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_with_a_profile_of_colours_stays_grey(mode: str) -> None:
    colour = 77 if mode == "L" else (77, 255)
    found = prepared(flat(mode, colour), icc_profile=display_p3()).astype(int)
    assert np.abs(found - 77).max() <= 1


def test_transparency_survives_a_profile() -> None:
    image = flat("RGBA", (200, 60, 60, 0))
    assert (prepared(image, icc_profile=display_p3()) == 255).all()


def test_16_bit_grey_that_is_transparent_is_laid_on_white() -> None:
    rows = np.full((512, 1 + 2 * 512), 0, np.uint8)
    rows[:, 1::2], rows[:, 2::2] = 0x12, 0x34
    rows[256:, 2::2] = 0x35
    data = png.assemble(
        png.header(depth=16, colour=0), (b"tRNS", b"\x12\x34"), png.pixel_chunk(rows.tobytes()),
        png.END,
    )  # fmt: skip
    found = decode_submission(prepare(data))
    assert (found[:256] == 255).all()
    assert (found[256:] == 18).all()  # 0x1235 of 16 bits


def test_a_16_bit_negative_is_turned_round() -> None:
    value = np.full((512, 512), 257 * 200, np.uint16)
    image = Image.fromarray(value)
    assert (prepared(image, format="TIFF", tiffinfo={262: 0}) == 55).all()
    assert (prepared(image, format="TIFF", tiffinfo={262: 1}) == 200).all()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_picture_is_turned_in_every_format(form: str) -> None:
    image = Image.new("RGB", (512, 512), "red")
    image.paste("blue", (0, 0, 512, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    found = prepared(image, format=form, exif=exif)
    assert found[256, 480].tolist()[2] > 200, "the upper edge is at the right"
    assert found[256, 20].tolist()[0] > 200


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_exif_that_is_none_hides_no_picture(form: str) -> None:
    data = saved(
        flat("RGB", "red"), format=form, exif=b"Exif\x00\x00nothing of TIFF", lossless=True
    )
    assert (decode_submission(prepare(data)) == (255, 0, 0)).all()


def test_a_resolution_in_words_hides_no_picture() -> None:
    orientation = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    resolution = struct.pack("<HHI4s", 0x011A, 2, 4, b"300\0")  # text, where a fraction belongs
    exif = b"Exif\0\0II*\0\x08\0\0\0\2\0" + orientation + resolution + bytes(4)
    image = Image.new("RGB", (512, 512), "red")
    image.paste("blue", (0, 0, 512, 100))
    found = prepared(image, format="JPEG", exif=exif)
    assert found[256, 480].tolist()[2] > 200


@pytest.mark.parametrize(
    "chunk",
    [
        (b"iCCP", b"x\0\0" + zlib.compress(bytes(2_000_000))),
        (b"zTXt", b"x\0\0" + zlib.compress(b"a" * 2_000_000)),
        (b"iTXt", b"x\0\1\0\0\0" + zlib.compress(b"a" * 2_000_000)),
        (b"tEXt", b"x\0" + b"a" * 2_000_000),
        (b"iCCP", b"no profile"),
    ],
    ids=["profile", "zTXt", "iTXt", "tEXt", "broken profile"],
)
def test_huge_or_broken_metadata_hides_no_picture(chunk: png.Chunk) -> None:
    rows = png.unfiltered_rows(png.photo())
    data = png.assemble(png.header(), chunk, png.pixel_chunk(rows), png.END)
    assert (decode_submission(prepare(data)) == png.photo()).all()


def test_a_wrong_checksum_beside_the_pixels_is_passed_over_and_one_over_them_is_damage() -> None:
    rows = png.unfiltered_rows(png.photo())
    text, pixels = png.chunk(b"tEXt", b"a\0b"), png.chunk(*png.pixel_chunk(rows))
    start, end = png.assemble(png.header()), png.chunk(*png.END)

    def wrong(chunk: bytes) -> bytes:
        return chunk[:-1] + bytes([chunk[-1] ^ 1])

    assert (decode_submission(prepare(start + wrong(text) + pixels + end)) == png.photo()).all()
    assert "wrong CRC in its IDAT" in explained(start + text + wrong(pixels) + end)


def test_an_animation_with_a_cover_gives_its_cover() -> None:
    found = decode_submission(prepare(pictures()["cover.png"]))
    assert (found == png.photo()).all()


def test_a_gif_frame_smaller_than_its_canvas_stands_on_white() -> None:
    found = decode_submission(prepare(pictures()["offset.gif"]))
    assert (found[:60] == 255).all() and (found[:, 500:] == 255).all()
    assert (found[100:200, 200:300] != 255).any()


def test_a_colour_of_16_bits_that_is_transparent_is_laid_on_white() -> None:
    found = decode_submission(prepare(pictures()["rgb-16-clear.png"]))
    assert (found[100, 100] == 255).all()
    assert (found != 255).any(axis=2).mean() > 0.9


def test_colours_of_print_are_not_turned_round() -> None:
    found = decode_submission(prepare(pictures()["cmyk.jpg"])).astype(int)
    assert np.abs(found - png.photo()).mean() < 12


def test_a_photo_of_two_pictures_gives_the_first() -> None:
    found = decode_submission(prepare(pictures()["two.jpg"])).astype(int)
    assert np.abs(found - png.photo()).mean() < 12


def test_metadata_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    data = prepare(saved(Image.fromarray(png.photo()), exif=exif))
    assert b"secret" not in data and b"eXIf" not in data


# What cannot be read


def explained(source: Path | bytes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        prepare(source)
    assert caught.value.what and caught.value.hint and caught.value.exit_code == 2
    return caught.value.what


def test_a_missing_file_or_a_folder_is_named(tmp_path: Path) -> None:
    assert explained(tmp_path / "no.png") == f"{tmp_path / 'no.png'} does not exist"
    assert str(tmp_path) in explained(tmp_path)


def test_what_is_not_an_image_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert explained(path) == f"{path} is not an image of a known format"
    assert "not an image" in explained(b"")


def test_a_postscript_file_is_never_run() -> None:
    assert "not an image" in explained(saved(flat("RGB", "red"), format="EPS"))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "TIFF"])
def test_a_truncated_image_is_damaged(form: str) -> None:
    data = saved(Image.fromarray(png.photo()), format=form)
    what = explained(data[: len(data) // 3])
    assert "damaged" in what or "not an image" in what


def test_a_broken_checksum_is_damage() -> None:
    data = bytearray(png.submission())
    data[60_000] ^= 1
    assert "damaged" in explained(bytes(data))


@pytest.mark.parametrize("size", [(9_000, 8_000), (12_000, 12_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    bomb = png.assemble(png.header(*size), png.pixel_chunk(bytes(1_000_000)), png.END)
    assert "64 million pixels" in explained(bomb)


def test_a_file_too_large_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(scoring.submission.prepare.MAX_SOURCE_BYTES + 1000)
    assert "more than" in explained(path)


def test_floating_point_and_32_bit_images_are_refused() -> None:
    assert "floating-point" in explained(saved(flat("F", 0.5), format="TIFF"))
    assert "16 bits" in explained(saved(flat("I", 1 << 20), format="TIFF"))
