"""Every operation of every backend gives the reference's integers, and those are the right ones."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.exact.backend import Backend, Parameter
from scoring.exact.backends.gemm import multiply_cuda_int8
from scoring.exact.network import adam_constants
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.selftest import backend_named
from scoring.exact.reference import ReferenceBackend

pytestmark = pytest.mark.unit

NAMES = ["fused", "fused_int8", "int8", "float64", "float32"]
REFERENCE = ReferenceBackend()
LOADED = {name: backend_named(name) for name in NAMES}
seeds = st.integers(0, 2**32 - 1)
widths = st.integers(1, 40)


def integers(seed: int, shape: tuple[int, ...], most: int) -> npt.NDArray[np.int16]:
    """Half of the time at the extremes, where saturation and overflow would show."""
    random = np.random.default_rng(seed)
    if seed % 2:
        return (random.choice([-most, most, most - 1, 0], shape)).astype(np.int16)
    return random.integers(-most, most + 1, shape).astype(np.int16)


def plain(backend: Backend, x: Fixed) -> tuple[Any, int]:
    return backend.numpy(x.q).astype(np.int64).tolist(), x.e


def narrow(backend: Backend, x: Fixed) -> tuple[Any, int]:
    return backend.integers(x).astype(np.int64).tolist(), x.e


def kernel(backend: Backend, seed: int, channels: int, columns: int) -> Fixed:
    values = np.random.default_rng(seed).standard_normal((4, 4, channels, columns))
    return backend.weight(backend.array(values.astype(np.float32)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(seed=seeds, channels=widths, columns=widths)
def test_convolutions_are_exact(name: str, seed: int, channels: int, columns: int) -> None:
    def run(b: Backend) -> list[Any]:
        w = kernel(b, seed, channels, columns)
        small = b.load(integers(seed, (2, 8, 8, channels), 63), -3)
        large = b.load(integers(seed, (2, 8, 8, channels), 8191), 2)
        back = b.load(integers(seed + 1, (2, 4, 4, columns), 8191), 5)
        light = b.load(integers(seed + 1, (2, 4, 4, columns), 63), 5)
        return [
            plain(b, x)
            for x in (
                b.down(small, w),
                b.down(large, w),
                b.up(back, w),
                b.up(light, w),
                b.window_gradient(small, back),
                b.window_gradient(large, light),
            )
        ]

    assert run(LOADED[name]) == run(REFERENCE)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8)
@given(seed=seeds, count=st.integers(1, 9), inputs=st.integers(1, 70), outputs=widths)
def test_dense_products_are_exact(
    name: str, seed: int, count: int, inputs: int, outputs: int
) -> None:
    def run(b: Backend) -> list[Any]:
        values = np.random.default_rng(seed).standard_normal((inputs, outputs))
        w = b.weight(b.array(values.astype(np.float32)))
        x = b.load(integers(seed, (count, inputs), 63), -3)
        d = b.load(integers(seed + 1, (count, outputs), 8191), 4)
        results = [b.dense(x, w), b.dense_back(d, w), b.outer(x, d)]
        rounded, sums = b.settle(results[1])
        bias = b.array(np.random.default_rng(seed).standard_normal(outputs).astype(np.float32))
        affine = b.affine(results[0], bias)
        return [
            *(plain(b, z) for z in results),
            narrow(b, rounded),
            sums.tolist(),
            narrow(b, affine),
        ]

    assert run(LOADED[name]) == run(REFERENCE)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(seed=seeds, channels=widths, power=st.integers(0, 30), e=st.integers(-30, 10))
def test_batch_norm_passes_agree(name: str, seed: int, channels: int, power: int, e: int) -> None:
    random = np.random.default_rng(seed)
    z = random.integers(-(1 << power), (1 << power) + 1, (2, 4, 4, channels)).astype(np.int32)
    d = random.integers(-(1 << power), (1 << power) + 1, z.shape).astype(np.int32)
    scale = random.standard_normal(channels).astype(np.float32)
    shift = (random.standard_normal(channels) * 4000).astype(np.float32)
    by = [random.standard_normal(channels).astype(np.float32) for _ in range(3)]

    def run(b: Backend) -> list[Any]:
        m = b.measure(Fixed(b.array(z), e))
        line = b.array(scale), b.array(shift)
        masked = b.mask(m, *line, Fixed(b.array(d), e - 5))
        mixed = b.mix(masked.value, m.value, *map(b.array, by))
        return [
            plain(b, m.value),
            m.count,
            *(array.tolist() for array in (m.total, m.squares)),
            narrow(b, b.activate(m, *line)),
            plain(b, masked.value),
            masked.total.tolist(),
            masked.products.tolist(),
            narrow(b, mixed),
        ]

    assert run(LOADED[name]) == run(REFERENCE)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10)
@given(seed=seeds, e=st.integers(-30, -5))
def test_the_head_agrees(name: str, seed: int, e: int) -> None:
    random = np.random.default_rng(seed)
    z = random.integers(-(1 << 24), 1 << 24, (2, 8, 8, 3)).astype(np.int32)
    pixels = random.integers(0, 256, z.shape).astype(np.uint8)
    bias = random.standard_normal(3).astype(np.float32)

    def run(b: Backend) -> list[Any]:
        error, gradient, sums = b.head(Fixed(b.array(z), e), b.array(bias), pixels)
        output = b.predict(Fixed(b.array(z), e), b.array(bias))
        return [int(error), narrow(b, gradient), sums.tolist(), output.tolist()]

    assert run(LOADED[name]) == run(REFERENCE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("factor", [1.0, 2.0**-60, 2.0**-120])
def test_adam_agrees_bit_by_bit_from_subnormal_to_large(name: str, factor: float) -> None:
    random = np.random.default_rng(3)
    sizes = 2.0 ** random.integers(-70, 20, 5000)
    arrays = [(random.standard_normal(5000) * sizes).astype(np.float32) for _ in range(3)]
    gradient = random.integers(-(1 << 31), 1 << 31, 5000)

    def run(b: Backend) -> list[Any]:
        p = Parameter("", b.array(arrays[0]), b.array(arrays[1]), b.array(np.abs(arrays[2])))
        for step in (1, 2, 1000):
            constants = adam_constants(step, 0.001, 0.00001)
            b.adam(p, b.array(gradient), np.float32(factor), constants)
        after = [b.numpy(array).tobytes() for array in (p.values, p.mean, p.square)]
        return [*after, b.numpy(b.checksums([p, p])).astype(np.uint64).tolist()]

    assert run(LOADED[name]) == run(REFERENCE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 1), (7, 33), (13, 512), (39, 1100), (300, 128), (9, 256)])
def test_adam_by_a_dense_gradient_agrees_bit_by_bit(name: str, shape: tuple[int, int]) -> None:
    random = np.random.default_rng(4)
    arrays = [random.standard_normal(shape).astype(np.float32) for _ in range(3)]

    def run(b: Backend) -> list[Any]:
        p = Parameter("", b.array(arrays[0]), b.array(arrays[1]), b.array(np.abs(arrays[2])))
        x = b.load(integers(6, (5, shape[0]), 63).astype(np.int8), -3)
        d = b.load(integers(7, (5, shape[1]), 8191), 4)
        for step in (1, 2):
            b.adam(p, b.outer(x, d).q, np.float32(2.0**-9), adam_constants(step, 0.001, 0.00001))
        after = [b.numpy(array).tobytes() for array in (p.values, p.mean, p.square)]
        checksums = b.numpy(b.checksums([p])).astype(np.uint64).tolist()
        return [*after, checksums, narrow_weights(b, p)]

    assert run(LOADED[name]) == run(REFERENCE)


def narrow_weights(b: Backend, p: Parameter) -> tuple[Any, int]:
    """The weights as the next step uses them, by a product with ones."""
    w = b.weight(p.values)
    return plain(b, b.dense(b.load(np.ones((1, p.values.shape[0]), np.int8), 0), w))


@pytest.mark.parametrize("name", [*NAMES, "reference"])
def test_tensors_of_zeros_stay_zero(name: str) -> None:
    b = backend_named(name)
    w = b.weight(b.array(np.zeros((4, 4, 2, 3), np.float32)))
    z = b.down(b.load(np.zeros((1, 8, 8, 2), np.int16), 7), w)
    m = b.measure(z)
    ones, nought = b.array(np.ones(3, np.float32)), b.array(np.zeros(3, np.float32))
    y = b.activate(m, ones, nought)
    masked = b.mask(m, ones, nought, z)
    mixed = b.mix(masked.value, m.value, ones, ones, nought)
    settled, sums = b.settle(Fixed(b.array(np.zeros((2, 3), np.int32)), 3))
    for x in (m.value, y, masked.value, mixed, settled):
        assert x.e == 0
        assert not np.any(b.numpy(x.q))
    assert not np.any(b.numpy(sums))


@settings(max_examples=10)
@given(seed=seeds, channels=st.integers(1, 4), columns=st.integers(1, 4))
def test_the_reference_convolves_as_the_sums_are_written(
    seed: int, channels: int, columns: int
) -> None:
    x = integers(seed, (1, 8, 4, channels), 63).astype(int)
    g = integers(seed + 1, (1, 4, 2, columns), 8191).astype(int)
    w = kernel(REFERENCE, seed, channels, columns)
    down = REFERENCE.down(REFERENCE.load(x, 0), w).q
    up = REFERENCE.up(REFERENCE.load(g, 0), w).q
    gradient = REFERENCE.window_gradient(REFERENCE.load(x, 0), REFERENCE.load(g, 0)).q
    wanted_down, wanted_up = np.zeros_like(down), np.zeros_like(up)
    wanted_gradient = np.zeros_like(gradient)
    for oy in range(4):
        for ox in range(2):
            for ky in range(4):
                for kx in range(4):
                    y, z = 2 * oy + ky - 1, 2 * ox + kx - 1
                    if 0 <= y < 8 and 0 <= z < 4:
                        wanted_down[0, oy, ox] += x[0, y, z] @ w.q[ky, kx]
                        wanted_up[0, y, z] += w.q[ky, kx] @ g[0, oy, ox]
                        wanted_gradient[ky, kx] += np.outer(x[0, y, z], g[0, oy, ox])
    assert np.array_equal(down, wanted_down)
    assert np.array_equal(up, wanted_up)
    assert np.array_equal(gradient, wanted_gradient)


def test_the_longest_sums_that_a_spec_allows_do_not_overflow() -> None:
    w = np.full((4, 4, 2, 256), 1.0, np.float32)
    wide = np.full((1, 4, 8, 256), 8191, np.int16)
    for name in ("fused", "fused_int8", "float64"):
        b = LOADED[name]
        weight = b.weight(b.array(w.transpose(0, 1, 3, 2).copy()))
        z = b.down(b.load(wide, 0), weight)
        inside = int(b.numpy(z.q)[0, 0, 1, 0])
        assert inside == 12 * 256 * 8191 * 32
        measured = b.measure(Fixed(b.array(np.full((1, 4, 4, 1), 2113671168, np.int32)), 0))
        assert b.numpy(measured.total).tolist() == [16 * round(2113671168 / 2**18)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [15, 16, 33])
def test_sums_of_the_largest_numbers_do_not_overflow(name: str, width: int) -> None:
    """Of long lines, which are added up in parts."""
    signs = np.random.default_rng(width).choice([-1, 1], (2, 4, width, 3))
    z = np.where(np.arange(3) == 0, 8191, 8191 * signs).astype(np.int32)
    b, one, nought = LOADED[name], np.ones(3, np.float32), np.zeros(3, np.float32)
    m = b.measure(Fixed(b.array(z), 0))
    count = 8 * width
    assert b.numpy(m.squares).tolist() == [8191.0**2 * count] * 3
    assert b.numpy(m.total).tolist() == z.sum((0, 1, 2), np.int64).tolist()
    masked = b.mask(m, b.array(one), b.array(nought), Fixed(b.array(z), 0))
    positive = (z > 0).sum((0, 1, 2))
    assert b.numpy(masked.total).tolist() == (8191 * positive).tolist()
    assert b.numpy(masked.products).tolist() == (8191**2 * positive).tolist()


@settings(max_examples=20)
@given(
    seed=seeds,
    rows=st.integers(1, 40),
    depth=st.integers(1, 40),
    columns=widths,
    tall=st.booleans(),
)
def test_padding_for_a_gpu_adds_nothing(
    seed: int, rows: int, depth: int, columns: int, tall: bool
) -> None:
    """The padding runs on the CPU just as well; the GPU itself is tried by the self-test."""
    kind, most = (torch.int16, 8191) if tall else (torch.int8, 63)
    a, b = integers(seed, (rows, depth), most), integers(seed + 1, (depth, columns), 63)
    got = multiply_cuda_int8(torch.from_numpy(a).to(kind), torch.from_numpy(b).to(torch.int8))
    assert np.array_equal(got.numpy(), a.astype(np.int64) @ b.astype(np.int64))
