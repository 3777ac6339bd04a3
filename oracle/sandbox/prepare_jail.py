"""The process in which a stranger's upload becomes a submission: one image, then it ends.

`python -I -m oracle.sandbox.prepare_jail MEMORY_BYTES CPU_SECONDS` reads any image from stdin and
writes one status byte to stdout, then the submission (status 0) or two lines of UTF-8: what
happened, what to do (status 1). Its rights are those of `oracle.sandbox.decode_jail`.
"""

from __future__ import annotations

import io
import sys

from PIL import Image, ImageCms

from oracle.sandbox.decode_jail import give_up_rights
from scoring.errors import UnreadableImage
from scoring.submission.prepare import MAX_SOURCE_BYTES, prepare

PREPARED, REFUSED = b"\x00", b"\x01"


def answer(data: bytes) -> bytes:
    """Status and body for an upload."""
    try:
        return PREPARED + prepare(data)
    except UnreadableImage as error:
        return REFUSED + f"{error.what}\n{error.hint}".encode()
    except MemoryError:
        return REFUSED + b"the image takes too much memory\nshrink it first: 512x512 are used"


def load_readers() -> None:
    """Loads all that Pillow would load on first use: no file can be opened afterwards."""
    Image.init()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    for kind in ("GIF", "JPEG", "PNG", "TIFF"):
        sample = io.BytesIO()
        Image.new("RGB", (8, 8)).save(sample, kind, icc_profile=profile, exif=exif)
        answer(sample.getvalue())


if __name__ == "__main__":
    load_readers()
    give_up_rights(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1)))
