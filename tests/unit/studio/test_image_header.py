"""The size that a file claims is read without opening it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from oracle.studio.image_header import Header, read_header

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "comment": b"x" * 300}),
        ("WebP", {"lossless": True}),
        ("WebP", {"quality": 50}),
        ("WebP", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"}),
    ],
)
def test_the_size_is_what_pillow_wrote(kind: str, options: dict[str, object]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (72, 200, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, kind, **options)
    assert read_header(file.getvalue()) == Header(kind, 200, 72)


def test_anything_else_is_no_image() -> None:
    for data in (
        b"",
        b"GIF89a" + bytes(40),
        b"<html>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF",
    ):
        assert read_header(data) is None


def test_a_cut_off_file_is_no_image_and_no_crash() -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "JPEG")
    whole = file.getvalue()
    assert [read_header(whole[:length]) for length in range(40)] == [None] * 40
