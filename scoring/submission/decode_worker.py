"""A process that only decodes submissions: `python -I -m scoring.submission.decode_worker`.

Untrusted bytes are decoded here, where a crash, a hang or a greedy file harms nobody; the parent
sets the limits of memory and time. All numbers are unsigned, big-endian, 4 bytes.

    request    length, then that many bytes of a file
    reply      flag, length, then that many bytes:
               flag 0: the pixels, 512·512·3 bytes of RGB rows; otherwise a UTF-8 detail

It answers one request after the other until its stdin ends.
"""

from __future__ import annotations

import struct
import sys
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from scoring.submission.flags import Flag, InvalidSubmission
from scoring.submission.png import IMAGE_SIDE, MAX_IMAGE_BYTES, decode_submission

PIXEL_BYTES = IMAGE_SIDE * IMAGE_SIDE * 3
_MAX_DETAIL_BYTES = 1_000


def write_request(stream: BinaryIO, data: bytes) -> None:
    """Ask for `data` to be decoded."""
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


def read_reply(stream: BinaryIO) -> NDArray[np.uint8]:
    """The pixels of the file last asked for: uint8 (512, 512, 3).

    Raises InvalidSubmission with the worker's verdict, and EOFError when the worker is gone or
    answers nonsense.
    """
    flag, length = struct.unpack(">II", _read_exactly(stream, 8))
    if length != PIXEL_BYTES if flag == 0 else length > _MAX_DETAIL_BYTES:
        raise EOFError("the decode worker answered nonsense")
    body = _read_exactly(stream, length)
    if flag:
        raise InvalidSubmission(Flag(flag), body.decode("utf-8", "replace"))
    return np.frombuffer(body, dtype=np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE, 3)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while header := requests.read(4):
        if len(header) < 4:
            return
        (length,) = struct.unpack(">I", header)
        flag, body = _decode(requests, length)
        replies.write(struct.pack(">II", flag, len(body)) + body)
        replies.flush()


def _decode(requests: BinaryIO, length: int) -> tuple[int, bytes]:
    try:
        if length > MAX_IMAGE_BYTES:
            _skip(requests, length)
            raise InvalidSubmission(Flag.TOO_LARGE, f"is {length} bytes")
        return 0, decode_submission(_read_exactly(requests, length)).tobytes()
    except InvalidSubmission as verdict:
        return int(verdict.flag), verdict.detail.encode()[:_MAX_DETAIL_BYTES]


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = stream.read(count - len(data))
        if not piece:
            raise EOFError("the stream ended in the middle of a message")
        data += piece
    return bytes(data)


def _skip(stream: BinaryIO, count: int) -> None:
    while count:
        piece = stream.read(min(count, 65_536))
        if not piece:
            raise EOFError("the stream ended in the middle of a message")
        count -= len(piece)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
