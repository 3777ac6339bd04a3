"""The view that every judge looks at: exact means of 2×2 blocks, as often as it takes."""

import numpy as np
import pytest

from scoring.views import halved, judge_view
from tests.unit import png_files as png

pytestmark = pytest.mark.unit


def test_halves_are_rounded_up() -> None:
    pixels = np.zeros((512, 512, 3), dtype=np.uint8)
    pixels[0, 0] = 1  # mean 0.25
    pixels[0, 2:4] = 1  # mean 0.5
    pixels[0:2, 4:6] = 255
    mean = halved(pixels)
    assert mean.shape == (256, 256, 3) and mean.dtype == np.uint8
    assert mean[0, :4, 0].tolist() == [0, 1, 255, 0]


@pytest.mark.parametrize("side", [256, 128, 64])
def test_a_view_is_the_mean_of_blocks_at_each_halving(side: int) -> None:
    wanted = png.photo()
    while len(wanted) > side:
        half = len(wanted) // 2
        blocks = wanted.reshape(half, 2, half, 2, 3).astype(np.float64).mean(axis=(1, 3))
        wanted = np.floor(blocks + 0.5).astype(np.uint8)
    assert np.array_equal(judge_view(png.photo(), side), wanted)


@pytest.mark.parametrize("shape", [(256, 256, 3), (512, 512), (512, 512, 4)])
def test_an_image_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="512, 512, 3"):
        judge_view(np.zeros(shape, np.uint8), 128)
