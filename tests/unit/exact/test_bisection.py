"""Two runs that part: where, and which of them is right."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exact import ExactModel, train_exact
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.bisect import (
    Bisection,
    bisect_runs,
    different_tensors,
    first_difference,
)
from scoring.exact.proofs.second_opinion import (
    BeforeStep,
    first_different_operation,
    reference_error,
    second_opinion,
    state_before,
    trace_step,
)
from scoring.exact.reference import ReferenceBackend
from scoring.exact.training import Training
from scoring.submission.image import Pixels
from tests.tiny_specs import SEED, TINY_TRAINING

pytestmark = pytest.mark.unit

WRONG_STEP = 5


class WrongOnce(ReferenceBackend):
    """One weight gradient of one step is off by one."""

    def __init__(self) -> None:
        self.calls = 0

    def outer(self, x: Fixed, d: Fixed) -> Fixed:
        found = super().outer(x, d)
        self.calls += 1
        if self.calls == 2 * WRONG_STEP:
            found.q[0, 0] += 1 << 12
        return found


@pytest.fixture(scope="module")
def honest(target: Pixels, fused: FusedBackend) -> ExactModel:
    return train_exact(target, TINY_TRAINING, SEED, backend=fused)


@pytest.fixture(scope="module")
def wrong(target: Pixels) -> ExactModel:
    return train_exact(target, TINY_TRAINING, SEED, backend=WrongOnce())


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40))
def test_bisection_finds_the_first_difference(same: int, differ: int, more: int) -> None:
    common = [b"%d" % i for i in range(same)]
    a = [*common, *(b"a%d" % i for i in range(differ))]
    b = [*common, *(b"b%d" % i for i in range(differ + more))]
    assert first_difference(a, b) == first_difference(b, a) == same
    assert first_difference(a, a) is None
    assert first_difference(a, a[:same]) is None


def test_equal_runs_agree_in_everything(honest: ExactModel, target: Pixels) -> None:
    again = train_exact(target, TINY_TRAINING, SEED, backend=ReferenceBackend())
    assert bisect_runs(honest, again).same


def test_one_wrong_gradient_is_found_within_a_step(honest: ExactModel, wrong: ExactModel) -> None:
    found = bisect_runs(honest, wrong)
    assert (found.cause, found.epoch) == ("step", 2)
    assert found.step == WRONG_STEP


def test_the_reference_says_who_is_right(
    honest: ExactModel, wrong: ExactModel, target: Pixels
) -> None:
    step = bisect_runs(honest, wrong).step
    assert step is not None
    opinion = second_opinion(honest, wrong, step, target, FusedBackend(2))
    assert opinion.digest == honest.step_digests[step - 1]
    assert (opinion.run_a_agrees, opinion.run_b_agrees) == (True, False)
    assert opinion.parts_at is None and opinion.tensors == ()


def test_a_machine_that_is_wrong_itself_is_told_in_which_layer_and_operation(
    honest: ExactModel, wrong: ExactModel, target: Pixels
) -> None:
    opinion = second_opinion(honest, wrong, WRONG_STEP, target, WrongOnce())
    assert (opinion.run_a_agrees, opinion.run_b_agrees) == (True, False)
    assert opinion.parts_at is not None
    assert (opinion.parts_at.layer, opinion.parts_at.name) == ("squeeze", "outer")
    moments = ("squeeze.weight", "squeeze.weight.mean", "squeeze.weight.square")
    assert opinion.tensors == moments


def before(target: Pixels, step: int) -> BeforeStep:
    return state_before(Training(target, TINY_TRAINING, SEED, FusedBackend(2)), step)


def test_two_backends_execute_a_step_operation_by_operation_alike(target: Pixels) -> None:
    traces = [
        trace_step(before(target, 4), backend) for backend in (ReferenceBackend(), FusedBackend(1))
    ]
    assert traces[0] == traces[1]
    assert first_different_operation(*traces) is None
    names = {operation.name for operation in traces[0].operations}
    assert {"down", "up", "window_gradient", "mix", "head", "adam"} <= names


def test_the_first_wrong_operation_is_named(target: Pixels) -> None:
    class WrongMix(ReferenceBackend):
        def window_gradient(self, wide: Fixed, narrow: Fixed) -> Fixed:
            found = super().window_gradient(wide, narrow)
            return Fixed(found.q + (found.q == found.q.max()), found.e)

    good = trace_step(before(target, 1), ReferenceBackend())
    bad = trace_step(before(target, 1), WrongMix())
    index = first_different_operation(good, bad)
    assert index is not None
    assert good.operations[index].name == "window_gradient"
    assert good.operations[index].layer == "decoder.3"
    shorter = dataclasses.replace(good, operations=good.operations[:-1])
    assert first_different_operation(good, shorter) == len(shorter.operations)


def test_a_step_that_is_behind_or_beyond_is_refused(target: Pixels) -> None:
    training = Training(target, TINY_TRAINING, SEED, FusedBackend(2))
    for step in (0, 10):
        with pytest.raises(ValueError, match="not ahead"):
            state_before(training, step)


def test_what_differs_is_named(honest: ExactModel) -> None:
    tensors = {name: values.copy() for name, values in honest.tensors.items()}
    tensors["squeeze.bias"][3] += np.float32(1)
    tampered = dataclasses.replace(honest, tensors=tensors)
    assert bisect_runs(honest, tampered) == Bisection("weights")
    assert different_tensors(honest, tampered) == ("squeeze.bias",)
    spec = dataclasses.replace(TINY_TRAINING, epochs=4)
    assert bisect_runs(honest, dataclasses.replace(honest, spec=spec)).cause == "spec"
    assert bisect_runs(honest, dataclasses.replace(honest, seed=b"")).cause == "seed"
    cut = dataclasses.replace(honest, step_digests=honest.step_digests[:-1])
    assert bisect_runs(honest, cut).cause == "length"
    epochs = (bytes(32), *honest.epoch_digests[1:])
    assert bisect_runs(honest, dataclasses.replace(honest, epoch_digests=epochs)) == Bisection(
        "epoch", None, 1
    )


def test_one_image_can_be_scored_again_by_the_reference(honest: ExactModel, target: Pixels) -> None:
    assert reference_error(honest, target) == honest.squared_error(target)
