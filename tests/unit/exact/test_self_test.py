"""No backend is trusted: each is tried, and one that is wrong is refused and named."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from scoring.errors import NoExactBackend, UnusableDevice
from scoring.exact.backend import AdamStep, Backend, Measured, Parameter, Propagate
from scoring.exact.backends import instructions
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.backends.gemm import multiply_float64
from scoring.exact.backends.packed import OuterProduct
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.numbers import Fixed
from scoring.exact.proofs import choice, golden, selftest, timing
from scoring.exact.reference import ReferenceBackend
from scoring.spec import FAST, FULL

pytestmark = pytest.mark.unit


class Saturating(ReferenceBackend):
    """As `torch._int_mm` without VNNI: pairs of products are cut off at 16 bits."""

    def dense(self, x: Fixed, w: Fixed) -> Fixed:
        return Fixed(np.clip(x.q @ w.q, -(1 << 15), (1 << 15) - 1), x.e + w.e)


class Fusing(ReferenceBackend):
    """As a compiler that contracts a multiplication and an addition into one rounding."""

    def adam(self, p: Parameter, gradient: Any, factor: np.float32, step: AdamStep) -> None:
        wide = p.values.astype(np.float64) * step.weight_decay.astype(np.float64)
        g = (wide + gradient.astype(np.float32) * factor).astype(np.float32)
        still = AdamStep(np.float32(0), *(getattr(step, name) for name in AdamStep.__slots__[1:]))
        super().adam(p, g, np.float32(1), still)


class Flushing(ReferenceBackend):
    """As a processor that takes subnormal numbers for zero."""

    def adam(self, p: Parameter, gradient: Any, factor: np.float32, step: AdamStep) -> None:
        super().adam(p, gradient, factor, step)
        p.square = np.where(p.square < np.float32(2.0**-126), np.float32(0), p.square)


class Crashing(ReferenceBackend):
    def down(self, x: Fixed, w: Fixed) -> Fixed:
        raise RuntimeError("no kernel image is available")


class Interpreted(ReferenceBackend):
    """As kernels that nobody compiled."""

    def down(self, x: Fixed, w: Fixed) -> Fixed:
        raise AttributeError("'numpy.void' object has no attribute 'runs'")


def missing() -> Backend:
    raise ImportError("No module named 'numba'")


class Misplacing(FusedBackend):
    """Wrong in a dense gradient that is not written out, and in no product that is."""

    def adam(self, p: Parameter, gradient: Any, factor: Any, step: AdamStep) -> None:
        if isinstance(gradient, OuterProduct):
            gradient.left[0, 0] ^= 1
        super().adam(p, gradient, factor, step)


class Stale(ReferenceBackend):
    """As a recorded step that goes on with the constants of the step it was recorded in."""

    def recorded(self, network: Any) -> Propagate:
        first: dict[int, AdamStep] = {}

        def propagate(x: Fixed, pixels: Any, constants: AdamStep) -> Any:
            return network.propagate(x, pixels, first.setdefault(len(pixels), constants))

        return propagate


class Alike(TensorBackend):
    """As a GPU that gives all images of a group the exponents of the first."""

    def __init__(self) -> None:
        super().__init__("alike", multiply_float64, group=7)

    def measure(self, z: Fixed) -> Measured:
        found = super().measure(z)
        if not found.value.e.ndim:  # of a step
            return found
        first = found.value.e[:1].expand_as(found.value.e)
        return replace(found, value=Fixed(found.value.q, first))


@pytest.fixture(autouse=True)
def fresh_choice() -> Iterator[None]:
    choice._chosen.cache_clear()
    yield
    choice._chosen.cache_clear()


def only(monkeypatch: pytest.MonkeyPatch, **made: Callable[[], Backend]) -> None:
    """Leave just these backends; the others are not installed."""
    for name in selftest.BACKENDS:
        monkeypatch.setitem(selftest.BACKENDS, name, made.get(name, missing))


def test_the_golden_digests_are_the_references() -> None:
    assert golden.golden_digest(ReferenceBackend()) == golden.GOLDEN_DIGEST
    assert golden.images_digest(ReferenceBackend()) == golden.GOLDEN_IMAGES


@pytest.mark.parametrize("name", ["fused", "fused_int8", "int8", "float64", "float32"])
def test_every_backend_that_is_here_passes(name: str) -> None:
    report = selftest.check_backend(name)
    assert [check.name for check in report.checks if not check.passed] == []
    assert len(report.checks) == 6
    assert report.passed


@pytest.mark.parametrize(
    ("broken", "noticed"),
    [
        (Saturating, "contractions at the extremes"),
        (Fusing, "65536 Adam steps"),
        (Flushing, "65536 Adam steps"),
        (Misplacing, "65536 Adam steps"),
        (Stale, "golden repeated steps"),
        (Alike, "golden images"),
        (Crashing, "running at all"),
        (Interpreted, "running at all"),
    ],
)
def test_a_wrong_backend_is_refused_by_name_and_the_next_is_taken(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: type[Backend],
    noticed: str,
) -> None:
    only(monkeypatch, fused=broken, reference=ReferenceBackend)
    with caplog.at_level(logging.WARNING):
        chosen = choice.choose_backend()
    assert type(chosen) is ReferenceBackend
    assert f"backend fused refused: {noticed}" in caplog.text


def test_without_numba_another_backend_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"float64": lambda: selftest._tensor("float64"), "reference": ReferenceBackend}
    only(monkeypatch, **made)
    assert choice.choose_backend().name == "float64"


def test_a_gpu_that_passes_judges_unless_the_cpu_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only(monkeypatch, cuda_int8=AsIfOnAGpu, reference=ReferenceBackend)
    assert choice.choose_backend("cuda").name == choice.choose_backend().name == "cuda_int8"
    assert choice.choose_backend("cpu").name == "reference"


class AsIfFusedInt8(ReferenceBackend):
    name = "fused_int8"


@pytest.mark.parametrize(
    ("matrix_unit", "seconds", "made", "judges"),
    [
        (True, 0.1, AsIfFusedInt8, "fused_int8"),
        (True, 0.3, AsIfFusedInt8, "fused"),
        (True, 0.1, Saturating, "fused"),
        (False, 0.1, AsIfFusedInt8, "fused"),
    ],
)
def test_a_matrix_unit_trains_large_networks_where_it_is_right_and_faster(
    monkeypatch: pytest.MonkeyPatch,
    matrix_unit: bool,
    seconds: float,
    made: type[ReferenceBackend],
    judges: str,
) -> None:
    taken = {"fused_int8": seconds, "fused": 0.2}
    monkeypatch.setattr(timing, "training_step_seconds", lambda backend: taken[backend.name])
    monkeypatch.setattr(timing, "_has_int8_products", lambda: matrix_unit)
    only(monkeypatch, fused_int8=made, fused=AsIfFused, reference=ReferenceBackend)
    assert choice.choose_backend(spec=FULL).name == judges
    assert choice.choose_backend(spec=FAST).name == choice.choose_backend().name == "fused"
    assert selftest.self_test().chosen == judges


@pytest.mark.parametrize(
    ("permitted", "pays"),
    [({"avx2", "fma"}, False), ({"avx2", "avxvnni"}, True), ({"neon", "dotprod"}, True)],
)
def test_int8_is_tried_only_with_instructions_that_numba_may_use(
    monkeypatch: pytest.MonkeyPatch, permitted: set[str], pays: bool
) -> None:
    monkeypatch.setattr(instructions, "permitted", lambda: frozenset(permitted))
    assert timing.int8_may_pay(FULL) is pays
    assert not timing.int8_may_pay(FAST)


class AsIfFused(ReferenceBackend):
    name = "fused"


class AsIfOnAGpu(ReferenceBackend):
    name = "cuda_int8"


@pytest.mark.parametrize(("gpu_seconds", "judges"), [(0.1, "cuda_int8"), (0.3, "fused")])
def test_a_gpu_judges_only_where_it_is_faster_than_the_cpu(
    monkeypatch: pytest.MonkeyPatch, gpu_seconds: float, judges: str
) -> None:
    seconds = {"cuda_int8": gpu_seconds, "fused": 0.2}
    monkeypatch.setattr(timing, "training_step_seconds", lambda backend: seconds[backend.name])
    only(monkeypatch, cuda_int8=AsIfOnAGpu, fused=AsIfFused, reference=ReferenceBackend)
    assert choice.choose_backend("auto").name == judges
    assert selftest.self_test().chosen == judges
    assert choice.choose_backend("cuda").name == "cuda_int8"
    assert choice.choose_backend("cpu").name == "fused"


class AsIfFusedOnAGpu(ReferenceBackend):
    name = "cuda_fused"


@pytest.mark.parametrize(
    ("kernels", "seconds", "judges"),
    [
        (AsIfFusedOnAGpu, 0.05, "cuda_fused"),
        (AsIfFusedOnAGpu, 0.15, "cuda_int8"),
        (Saturating, 0.05, "cuda_int8"),
        (Crashing, 0.05, "cuda_int8"),
        (missing, 0.05, "cuda_int8"),
    ],
)
def test_kernels_of_our_own_judge_on_a_gpu_where_they_are_right_and_faster(
    monkeypatch: pytest.MonkeyPatch,
    kernels: Callable[[], Backend],
    seconds: float,
    judges: str,
) -> None:
    taken = {"cuda_fused": seconds, "cuda_int8": 0.1, "fused": 0.2}
    monkeypatch.setattr(timing, "training_step_seconds", lambda backend: taken[backend.name])
    only(monkeypatch, cuda_fused=kernels, cuda_int8=AsIfOnAGpu, fused=AsIfFused)
    assert choice.choose_backend("cuda").name == choice.choose_backend("auto").name == judges
    assert selftest.self_test().chosen == judges


def test_a_gpu_on_which_plain_operations_fail_is_not_trusted_with_our_own(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    only(monkeypatch, cuda_fused=AsIfFusedOnAGpu, cuda_int8=Crashing, fused=AsIfFused)
    assert choice.choose_backend("auto").name == "fused"
    assert caplog.text.count("backend cuda_int8 refused: running at all") == 1
    with pytest.raises(UnusableDevice, match="no kernel image is available"):
        choice.choose_backend("cuda")


@pytest.mark.parametrize(
    ("capability", "compiler", "headers", "why"),
    [
        ((7, 5), "/usr/bin/gcc", "/", "older than Ampere"),
        ((9, 0), None, "/", "no C compiler"),
        ((9, 0), "/usr/bin/gcc", "/nowhere", "no /nowhere/Python.h"),
    ],
)
def test_what_our_own_kernels_need_of_a_machine_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capability: tuple[int, int],
    compiler: str | None,
    headers: str,
    why: str,
) -> None:
    monkeypatch.setattr(selftest, "require_gpu", lambda device: None)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(selftest.shutil, "which", lambda name: compiler)
    monkeypatch.setattr(selftest.sysconfig, "get_paths", lambda: {"include": headers})
    report = selftest.check_backend("cuda_fused")
    assert why in report.missing and not report.checks


class OutOfResources(Exception):
    """As Triton's, which is no RuntimeError."""


