"""The decode worker answers each file with pixels or a verdict and outlives bad files."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys

import numpy as np
import pytest

from scoring.submission.decode_worker import read_reply, serve, write_request
from scoring.submission.image import MAX_IMAGE_BYTES, Flag, InvalidSubmission
from tests.unit import png_files as png


def replies_to(*requests: bytes) -> io.BytesIO:
    """What the worker answers, run in this process."""
    asked, answered = io.BytesIO(), io.BytesIO()
    for request in requests:
        write_request(asked, request)
    asked.seek(0)
    serve(asked, answered)
    answered.seek(0)
    return answered


@pytest.mark.unit
def test_a_bad_file_between_two_good_ones_harms_neither() -> None:
    good = png.submission()
    replies = replies_to(good, b"nonsense", good)
    assert np.array_equal(read_reply(replies), png.photo())
    with pytest.raises(InvalidSubmission) as caught:
        read_reply(replies)
    assert caught.value.flag == Flag.NOT_PNG
    assert np.array_equal(read_reply(replies), png.photo())


@pytest.mark.unit
def test_a_request_that_is_too_large_is_skipped_unread() -> None:
    replies = replies_to(bytes(MAX_IMAGE_BYTES + 70_000), png.submission())
    with pytest.raises(InvalidSubmission) as caught:
        read_reply(replies)
    assert caught.value.flag == Flag.TOO_LARGE
    assert np.array_equal(read_reply(replies), png.photo())


@pytest.mark.unit
@pytest.mark.parametrize(
    "reply",
    [
        b"",
        struct.pack(">II", 0, 5) + b"short",
        struct.pack(">II", 0, 512 * 512 * 3) + b"cut",
        struct.pack(">II", int(Flag.CORRUPT), 1 << 31),
    ],
    ids=["dead", "few pixels", "cut", "endless detail"],
)
def test_a_worker_that_dies_or_lies_is_noticed(reply: bytes) -> None:
    with pytest.raises(EOFError):
        read_reply(io.BytesIO(reply))


@pytest.mark.unit
@pytest.mark.parametrize("length", [10, MAX_IMAGE_BYTES + 1])
def test_a_request_that_ends_early_ends_the_worker(length: int) -> None:
    with pytest.raises(EOFError):
        serve(io.BytesIO(struct.pack(">I", length) + b"only this"), io.BytesIO())
    serve(io.BytesIO(b"\0\0"), io.BytesIO())


@pytest.mark.integration
def test_the_worker_runs_isolated_and_without_torch() -> None:
    asked = io.BytesIO()
    write_request(asked, png.submission())
    write_request(asked, png.submission()[:-1])
    command = [sys.executable, "-I", "-X", "importtime", "-m", "scoring.submission.decode_worker"]
    done = subprocess.run(command, input=asked.getvalue(), capture_output=True, timeout=60)
    assert done.returncode == 0
    assert not re.search(rb"\|\s+torch\b", done.stderr)
    assert re.search(rb"\|\s+numpy\b", done.stderr)
    replies = io.BytesIO(done.stdout)
    assert np.array_equal(read_reply(replies), png.photo())
    with pytest.raises(InvalidSubmission, match="IEND"):
        read_reply(replies)
