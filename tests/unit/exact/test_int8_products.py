"""Products of int8 digits where they take other ways: in parts, in full tiles, on any processor."""

import os
import subprocess
import sys

import numpy as np
import pytest

from scoring.bench.matrix import Setting, settings_here
from scoring.exact.backend import Backend, Parameter
from scoring.exact.backends import fused_int8
from scoring.exact.backends.byte_tiles import HAS_TILES
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.backends.fused_int8 import FusedInt8Backend
from scoring.exact.backends.seen import Seen
from scoring.exact.network import adam_constants
from scoring.exact.numbers import Fixed, Ints
from scoring.exact.reference import ReferenceBackend

STEP = adam_constants(1, 0.001, 0.00001)


def drawn(seed: int, shape: tuple[int, ...], most: int) -> Ints:
    kind = np.int8 if most < 128 else np.int16  # as activations and gradients are loaded
    return np.random.default_rng(seed).integers(-most, most + 1, shape).astype(kind)


@pytest.mark.parametrize("digits", [(63, 8191), (8191, 63), (8191, 8191)])
def test_a_gradient_of_many_images_is_the_sum_of_its_parts(
    monkeypatch: pytest.MonkeyPatch, digits: tuple[int, int]
) -> None:
    monkeypatch.setattr(fused_int8, "_MOST_POSITIONS", 2 * 16 * 16)  # of seven images, two
    wide, narrow = drawn(1, (7, 32, 32, 5), digits[0]), drawn(2, (7, 16, 16, 33), digits[1])
    found, wanted = (
        b.window_gradient(b.load(wide, 0), b.load(narrow, 0)).q
        for b in (FusedInt8Backend(2), ReferenceBackend())
    )
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("most", [63, 8191])
@pytest.mark.parametrize("width", [16, 18, 48])
@pytest.mark.parametrize(("few", "many"), [(3, 64), (8, 33), (9, 40), (32, 32)])
def test_tiles_that_are_full_and_tiles_that_are_not(
    most: int, width: int, few: int, many: int
) -> None:
    wide, narrow = drawn(3, (2, 8, 2 * width, few), most), drawn(4, (2, 4, width, many), most)
    weights = drawn(5, (4, 4, few, many), 63).astype(np.float32)
    found, wanted = (
        both_ways(b, wide, narrow, weights) for b in (FusedInt8Backend(2), ReferenceBackend())
    )
    for ours, plain in zip(found, wanted, strict=True):
        assert np.array_equal(ours, plain)


def both_ways(b: Backend, wide: Ints, narrow: Ints, weights: Ints) -> list[Ints]:
    w = b.weight(b.array(weights))
    return [b.down(b.load(wide, 0), w).q, b.up(b.load(narrow, 0), w).q]


def uses_of_a_gradient(b: Backend, channels: int) -> list[Ints]:
    """Batch norm's gradient of (5, 16, 16, channels) by itself and in every product."""
    z, d = (drawn(seed, (5, 16, 16, channels), 8191).astype(np.int32) * 1000 for seed in (11, 12))
    by = [b.array(drawn(seed, (channels,), 63).astype(np.float32)) for seed in (13, 14, 15)]
    m = b.measure(Fixed(b.array(z), 0))
    g = b.mix(b.mask(m, by[0], by[1], Fixed(b.array(d), -3)).value, m.value, *by)
    few = b.weight(b.array(drawn(16, (4, 4, 3, channels), 63).astype(np.float32)))
    many = b.weight(b.array(drawn(17, (4, 4, 40, channels), 63).astype(np.float32)))
    down = b.weight(b.array(drawn(18, (4, 4, channels, 40), 63).astype(np.float32)))
    wide, narrow = b.load(drawn(19, (5, 32, 32, 9), 63), 0), b.load(drawn(20, (5, 8, 8, 9), 63), 0)
    products = b.up(g, few), b.up(g, many), b.down(g, down)
    gradients = b.window_gradient(wide, g), b.window_gradient(g, narrow)
    return [b.integers(g), *(b.numpy(x.q) for x in (*products, *gradients))]


