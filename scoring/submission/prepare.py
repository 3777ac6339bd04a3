"""Prepare: any image that Pillow reads becomes a submission, a 512×512 8-bit RGB PNG."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from scoring.errors import UnreadableImage
from scoring.submission.bare_png import bare_png
from scoring.submission.flags import InvalidSubmission
from scoring.submission.orientation import orientation
from scoring.submission.png import IMAGE_SIDE, chunk_kinds, decode_submission

MAX_SOURCE_BYTES = 64 * 1024 * 1024
"""The largest file that is read at all."""
MAX_SOURCE_PIXELS = 64_000_000
"""The largest image that is decoded; below Pillow's own limit."""
# TIFF's tag for what the numbers of grey mean, and the value for negatives.
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0


def prepare(source: Path | bytes) -> bytes:
    """The submission made from `source`: its centre square, 512×512, as PNG bytes.

    A file that is a submission without metadata stays as it is, byte for byte: its digest may be
    committed to, or signed by a studio.

    EXIF orientation and colour profile are applied, transparency is laid on white, 16-bit values
    are scaled, an animation gives its first frame. Metadata is dropped. The pixels depend on
    Pillow's version in the last bit: what counts in a competition are the bytes this returns.

    Raises UnreadableImage.
    """
    name, data = _named(source)
    if _bare_submission(data) is not None:
        return data
    pixels = _square_rgb(_read_rgb(name, data))
    output = io.BytesIO()
    pixels.save(output, format="PNG", compress_level=9)
    return output.getvalue()


def prepared_pixels(source: Path | bytes) -> NDArray[np.uint8]:
    """The pixels of what `prepare` makes of `source`, uint8 (512, 512, 3).

    Half a second quicker for a photo, since nothing is compressed. Raises UnreadableImage.
    """
    name, data = _named(source)
    pixels = _bare_submission(data)
    return np.array(_square_rgb(_read_rgb(name, data))) if pixels is None else pixels


def read_rgb(source: Path | bytes) -> Image.Image:
    """The whole image in `source`, read as `prepare` reads it, at its own size, as 8-bit RGB.

    Raises UnreadableImage.
    """
    return _read_rgb(*_named(source))


def _named(source: Path | bytes) -> tuple[str, bytes]:
    """What messages call it, and its bytes."""
    if isinstance(source, bytes):
        return "the image", source
    return str(source), _read(source)


