"""The shipped frozen networks: their files, and the fast paths against the slow ones."""

import numpy as np
import pytest
import torch

from scoring.calibrated import lite0, perceptual
from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.lite0 import BLOCKS, LIMIT, shipped_subject_network
from scoring.calibrated.network_file import Convolution
from scoring.calibrated.perceptual import TAPS, shipped_network
from scoring.calibrated.plain_lite0 import PlainLite0
from scoring.calibrated.plain_sight import Perceptual
from scoring.calibrated.reference import (
    reference_features,
    reference_last_block,
    shift_half_even,
)
from scoring.spec.calibration import NETWORK_SHA256, SUBJECT_NETWORK_SHA256

pytestmark = pytest.mark.unit


def pictures(count: int, side: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


SHIPPED = [
    (perceptual.FORMAT, shipped_network(), NETWORK_SHA256),
    (lite0.FORMAT, shipped_subject_network(), SUBJECT_NETWORK_SHA256),
]


@pytest.mark.parametrize(("file", "network", "sha256"), SHIPPED)
def test_a_shipped_file_is_the_released_one_and_has_one_spelling(file, network, sha256):
    assert network.sha256 == sha256
    assert file.decode(file.encode(network.layers)).sha256 == sha256


@pytest.mark.parametrize("side", [32, 47])
def test_fast_features_equal_the_plain_integers(side):
    image = pictures(1, side)
    fast = Perceptual(shipped_network()).features(image)
    slow = reference_features(shipped_network(), image[0])
    assert len(fast) == len(slow) == len(TAPS)
    for a, b in zip(fast, slow, strict=True):
        assert np.array_equal(a[0].numpy(), b)


@pytest.mark.parametrize("level", [0, 255])
def test_fast_features_equal_the_plain_integers_at_the_extremes(level):
    image = np.full((1, 32, 32, 3), level, np.uint8)
    fast = Perceptual(shipped_network()).features(image)
    for a, b in zip(fast, reference_features(shipped_network(), image[0]), strict=True):
        assert np.array_equal(a[0].numpy(), b)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (47, 33), (9, 50)])
def test_subjects_equal_the_plain_integers(height, width):
    image = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for pixels in (image, np.where(image < 128, 0, 255).astype(np.uint8)):
        fast = PlainLite0(shipped_subject_network()).last_block(pixels[None])[0].numpy()
        slow = reference_last_block(shipped_subject_network(), pixels)
        assert np.array_equal(fast, slow)
        assert 0 < np.abs(slow).max() <= LIMIT


def test_a_border_stands_as_far_before_as_after_or_one_nearer():
    three, five = (Convolution("", k, 1, 1, 1, stride=2) for k in (3, 5))
    assert [lite0.padding(size, three) for size in (128, 117)] == [(0, 1), (1, 1)]
    assert [lite0.padding(size, five) for size in (128, 117)] == [(1, 2), (2, 2)]
    assert lite0.padding(32, BLOCKS[0].depthwise) == (1, 1)


def test_blocks_add_where_nothing_changes_its_shape():
    assert [n for n, block in enumerate(BLOCKS) if block.adds] == [2, 4, 6, 7, 9, 10, 12]


def test_neighbours_in_a_batch_and_threads_change_nothing():
    images, perceptual = pictures(3, 64), Perceptual(shipped_network())
    together = perceptual.features(images)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        alone = perceptual.features(images[1:2])
    finally:
        torch.set_num_threads(threads)
    for a, b in zip(together, alone, strict=True):
        assert torch.equal(a[1:2], b)


@pytest.mark.parametrize(("file", "network", "sha256"), SHIPPED)
def test_a_damaged_file_is_refused(file, network, sha256):
    data = file.encode(network.layers)
    with pytest.raises(ValueError, match="not a perceptual network"):
        file.decode(b"x" + data)
    with pytest.raises(ValueError, match="left over"):
        file.decode(data + b"\0")


@pytest.mark.parametrize(("file", "network", "sha256"), SHIPPED)
def test_weights_that_could_round_are_refused(file, network, sha256):
    first, start = file.shapes[0], len(file.magic)
    data = bytearray(file.encode(network.layers))
    data[start : start + 4] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(ValueError, match="out of range"):
        file.decode(bytes(data))
    data = bytearray(file.encode(network.layers))
    data[start + 4 * first.outputs] = 30
    with pytest.raises(ValueError, match=f"shifts of {first.name}"):
        file.decode(bytes(data))


def test_halves_round_to_the_even_neighbour():
    values = np.array([-6, -2, 2, 6, 10, 3, 1, -3])
    assert shift_half_even(values, np.array(2)).tolist() == [-2, 0, 0, 2, 2, 1, 0, -1]
    assert shift_half_even(values, np.array(0)).tolist() == values.tolist()


def test_the_bank_is_thirty_two_different_pictures():
    images = shipped_bank().images
    assert images.shape == (32, 128, 128, 3)
    assert len({image.tobytes() for image in images}) == 32
