"""Published pictures are the same bytes everywhere, and any decoder reads them."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from scoring.submission.stored_png import encode_stored

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (256, 256), (1, 1, 3), (256, 256, 3), (7, 2, 3)])
def test_a_decoder_gets_back_every_pixel(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    with Image.open(io.BytesIO(encode_stored(pixels))) as image:
        image.load()
        assert np.array_equal(np.asarray(image), pixels)


def test_the_bytes_do_not_depend_on_the_zlib_build() -> None:
    pixels = (np.arange(256 * 256 * 3) * 7 % 251).astype(np.uint8).reshape(256, 256, 3)
    # Worked out once; every byte follows from the PNG, zlib and deflate formats.
    expected = "24d92b3c66a03ed892046c0ad31d1faed83192b12725277241a155f78ed82f48"
    assert hashlib.sha256(encode_stored(pixels)).hexdigest() == expected


def test_a_view_with_strides_gives_the_same_file() -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    assert encode_stored(pixels[:, ::-1]) == encode_stored(pixels[:, ::-1].copy())


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((0, 4), np.uint8),
    ],
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="need"):
        encode_stored(pixels)
