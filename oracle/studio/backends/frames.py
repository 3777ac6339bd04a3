"""What a generator's process and the studio say to each other: frames, on both of its pipes.

A frame is one byte of kind, four of length, and a body of JSON or of an image. Whatever the process
prints goes to stderr.
"""

from __future__ import annotations

import os
import struct
import sys
from typing import BinaryIO

ASK = b"A"
READY, PROGRESS, IMAGE, REFUSED, FAILED = b"R", b"P", b"I", b"D", b"F"
MAX_ASK_BYTES = 1 << 20
_HEADER = struct.Struct(">cI")


def write_frame(stream: BinaryIO, kind: bytes, body: bytes) -> None:
    """Writes one frame."""
    stream.write(_HEADER.pack(kind, len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO, max_bytes: int) -> tuple[bytes, bytes] | None:
    """The next frame's kind and body; None at the end, and for a frame that is cut or too large."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    kind, length = _HEADER.unpack(header)
    body = stream.read(length) if length <= max_bytes else b""
    return (kind, body) if len(body) == length else None


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """A worker's two pipes, in and out; from now on whoever prints writes to stderr."""
    pipe_out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, pipe_out