@pytest.mark.parametrize("channels", [32, 64, 192])
def test_gradients_that_are_written_as_digits_are_used_as_any(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fused_int8, "_MOST_POSITIONS", 2 * 16 * 16)  # of five images, two
    found, wanted = (
        uses_of_a_gradient(b, channels) for b in (FusedInt8Backend(2), FusedBackend(1))
    )
    assert abs(found[0]).max() > 4096
    for ours, plain in zip(found, wanted, strict=True):
        assert np.array_equal(ours, plain)


@pytest.mark.parametrize(("rows", "depth"), [(64, 128), (32, 64), (33, 64), (32, 65), (96, 8192)])
@pytest.mark.parametrize("images", [1, 16, 17])
def test_gradients_go_back_through_a_dense_layer(images: int, rows: int, depth: int) -> None:
    d, weights = drawn(6, (images, depth), 8191), drawn(7, (rows, depth), 63).astype(np.float32)
    found, wanted = (
        b.dense_back(b.load(d, 0), b.weight(b.array(weights))).q
        for b in (FusedInt8Backend(2), ReferenceBackend())
    )
    assert np.array_equal(found, wanted)


OTHERS = [
    setting
    for setting in settings_here()
    if setting.backend == "fused_int8" and "NUMBA_CPU_FEATURES" in setting.environment
]
BY_ANOTHER_WAY = """
import sys
import pytest
from scoring.exact.backends.byte_dots import BY_DOTS
from scoring.exact.backends.byte_tiles import HAS_TILES
assert (BY_DOTS, HAS_TILES) == (sys.argv[1] or "written out", False)
sys.exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""
WITH_EVERY_PRODUCT = "tiles_that_are_full or written_as_digits or through_a_dense_layer"


@pytest.mark.parametrize("setting", OTHERS, ids=lambda s: s.needs or "neither")
def test_every_way_that_this_processor_knows_gives_the_same(setting: Setting) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BY_ANOTHER_WAY, setting.needs, __file__, "-k", WITH_EVERY_PRODUCT],
        env={**os.environ, **setting.environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout and "skipped" not in done.stdout


REFUSED = """
import ctypes, numba
ctypes.CDLL = lambda *_: type("Kernel", (), {"syscall": lambda *_: -1})()
from scoring.exact.proofs.selftest import check_backend
print(check_backend("fused_int8", 8).missing)
"""


def test_another_backend_judges_where_the_system_refuses_the_matrix_unit() -> None:
    done = subprocess.run([sys.executable, "-c", REFUSED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    refused = "does not let this process use the processor's matrix unit" in done.stdout
    assert refused == HAS_TILES


class TestWhatAdamSaw:
    def parameter(self, backend: Backend) -> Parameter:
        values = np.random.default_rng(8).standard_normal(5000).astype(np.float32)
        zeros = np.zeros_like(values)
        p = Parameter("", *(backend.array(x) for x in (values, zeros, zeros)))
        backend.adam(p, backend.array(np.arange(5000)), np.float32(2.0**-12), STEP)
        return p

    def test_is_what_reading_the_weights_gives(self) -> None:
        ours, plain = FusedInt8Backend(3), ReferenceBackend()
        p, q = self.parameter(ours), self.parameter(plain)
        assert ours.checksums([p]) == plain.checksums([q])
        assert ours.largest(p.values) == float(np.abs(q.values).max())

    def test_is_forgotten_once_it_was_asked_for(self) -> None:
        ours, plain = FusedInt8Backend(3), ReferenceBackend()
        p, q = self.parameter(ours), self.parameter(plain)
        ours.checksums([p]), ours.weight(p.values)
        p.values[7] = q.values[7] = 9.0
        assert ours.checksums([p]) == plain.checksums([q])
        assert ours.largest(p.values) == 9.0

    def test_is_of_no_other_array_in_the_same_place(self) -> None:
        seen = Seen()
        values = np.zeros(3, np.float32)
        seen.note(values, [(1, 2)])
        del values
        for other in [np.zeros(3, np.float32) for _ in range(50)]:
            assert seen.largest(other) is None
            assert seen.checksum(other) is None