def _bare_submission(data: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a valid submission that holds them and nothing else."""
    try:
        pixels = decode_submission(data)
    except InvalidSubmission:
        return None
    return pixels if chunk_kinds(data) <= {b"IHDR", b"IDAT", b"IEND"} else None


def _read_rgb(name: str, data: bytes) -> Image.Image:
    if len(data) > MAX_SOURCE_BYTES:
        raise UnreadableImage(
            f"{name} is {len(data)} bytes, more than {MAX_SOURCE_BYTES}",
            "shrink it or export it as a JPEG first",
        )
    return _to_rgb(_open(name, data))


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels, uint8 (height, width, 3) or (height, width), as PNG bytes without metadata."""
    output = io.BytesIO()
    Image.fromarray(pixels).save(output, format="PNG")
    return output.getvalue()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_SOURCE_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableImage(f"{path} does not exist", "check the path") from error
    except OSError as error:
        raise UnreadableImage(
            f"{path} cannot be read: {error.strerror}", "check the path and its permissions"
        ) from error


def _formats() -> list[str]:
    """Every format that Pillow knows, but not EPS, which would run another program."""
    Image.init()
    return [name for name in Image.ID if name != "EPS"]


def _open(name: str, data: bytes) -> Image.Image:
    """The first frame, decoded, with its EXIF orientation and colour profile applied."""
    try:
        with warnings.catch_warnings():
            # Pillow warns about metadata it repairs; only its bomb warning is about the pixels.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(bare_png(name, data)), formats=_formats())
            width, height = image.size
            if width * height > MAX_SOURCE_PIXELS:
                raise Image.DecompressionBombError(f"{width}×{height} pixels")
            image.load()
            return _to_srgb(_upright(_as_shown(image)))
    except UnreadableImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableImage(
            f"{name} has more than {MAX_SOURCE_PIXELS // 1_000_000} million pixels",
            "shrink it first; 512×512 are used",
        ) from error
    except UnidentifiedImageError as error:
        raise UnreadableImage(
            f"{name} is not an image of a known format",
            "give a PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF file",
        ) from error
    except Exception as error:
        # Pillow's readers raise whatever a damaged file leads them to, from SyntaxError to
        # struct.error; all of it means the same to the caller.
        raise UnreadableImage(
            f"{name} is damaged: {error}", "open it in an image editor and export it again"
        ) from error


def _as_shown(image: Image.Image) -> Image.Image:
    """`image` transparent where browsers show nothing, and Pillow something."""
    clear = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(clear, tuple) and max(clear) > 255:
        # A colour of 16 bits, of which Pillow keeps the upper half in the pixels alone.
        image.info["transparency"] = tuple(level >> 8 for level in clear)
    extent = getattr(image, "dispose_extent", None)
    if image.format != "GIF" or extent in (None, (0, 0, *image.size)):
        return image
    # A first frame that is smaller than the canvas.
    canvas = Image.new("RGBA", image.size)
    canvas.paste(image.convert("RGBA").crop(extent), extent[:2])
    return canvas


# What EXIF's orientation asks for.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A profile's colours: the mode that it converts, and those that can be brought to it.
_MODES = {
    "RGB": ("RGB", ("RGB", "RGBA", "P", "PA", "L", "LA")),
    "GRAY": ("L", ("L", "LA")),
    "CMYK": ("CMYK", ("CMYK",)),
}


def _upright(image: Image.Image) -> Image.Image:
    """`image` turned as its EXIF data says, however broken the rest of that is.

    TIFF has none: Pillow turns such a file by its own tags while it reads it.
    """
    turn = _TURNS.get(orientation(image.info.get("exif", b"")))
    return image if turn is None else _with_info(image.transpose(turn), image)


def _with_info(made: Image.Image, source: Image.Image) -> Image.Image:
    made.info = dict(source.info)
    return made


def _to_srgb(image: Image.Image) -> Image.Image:
    """`image` with an embedded colour profile applied; the judge reads numbers as sRGB."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return _converted(image, source, source.profile.xcolor_space.strip())
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile that cannot be used is as good as none


def _converted(image: Image.Image, source: ImageCms.ImageCmsProfile, space: str) -> Image.Image:
    """`image` in sRGB, with its transparency; as it is where the profile is of other colours."""
    mode, modes = _MODES.get(space, ("", ()))
    if image.mode not in modes:
        return image
    rgba = image.convert("RGBA") if image.has_transparency_data else None
    plain = (rgba or image).convert(mode)
    srgb = ImageCms.createProfile("sRGB")
    colours = ImageCms.profileToProfile(plain, source, srgb, outputMode="RGB") or plain
    if rgba is not None:
        colours.putalpha(rgba.getchannel("A"))
    return colours


def _square_rgb(image: Image.Image) -> Image.Image:
    """The centre square at 512×512, RGB without metadata."""
    rgb = _to_rgb(image)
    side = min(rgb.size)
    left, top = (rgb.width - side) // 2, (rgb.height - side) // 2
    # Cropped first: a resize with a box would let pixels outside of it bleed in.
    square = rgb.crop((left, top, left + side, top + side))
    square = square.resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.LANCZOS)
    return Image.fromarray(np.asarray(square))


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any mode as 8-bit RGB, transparency laid on white."""
    if image.mode == "F":
        raise UnreadableImage(
            "the image holds floating-point values", "export it with 8 bits per channel first"
        )
    if image.mode.startswith("I"):
        return _from_integers(image)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _from_integers(image: Image.Image) -> Image.Image:
    """16-bit grey values as 8-bit RGB: 65535 becomes 255, what is transparent white."""
    wide = np.asarray(image).astype(np.int64)
    if wide.min() < 0 or wide.max() > 65_535:
        raise UnreadableImage(
            "the image holds values outside of 16 bits", "export it with 8 bits per channel first"
        )
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        wide = np.where(wide == transparent, 65_535, wide)
    tags = getattr(image, "tag_v2", None) or {}
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        wide = 65_535 - wide  # Pillow turns it round in 8 bits only
    return Image.fromarray(((wide + 128) // 257).astype(np.uint8)).convert("RGB")
