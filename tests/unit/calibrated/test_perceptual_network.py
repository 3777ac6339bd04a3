"""The shipped perceptual network: its file, and the fast path against the slow one."""

import numpy as np
import pytest
import torch

from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.perceptual import (
    CONVOLUTIONS,
    MAGIC,
    TAPS,
    decode,
    encode,
    shipped_network,
)
from scoring.calibrated.reference import reference_features, shift_half_even
from scoring.calibrated.sight import Perceptual
from scoring.spec.calibration import NETWORK_SHA256

pytestmark = pytest.mark.unit


def pictures(count: int, side: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def test_the_shipped_file_is_the_released_one_and_has_one_spelling():
    network = shipped_network()
    assert network.sha256 == NETWORK_SHA256
    assert decode(encode(network.layers)).sha256 == NETWORK_SHA256


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


def test_a_damaged_file_is_refused():
    data = encode(shipped_network().layers)
    with pytest.raises(ValueError, match="not a perceptual network"):
        decode(b"x" + data)
    with pytest.raises(ValueError, match="left over"):
        decode(data + b"\0")


def test_weights_that_could_round_are_refused():
    data = bytearray(encode(shipped_network().layers))
    first = CONVOLUTIONS[0]
    data[len(MAGIC) : len(MAGIC) + 4] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(ValueError, match="out of range"):
        decode(bytes(data))
    data = bytearray(encode(shipped_network().layers))
    data[len(MAGIC) + 4 * first.outputs] = 30
    with pytest.raises(ValueError, match="shifts of conv1"):
        decode(bytes(data))


def test_halves_round_to_the_even_neighbour():
    values = np.array([-6, -2, 2, 6, 10, 3, 1, -3])
    assert shift_half_even(values, np.array(2)).tolist() == [-2, 0, 0, 2, 2, 1, 0, -1]
    assert shift_half_even(values, np.array(0)).tolist() == values.tolist()


def test_the_bank_is_thirty_two_different_pictures():
    images = shipped_bank().images
    assert images.shape == (32, 128, 128, 3)
    assert len({image.tobytes() for image in images}) == 32