@pytest.mark.parametrize("kind", [RuntimeError, OutOfResources])
def test_a_gpu_without_room_leaves_the_judging_to_the_cpu(
    kind: type[Exception], fused: FusedBackend, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(AsIfOnAGpu):
        def array(self, values: Any) -> Any:
            raise kind("out of memory")

    assert timing.fastest([Full(), fused]) is fused
    assert "cuda_int8 is not used: out of memory" in caplog.text


@pytest.mark.parametrize("broken", [missing, Saturating, Crashing])
def test_without_a_right_gpu_the_cpu_judges_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: Callable[[], Backend],
) -> None:
    only(monkeypatch, cuda_int8=broken, reference=ReferenceBackend)
    with caplog.at_level(logging.INFO):
        assert choice.choose_backend("auto").name == "reference"
    assert "judging on the CPU" in caplog.text
    with pytest.raises(UnusableDevice, match="the device cuda cannot judge") as caught:
        choice.choose_backend("cuda")
    assert '"cpu"' in caught.value.hint


def test_a_gpu_of_a_number_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(UnusableDevice, match="cuda:1 cannot judge: torch sees 1 GPU"):
        choice.choose_backend("cuda:1")


def test_with_nothing_right_nothing_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, reference=Saturating)
    with pytest.raises(NoExactBackend):
        choice.choose_backend()


def test_wrong_roots_in_numpy_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = np.sqrt
    monkeypatch.setattr(np, "sqrt", lambda x: np.nextafter(real(x), np.float32(np.inf)))
    with pytest.raises(NoExactBackend, match="square roots"):
        choice.choose_backend()


def test_the_report_says_what_was_tried_and_what_would_judge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only(monkeypatch, fused=FusedBackend, reference=ReferenceBackend)
    report = selftest.self_test()
    assert report.passed
    assert report.chosen == "fused"
    assert {entry.name: entry.missing for entry in report.backends}["int8"] != ""
    assert all(check.passed for check in report.machine)
    only(monkeypatch, fused=Saturating, reference=ReferenceBackend)
    report = selftest.self_test()
    assert not report.passed
    assert report.chosen == "reference"
