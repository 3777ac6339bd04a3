"""The kernels of a GPU's fused backend, as far as they can be tried without one.

Triton's interpreter executes them on the CPU, program by program: so what they calculate is tried,
to the bit. That a GPU's compiler makes of them what is written is read in the instructions that it
chose. How fast they are nobody has measured.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from scoring.exact.backend import Backend
from scoring.exact.backends.gemm import multiply_float64
from scoring.exact.backends.recording import RecordedSteps
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed, Stream
from scoring.exact.proofs.golden import GOLDEN_SPEC
from scoring.exact.proofs.selftest import BEFORE_JUDGING, check_backend
from scoring.exact.proofs.sums import check_many
from scoring.exact.reference import ReferenceBackend
from scoring.submission.image import Pixels
from tests.unit.exact.test_steps_on_a_gpu import traced

pytest.importorskip("triton", reason="torch without CUDA comes without Triton")
pytestmark = pytest.mark.unit

PLAIN = TensorBackend("float64", multiply_float64)
Made = Callable[..., TensorBackend]


@pytest.fixture
def interpreted() -> Made:
    """`CudaFusedBackend`, whose kernels the interpreter executes (tests/conftest.py)."""
    if "TRITON_INTERPRET" not in os.environ:
        pytest.skip("here is a GPU, on which `judge selftest` tries them")
    from scoring.exact.backends.cuda_fused import CudaFusedBackend

    return CudaFusedBackend


def integers(name: str, shape: tuple[int, ...], kind: torch.dtype) -> Fixed:
    """Of the whole range of one digit, or of two; an image among them of zeros."""
    most = 63 if kind == torch.int8 else 8191
    words = Stream(b"kernels", name).words(0, int(np.prod(shape))) % np.uint64(2 * most + 1)
    q = torch.from_numpy(words.astype(np.int64) - most).reshape(shape)
    q[-1] = 0
    return Fixed(q.to(kind), 3)


KINDS = (torch.int8, torch.int16)
# Batch, side, channels on the wide and on the narrow side: sizes that divide by no tile.
SHAPES = ((2, 4, 3, 5), (3, 6, 20, 17), (2, 8, 40, 70))


def same(found: Fixed, wanted: Fixed) -> None:
    assert torch.equal(found.q.to(torch.int64), wanted.q)
    assert int(found.e) == int(wanted.e)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "side", "wide", "narrow"), SHAPES)
def test_convolutions_are_those_of_plain_integers(
    interpreted: Made, n: int, side: int, wide: int, narrow: int, kind: torch.dtype
) -> None:
    backend = interpreted("cpu")
    w = integers("w", (4, 4, wide, narrow), torch.int8)
    x = integers("x", (n, 2 * side, 2 * side, wide), kind)
    y = integers("y", (n, side, side, narrow), kind)
    for found, wanted in (
        (backend.down(x, w), PLAIN.down(x, w)),
        (backend.up(y, w), PLAIN.up(y, w)),
    ):
        same(found, wanted)
        assert found.largest.tolist() == [int(wanted.q.abs().max())]
    for other in KINDS:
        y = integers("y", (n, side, side, narrow), other)
        same(backend.window_gradient(x, y), PLAIN.window_gradient(x, y))


@pytest.mark.parametrize(("n", "side", "wide", "narrow"), SHAPES[1:])
def test_each_image_has_a_largest_number_of_its_own(
    interpreted: Made, n: int, side: int, wide: int, narrow: int
) -> None:
    backend = interpreted("cpu", group=n)
    w = integers("w", (4, 4, wide, narrow), torch.int8)
    x = backend.each(integers("x", (n, 2 * side, 2 * side, wide), torch.int8))
    y = backend.each(integers("y", (n, side, side, narrow), torch.int8))
    for found in (backend.down(x, w), backend.up(y, w)):
        assert found.largest.tolist() == found.q.abs().amax((1, 2, 3)).tolist()
        assert found.largest[0] > 0 and found.largest[-1] == 0


@pytest.mark.parametrize("left", KINDS)
@pytest.mark.parametrize("right", KINDS)
def test_sums_that_several_programs_make_together_are_whole(
    interpreted: Made, left: torch.dtype, right: torch.dtype
) -> None:
    backend = interpreted("cpu")
    same(
        backend.dense(integers("a", (5, 9000), left), integers("b", (9000, 7), right)),
        PLAIN.dense(integers("a", (5, 9000), left), integers("b", (9000, 7), right)),
    )
    x, d = integers("x", (3, 50), left), integers("d", (3, 70), right)
    same(backend.outer(x, d), PLAIN.outer(x, d))
    w = integers("w", (50, 70), torch.int8)
    same(backend.dense_back(d, w), PLAIN.dense_back(d, w))


@pytest.mark.slow  # an interpreter trains the golden networks
@pytest.mark.timeout(1500)
def test_they_pass_the_self_test_of_every_backend(interpreted: Made) -> None:
    report = check_backend("cuda_fused", BEFORE_JUDGING, lambda: interpreted("cpu", group=7))
    assert [check for check in report.checks if not check.passed] == []
    assert len(report.checks) == 5 and report.passed


@pytest.mark.slow  # the sizes at which several programs meet
def test_sums_of_many_programs_are_those_of_the_reference(interpreted: Made) -> None:
    assert check_many(interpreted("cpu")).passed


def test_gradients_that_are_all_masked_or_too_small_are_nothing(interpreted: Made) -> None:
    def run(b: Backend) -> list[Any]:
        z = Fixed(b.array(np.arange(-12, 12, dtype=np.int32).reshape(1, 2, 4, 3)), 2)
        d = Fixed(b.array(np.full((1, 2, 4, 3), 40, np.int32)), 2)
        m, ones = b.measure(z), np.ones(3, np.float32)
        found: list[Any] = []
        for shift, e in ((-1e6, 2), (1e6, 2), (1e6, -140), (0.0, -140)):
            by, plus = b.array(ones), b.array(ones * np.float32(shift))
            masked = b.mask(m, by, plus, Fixed(d.q, e))
            mixed = b.mix(masked.value, m.value, by, b.array(ones * np.float32(0)), plus)
            active = b.activate(m, by, plus)
            for x in (masked.value, mixed, active):
                found += [b.numpy(x.q).astype(np.int64).tolist(), int(x.e)]
            found += [b.numpy(masked.total).tolist(), b.numpy(masked.products).tolist()]
        return found

    assert run(interpreted("cpu")) == run(ReferenceBackend())


def batch(number: int) -> Pixels:
    words = Stream(b"kernels", f"batch.{number}").words(0, 64 * 64 * 3)
    return (words >> np.uint64(56)).astype(np.uint8).reshape(1, 64, 64, 3)


def test_no_number_leaves_the_device(interpreted: Made) -> None:
    """As in test_steps_on_a_gpu.py: there are none to be looked at."""
    backend = interpreted("meta", group=2)
    network = Autoencoder(backend, GOLDEN_SPEC, b"steps")
    for number in range(2):
        learned = network.learn(batch(number), 0.001)
    *maps, latent = network.encode(np.concatenate([batch(0), batch(1)]))
    assert network.decode(latent).is_meta
    for look in (
        lambda: int(learned.squared_error),
        learned.witness,
        lambda: backend.integers(maps[0]),
    ):
        with pytest.raises((NotImplementedError, RuntimeError), match="meta"):
            look()


@pytest.mark.slow  # an interpreter trains six steps
@pytest.mark.timeout(900)
def test_a_recorded_step_gives_the_same_bits(interpreted: Made) -> None:
    """Recorded by torch's tracing, as in test_steps_on_a_gpu.py, which sees every launch."""
    backend, captured = interpreted("cpu"), []

    def capture(run: Callable[[], torch.Tensor]) -> tuple[Callable[[], object], torch.Tensor]:
        captured.append(run)
        return traced(run)

    def trained(recorded: Callable[[Autoencoder], Any]) -> tuple[list[int], str]:
        backend.recorded = recorded  # type: ignore[method-assign]
        network = Autoencoder(backend, GOLDEN_SPEC, b"steps")
        errors = [network.step(batch(i), 0.001 / (1 + i)) for i in range(3)]
        return errors, network.digest(True).hex()

    once = trained(lambda network: RecordedSteps(network, capture))
    assert once == trained(lambda network: network.propagate)
    assert len(captured) == 1


@pytest.mark.slow  # some fifty kernels are compiled
@pytest.mark.timeout(900)
def test_a_gpus_compiler_fuses_no_operations_and_uses_the_tensor_cores() -> None:
    here = {name: x for name, x in os.environ.items() if name != "TRITON_INTERPRET"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.unit.exact.compiled_kernels", "90"],
        env=here,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = {
        kernel: [" ".join(instructions) for instructions in forms.values()]
        for kernel, forms in json.loads(done.stdout).items()
    }
    assert len(found) == 14
    for kernel, forms in found.items():
        for text in forms:
            for wrong in ("fma.", ".ftz", ".approx", "div.full", ".sat.", "mul.f32", "add.f32"):
                assert wrong not in text, (kernel, wrong)
            if kernel in ("down", "up", "window_gradient", "matrix"):
                assert "s32.s8.s8" in text, kernel
    [adam, *_] = found["adam"]
    assert "sqrt.rn.f32" in adam and "div.rn.f32" in adam
