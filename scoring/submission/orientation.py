"""How a picture has to be turned, read from its EXIF data as browsers read it."""

from __future__ import annotations

import struct

_ORIENTATION, _SHORT = 0x0112, 3
UPRIGHT = 1


def orientation(exif: bytes) -> int:
    """EXIF's orientation, 1 to 8; 1 where that cannot be read, however broken the data is.

    Only the standard's own form counts: one number of 16 bits. Pillow takes others too, and XMP's
    word for it, which no browser does.
    """
    tiff = exif[6:] if exif.startswith(b"Exif") else exif
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        (directory,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, kind, values, turn = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return turn if (kind, values) == (_SHORT, 1) and 1 <= turn <= 8 else UPRIGHT
    except struct.error:
        pass  # it ends too early: the picture is fine
    return UPRIGHT
