"""Pictures as people have them, in every format and with every oddity that the page may be given.

`python -m tests.picture_files FOLDER` writes each of them, and beside it what the command makes of
it (`NAME.rgb`, the pixels alone), or for what is damaged nothing. The browser tests give the same
files to the page.
"""

from __future__ import annotations

import io
import struct
import sys
import zlib
from functools import cache
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image, ImageCms

from scoring.errors import UnreadableImage
from scoring.submission import prepare as preparing
from tests.unit import png_files as png
from tests.unit.profiles import display_p3

_ORIENTATION = 0x0112


@cache
def pictures() -> dict[str, bytes]:
    """What holds a picture, by file name."""
    return {**_pngs(), **_chunks(), **_jpegs(), **_others()}


@cache
def damaged() -> dict[str, bytes]:
    """What holds none any more, by file name."""
    rows = png.unfiltered_rows(png.photo())
    packed = zlib.compress(rows)
    ninth = bytearray(rows)
    ninth[1537 * 100] = 9
    whole = _png(packed)
    wrong = bytearray(whole)
    wrong[len(whole) - 13] ^= 1
    photo = _photo()
    return {
        "idat-crc.png": bytes(wrong),
        "adler.png": _png(packed[:-1] + bytes([packed[-1] ^ 1])),
        "no-adler.png": _png(packed[:-4]),
        "few-pixels.png": _png(zlib.compress(rows[:-1000])),
        "cut-stream.png": _png(packed[: len(packed) // 2]),
        "no-stream.png": _png(b"abcdefgh" * 100),
        "filter-9.png": _png(zlib.compress(bytes(ninth))),
        "cut.png": whole[: len(whole) // 2],
        "cut-grey.png": _saved(photo.convert("L"))[:60_000],
        "cut.jpg": _saved(photo, "JPEG")[:20_000],
        "cut.gif": _saved(photo, "GIF")[:60_000],
        "cut.webp": _saved(photo, "WEBP")[:10_000],
        "cut.bmp": _saved(photo, "BMP")[:60_000],
        "notes.png": b"this is not an image\n" * 99,
        "empty.png": b"",
    }


def _pngs() -> dict[str, bytes]:
    """Every kind of pixel that a PNG file holds."""
    photo, grey = _photo(), _photo().convert("L")
    faded = photo.copy()
    faded.putalpha(Image.linear_gradient("L").resize(photo.size))
    palette = photo.quantize(200)
    deep = np.asarray(photo).astype(np.uint16) * 257 + 100
    return {
        "rgb.png": _saved(photo),
        "interlaced.png": png.assemble(
            png.header(interlace=1),
            png.pixel_chunk(png.interlaced_rows(np.asarray(photo))),
            png.END,
        ),
        "rgba.png": _saved(faded),
        "palette.png": _saved(palette),
        "palette-short.png": png.assemble(
            png.header(colour=3),
            (b"PLTE", bytes((255, 0, 0, 0, 255, 0))),
            png.pixel_chunk(_rows_8(np.asarray(palette))),
            png.END,
        ),
        "palette-clear.png": _saved(palette, transparency=3),
        "grey.png": _saved(grey),
        "grey-alpha.png": _saved(faded.convert("LA")),
        "grey-clear.png": _saved(grey, transparency=77),
        "rgb-clear.png": _saved(photo, transparency=photo.getpixel((100, 100))),
        "rgb-16.png": png.assemble(png.header(depth=16), png.pixel_chunk(_rows_16(deep)), png.END),
        "grey-16.png": _saved(Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)),
        "wide.png": _saved(photo.resize((1501, 700))),
        "large.png": _saved(_photo("coffee").resize((900, 1300))),
        "small.png": _saved(photo.resize((40, 41))),
        "dot.png": _saved(Image.new("RGB", (1, 1), (10, 20, 30))),
        "stripes.png": _saved(Image.fromarray(_stripes())),
        "rgb-16-clear.png": png.assemble(
            png.header(depth=16),
            (b"tRNS", deep[100, 100].astype(">u2").tobytes()),
            png.pixel_chunk(_rows_16(deep)),
            png.END,
        ),
    }


def _chunks() -> dict[str, bytes]:
    """PNG files with something beside their pixels."""
    header, end = png.header(), png.END
    body = png.pixel_chunk(png.unfiltered_rows(png.photo("coffee")))
    text = png.chunk(b"tEXt", b"a\0b")
    start, rest = png.assemble(header), png.chunk(*body) + png.chunk(*end)
    photo = _photo("coffee")
    alpha = photo.convert("RGBA")
    alpha.putalpha(128)
    p3 = display_p3()
    chroma = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)

    def beside(*chunks: png.Chunk) -> bytes:
        return png.assemble(header, *chunks, body, end)

    return {
        "gamma.png": beside((b"gAMA", struct.pack(">I", 100_000))),
        "chroma.png": beside((b"gAMA", struct.pack(">I", 45_455)), (b"cHRM", chroma)),
        "cicp.png": beside((b"cICP", b"\x0c\x0d\0\1")),
        "p3.png": beside((b"iCCP", b"P3\0\0" + zlib.compress(p3))),
        "p3-alpha.png": _saved(alpha, icc_profile=p3),
        "p3-palette.png": _saved(photo.quantize(200), icc_profile=p3),
        "p3-grey.png": _saved(photo.convert("L"), icc_profile=p3),
        "no-profile.png": beside((b"iCCP", b"no profile")),
        "huge-profile.png": beside((b"iCCP", b"x\0\0" + zlib.compress(bytes(2_000_000)))),
        "text-crc.png": start + text[:-1] + b"\0" + rest,
        "lab-profile.png": beside((b"iCCP", b"Lab\0\0" + zlib.compress(_lab_profile()))),
        "long-turn.png": beside((b"eXIf", _long_turn())),
        "no-exif.png": beside((b"eXIf", b"nothing of TIFF")),
        "trailing.png": beside() + b"what a phone adds",
        "zlib-trailing.png": png.assemble(header, (b"IDAT", body[1] + b"xyz"), end),
        "more-pixels.png": png.assemble(
            header, png.pixel_chunk(zlib.decompress(body[1]) + bytes(100)), end
        ),
        "no-end.png": beside()[:-12],
        "turned.png": _turned("PNG", 6),
        "animated.png": _animated("PNG"),
        "cover.png": _png_with_cover(),
    }


def _jpegs() -> dict[str, bytes]:
    photo = _photo()
    exif = b"Exif\0\0II*\0\x08\0\0\0\2\0" + struct.pack("<HHIHH", _ORIENTATION, 3, 1, 6, 0)
    exif += struct.pack("<HHI4s", 0x011A, 2, 4, b"300\0") + bytes(4)  # text for a fraction
    return {
        "fine.jpg": _saved(photo, "JPEG", quality=95, subsampling=0),
        "usual.jpg": _saved(photo, "JPEG", quality=80),
        "progressive.jpg": _saved(photo, "JPEG", progressive=True),
        "grey.jpg": _saved(photo.convert("L"), "JPEG"),
        "large.jpg": _saved(_large(), "JPEG"),
        "p3.jpg": _saved(photo, "JPEG", icc_profile=display_p3()),
        "broken-exif.jpg": _saved(photo, "JPEG", exif=exif),
        "lab-profile.jpg": _saved(photo, "JPEG", icc_profile=_lab_profile()),
        "xmp-turn.jpg": _saved(photo, "JPEG", xmp=b'<x tiff:Orientation="6"/>'),
        "long-turn.jpg": _saved(photo, "JPEG", exif=b"Exif\0\0" + _long_turn()),
        "cmyk.jpg": _saved(photo.convert("CMYK"), "JPEG"),
        "two.jpg": _saved(photo, "MPO", save_all=True, append_images=[_photo("coffee")]),
        "trailing.jpg": _saved(photo, "JPEG") + b"what a phone adds",
        **{f"turned-{turn}.jpg": _turned("JPEG", turn) for turn in (5, 6, 8)},
    }


def _others() -> dict[str, bytes]:
    photo = _photo("chelsea")
    faded = photo.copy()
    faded.putalpha(Image.linear_gradient("L").resize(photo.size))
    return {
        "lossless.webp": _saved(photo, "WEBP", lossless=True),
        "lossy.webp": _saved(photo, "WEBP", quality=80),
        "clear.webp": _saved(faded, "WEBP", lossless=True, exact=True),
        "animated.webp": _animated("WEBP", lossless=True),
        **{f"turned-{turn}.webp": _turned("WEBP", turn, lossless=True) for turn in (2, 6, 7)},
        "long-turn.webp": _saved(photo, "WEBP", lossless=True, exif=_long_turn()),
        "no-exif.webp": _saved(photo, "WEBP", lossless=True, exif=b"nothing of TIFF"),
        "plain.gif": _saved(photo, "GIF"),
        "clear.gif": _saved(photo.quantize(64), "GIF", transparency=5),
        "animated.gif": _animated("GIF"),
        "offset.gif": _gif_on_a_canvas(),
        "plain.bmp": _saved(photo, "BMP"),
    }


@cache
def _photo(name: str = "astronaut") -> Image.Image:
    """A square photo of 512×512."""
    picture = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
    side = min(picture.size)
    return picture.crop((0, 0, side, side)).resize((512, 512))


def _large() -> Image.Image:
    return _photo("coffee").resize((2300, 1700))


def _stripes() -> NDArray[np.uint8]:
    """Lines of one pixel: where a resize is off by a little it shows."""
    y, x = np.mgrid[0:900, 0:900]
    levels = np.where((x + y // 3) % 2 == 0, 255, 0).astype(np.uint8)
    return np.stack([levels, levels[::-1], 255 - levels], axis=2)


def _saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, form, **options)
    return output.getvalue()


def _turned(form: str, turn: int, **options: object) -> bytes:
    exif = Image.Exif()
    exif[_ORIENTATION] = turn
    return _saved(_photo("coffee").resize((600, 540)), form, exif=exif, **options)


def _long_turn() -> bytes:
    """EXIF data that asks for a turn by a number of 32 bits, where the standard has one of 16."""
    return b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", _ORIENTATION, 4, 1, 6) + bytes(4)


def _lab_profile() -> bytes:
    """A profile of colours that no pixel of the picture has."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def _animated(form: str, **options: object) -> bytes:
    frames = [_photo("coffee"), _photo("chelsea")]
    return _saved(frames[0], form, save_all=True, append_images=frames[1:], **options)


def _png_with_cover() -> bytes:
    """An animation of one frame, with a default image that is no part of it."""
    cover, frame = (png.unfiltered_rows(png.photo(name)) for name in ("astronaut", "coffee"))
    control = struct.pack(">IIIIIHHBB", 0, 512, 512, 0, 0, 1, 10, 0, 0)
    return png.assemble(
        png.header(),
        (b"acTL", struct.pack(">II", 1, 0)),
        png.pixel_chunk(cover),
        (b"fcTL", control),
        (b"fdAT", struct.pack(">I", 1) + zlib.compress(frame)),
        png.END,
    )


def _gif_on_a_canvas() -> bytes:
    """A first frame of 200×200 on a canvas of 400×400."""
    data = bytearray(_saved(_photo().resize((200, 200)).quantize(64), "GIF"))
    struct.pack_into("<HH", data, 6, 400, 400)
    struct.pack_into("<HH", data, data.index(b"\x2c\0\0\0\0") + 1, 100, 50)
    return bytes(data)


def _png(stream: bytes) -> bytes:
    return png.assemble(png.header(), (b"IDAT", stream), png.END)


def _rows_8(pixels: NDArray[np.uint8]) -> bytes:
    return np.hstack([np.zeros((len(pixels), 1), np.uint8), pixels]).tobytes()


def _rows_16(pixels: NDArray[np.uint16]) -> bytes:
    rows = pixels.astype(">u2").reshape(len(pixels), -1).view(np.uint8)
    return np.hstack([np.zeros((len(rows), 1), np.uint8), rows]).tobytes()


def write(folder: Path) -> None:
    """Writes all of it."""
    for name, data in {**pictures(), **damaged()}.items():
        (folder / name).write_bytes(data)
        try:
            # What `prepare` writes, without the seconds that packing it takes.
            square = preparing._square_rgb(preparing.read_rgb(data))
            (folder / f"{name}.rgb").write_bytes(square.tobytes())
        except UnreadableImage:
            continue


if __name__ == "__main__":
    write(Path(sys.argv[1]))
