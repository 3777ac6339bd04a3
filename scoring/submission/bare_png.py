"""A PNG file reduced to its picture: what is broken or huge beside the pixels must not hide them.

Pillow refuses a file for a wrong CRC in its text, and for a profile or text of more than 1 MiB; it
does not look at the CRC of pixels. Here it is the other way round, as in browsers.
"""

from __future__ import annotations

import struct
import zlib

from scoring.errors import UnreadableImage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What changes the pixels or how they are shown. Other chunks that may be ignored are left out,
# those of animations too: what is judged is the default image, whether or not it is played.
_SHOWN = {b"tRNS", b"iCCP", b"eXIf"}
_MAX_PROFILE_BYTES = 1024 * 1024
"""What Pillow unpacks of a profile."""
_STEP_BYTES = 1 << 20


def bare_png(name: str, data: bytes) -> bytes:
    """`data`, or where it is a PNG file, the same without what is not shown.

    Chunks that may be ignored are left out when their CRC is wrong. Raises UnreadableImage when
    that of a chunk with pixels is, or the checksum over all of them. What does not even consist of
    chunks is returned as it is.
    """
    if not data.startswith(SIGNATURE):
        return data
    kept = [SIGNATURE]
    pixels: list[bytes] = []
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            return data
        chunk = data[at:end]
        holds = zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:], "big")
        if _is_critical(kind):
            if not holds:
                raise _damaged(
                    name, f"has a wrong CRC in its {kind.decode(errors='replace')} chunk"
                )
            kept.append(chunk)
            if kind == b"IDAT":
                pixels.append(chunk[8:-4])
        elif holds and kind in _SHOWN and not (kind == b"iCCP" and _is_huge(chunk[8:-4])):
            kept.append(chunk)
        at = end
        if kind == b"IEND":
            break
    _require_whole(name, pixels)
    return b"".join(kept)


def _require_whole(name: str, pixels: list[bytes]) -> None:
    """Raises UnreadableImage unless the stream holds up to its checksum; bytes may follow."""
    inflater = zlib.decompressobj()
    try:
        for rest in pixels:
            while rest and not inflater.eof:
                inflater.decompress(rest, _STEP_BYTES)
                rest = inflater.unconsumed_tail
        inflater.flush()
    except zlib.error as error:
        raise _damaged(name, f"has broken pixel data ({error})") from error
    if not inflater.eof:
        raise _damaged(name, "ends before its pixels do")


def _damaged(name: str, what: str) -> UnreadableImage:
    return UnreadableImage(
        f"{name} is damaged: it {what}", "open it in an image editor and export it again"
    )


def _is_critical(kind: bytes) -> bool:
    return kind[:1].isupper()


def _is_huge(profile: bytes) -> bool:
    """Whether a profile does not unpack within what is read of one."""
    packed = profile.partition(b"\x00")[2][1:]
    inflater = zlib.decompressobj()
    try:
        inflater.decompress(packed, _MAX_PROFILE_BYTES)
    except zlib.error:
        return True
    return not inflater.eof
