"""Memory is taken up again when nothing refers to it, and never before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from scoring.exact.backends import memory
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.backends.memory import FORGOTTEN_AFTER, SMALLEST_BYTES, Memory
from scoring.exact.network import Autoencoder
from scoring.exact.proofs.golden import GOLDEN_DIGEST, GOLDEN_SPEC, golden_digest
from scoring.exact.proofs.selftest import check_backend
from scoring.exact.reference import ReferenceBackend

pytestmark = pytest.mark.unit

Array = npt.NDArray[Any]
BIG = (SMALLEST_BYTES // 4, 2)


def place(array: Array) -> int:
    return array.ctypes.data


def test_what_nothing_refers_to_is_taken_up_again() -> None:
    kept = Memory()
    first = place(kept.empty(BIG, np.int16))
    other = kept.empty((4 * BIG[0],), np.int8)
    assert place(other) == first and other.dtype == np.int8


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x,
        lambda x: x[3:4],
        lambda x: x.reshape(-1).view(np.int8),
        lambda x: x.T[::-1],
        lambda x: memoryview(x),
        lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 2)),
    ],
)
def test_what_a_view_refers_to_is_left_alone(view: Callable[[Array], Any]) -> None:
    kept = Memory()
    array = kept.empty(BIG, np.int16)
    array[:] = 7
    held, first = view(array), place(array)
    del array
    others = [kept.empty(BIG, np.int16) for _ in range(3)]
    assert first not in [place(other) for other in others]
    for other in others:
        other[:] = 0
    assert np.asarray(held).any()
    del held
    assert place(kept.empty(BIG, np.int16)) == first


def test_small_arrays_are_left_to_the_c_library() -> None:
    kept = Memory()
    assert kept.empty((3, 5), np.int32).base is None


def test_a_much_larger_block_is_not_taken_for_a_small_array() -> None:
    kept = Memory()
    large = place(kept.empty((4 * BIG[0], 2), np.int16))
    assert place(kept.empty(BIG, np.int16)) != large


def test_blocks_of_other_sizes_make_room() -> None:
    kept = Memory()
    for factor in (1, 2, 4, 8, 4, 2, 1):
        kept.empty((factor * BIG[0], 2), np.int16)
    assert sum(block.memory.size for block in kept._blocks) <= 8 * 4 * BIG[0]


def test_what_nobody_asks_for_is_given_back() -> None:
    kept = Memory()
    kept.empty(BIG, np.int16)
    held = kept.empty(BIG, np.int16)
    for _ in range(FORGOTTEN_AFTER + 1):
        kept.empty((1,), np.int16)
    assert [block.memory.size for block in kept._blocks] == [held.nbytes]


def test_a_training_step_asks_less_often_than_blocks_are_forgotten() -> None:
    backend = FusedBackend(1)
    network = Autoencoder(backend, GOLDEN_SPEC, b"seed")
    before = backend._memory._requests
    network.step(np.zeros((2, 64, 64, 3), np.uint8), 0.001)
    assert 3 * (backend._memory._requests - before) < FORGOTTEN_AFTER


def test_threads_never_share_a_block() -> None:
    kept = Memory()

    def alone(number: int) -> bool:
        array = kept.empty(BIG, np.int32)
        array[:] = number
        other = kept.empty(BIG, np.int32)
        other[:] = -1
        return bool((array == number).all())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(alone, range(200)))


def test_with_every_array_taken_up_again_the_integers_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "SMALLEST_BYTES", 1)
    assert golden_digest(FusedBackend(2)) == GOLDEN_DIGEST
    assert check_backend("fused", 1 << 12).passed


def test_a_batch_without_light_or_gradients_finds_no_leftovers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "SMALLEST_BYTES", 1)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    digests = []
    for backend in (FusedBackend(1), ReferenceBackend()):
        network = Autoencoder(backend, GOLDEN_SPEC, b"seed")
        network.step(pixels, 0.001)
        for parameter in network.parameters[:3]:
            parameter.values = backend.array(np.zeros_like(backend.numpy(parameter.values)))
        network.prepare()
        network.step(pixels, 0.001)
        digests.append(network.digest(moments=True))
    assert digests[0] == digests[1]
