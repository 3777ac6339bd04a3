"""Colour profiles, made by hand."""

from __future__ import annotations

import struct


def display_p3() -> bytes:
    """A profile with Display P3's primaries, adapted to D50, and sRGB's curve (ICC.1:2010)."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65_536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(
        map(number, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    )
    tags = {
        b"desc": b"desc\0\0\0\0\0\0\0\3P3\0" + bytes(79),
        b"wtpt": xyz(0.96420, 1.0, 0.82491),
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve,
    }  # fmt: skip
    at, table, body = 132 + 12 * len(tags), b"", b""
    for kind, tag in tags.items():
        tag += bytes(-len(tag) % 4)
        table += kind + struct.pack(">II", at + len(body), len(tag))
        body += tag
    head = bytearray(128)
    head[8:12], head[12:24], head[36:40] = b"\4\0\0\0", b"mntrRGB XYZ ", b"acsp"
    head[68:80] = number(0.9642) + number(1.0) + number(0.82491)
    profile = bytes(head) + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(profile)) + profile[4:]
