"""A second opinion on one step, and on one score: what the slow, obvious reference gets there.

A training is repeated up to the step, by whatever backend; the step itself is then executed by the
reference alone, operation by operation, and by any other backend that is to be compared with it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.exact.archive import Tensors, tensors_digest
from scoring.exact.backend import Backend, Masked, Measured
from scoring.exact.layers import Dense, Head
from scoring.exact.model import ExactModel, chained
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.choice import choose_backend
from scoring.exact.reference import ReferenceBackend
from scoring.exact.training import Training
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels


@dataclass(frozen=True)
class Operation:
    """One operation of a step: the layer that asked for it, its name, the digest of all it gave."""

    layer: str
    name: str
    digest: bytes


@dataclass(frozen=True)
class StepTrace:
    """One step, executed in the open."""

    step: int
    operations: tuple[Operation, ...]
    tensors: Mapping[str, bytes]
    """After the step: the digest of every weight, moment and statistic by name."""
    digest: bytes
    """The step's digest, to be compared with the committed one."""


@dataclass(frozen=True)
class SecondOpinion:
    """What the reference gets in a step, and who else got it: a run, or this machine's backend."""

    step: int
    digest: bytes
    """The step's digest by the reference."""
    run_a_agrees: bool
    run_b_agrees: bool
    backend: str
    """The backend that this machine would judge with."""
    parts_at: Operation | None
    """The first operation of the step in which that backend parts from the reference."""
    tensors: tuple[str, ...]
    """The tensors in which it differs from the reference after the step."""


def second_opinion(
    a: ExactModel, b: ExactModel, step: int, target: Pixels, backend: Backend | None = None
) -> SecondOpinion:
    """Repeat two runs of one spec and seed up to `step`, and execute it by the reference.

    `target`: uint8 (512, 512, 3), what the runs were trained on. `backend`: what repeats them; the
    fastest one that passes its self-test if None.
    """
    backend = backend or choose_backend(spec=a.spec)
    before = state_before(Training(target, a.spec, a.seed, backend), step)
    reference, own = trace_step(before, ReferenceBackend()), trace_step(before, backend)
    index = first_different_operation(reference, own)
    return SecondOpinion(
        step=step,
        digest=reference.digest,
        run_a_agrees=a.step_digests[step - 1] == reference.digest,
        run_b_agrees=b.step_digests[step - 1] == reference.digest,
        backend=backend.name,
        parts_at=None if index is None else own.operations[index],
        tensors=tuple(n for n, d in reference.tensors.items() if own.tensors[n] != d),
    )


@dataclass(frozen=True, eq=False)
class BeforeStep:
    """All that a step follows from."""

    spec: TrainingSpec
    step: int
    tensors: Tensors
    batch: Pixels  # (N, S, S, 3)
    rate: float
    last_digest: bytes


def state_before(training: Training, step: int) -> BeforeStep:
    """Continue a training to where `step` begins; the training is used up.

    Raises ValueError for a step that is not ahead.
    """
    if not training.network.steps < step <= training.steps_in_all:
        raise ValueError(f"step {step} is not ahead of a training at {training.network.steps}")
    while step - training.network.steps > training.steps_per_epoch:
        training.run_epoch()
    batches = training.batches(training.epoch + 1)
    following = training.steps()
    while training.network.steps < step - 1:
        next(batches)
        next(following)
    state = training.state
    return BeforeStep(
        spec=training.spec,
        step=step,
        tensors=dict(training.network.tensors(moments=True)),
        batch=next(batches),
        rate=state.plateau.rate,
        last_digest=state.step_digests[-1] if state.step_digests else bytes(32),
    )


def trace_step(before: BeforeStep, backend: Backend) -> StepTrace:
    """Execute one step by `backend`, noting what every operation gives."""
    operations: list[Operation] = []
    network = Autoencoder(_Recorder(backend, operations), before.spec, None)
    for layer in network.layers:
        name = layer.weight.name.removesuffix(".weight")
        layer.backend = _Recorder(backend, operations, name)
        if not isinstance(layer, Dense | Head):
            layer.norm.backend = layer.backend
    network.restore(before.tensors)
    network.steps = before.step - 1
    operations.clear()
    learned = network.learn(before.batch, before.rate)
    after = network.tensors(moments=True)
    return StepTrace(
        step=before.step,
        operations=tuple(operations),
        tensors={name: tensors_digest([(name, values)]) for name, values in after},
        digest=chained(
            before.last_digest, before.step, int(learned.squared_error), learned.witness()
        ),
    )


class _Recorder:
    """A backend that notes the digest of everything an inner backend gives to one layer."""

    def __init__(self, inner: Backend, operations: list[Operation], layer: str = "") -> None:
        self._inner, self._layer, self._operations = inner, layer, operations

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        if name == "recorded":  # nothing is: every operation is to be seen
            return lambda network: network.propagate
        if name in ("name", "channels", "array", "numpy", "integers", "checksums"):
            return inner

        def recorded(*arguments: Any) -> Any:
            result = inner(*arguments)
            given = arguments[0] if name == "adam" else result
            hasher = hashlib.sha256()
            for part in self._parts(name, given):
                hasher.update(np.ascontiguousarray(part).tobytes())
            layer = given.name.rpartition(".")[0] if name == "adam" else self._layer
            self._operations.append(Operation(layer, name, hasher.digest()))
            return result

        return recorded

    def _parts(self, name: str, given: Any) -> list[Any]:
        """Arrays of int64 or floats that say all of a result, the same on every backend."""
        if isinstance(given, Fixed):
            if name in ("load", "activate", "mix", "flatten", "unflatten"):
                q = self._inner.integers(given)
            elif name == "weight":
                return [np.array([int(given.e)], np.int64)]
            else:
                q = self._inner.numpy(given.q)
            return [np.array([int(given.e)], np.int64), q.astype(np.int64)]
        if isinstance(given, Measured | Masked):
            sums = [given.total, given.squares if isinstance(given, Measured) else given.products]
            values = self._inner.numpy(given.value.q).astype(np.int64)
            exponent = np.array([int(given.value.e)], np.int64)
            return [exponent, values, *map(self._inner.numpy, sums)]
        if isinstance(given, tuple):  # of `settle`, or of `head`, which begins with the error
            *error, value, sums = given
            numbers = [np.array([int(x)], np.int64) for x in error]
            return [*numbers, *self._parts("load", value), self._inner.numpy(sums)]
        return [self._inner.numpy(array) for array in (given.values, given.mean, given.square)]


def first_different_operation(a: StepTrace, b: StepTrace) -> int | None:
    """The index of the first operation that two executions of a step disagree on."""
    pairs = zip(a.operations, b.operations, strict=False)
    found = next((index for index, (x, y) in enumerate(pairs) if x != y), None)
    if found is None and len(a.operations) != len(b.operations):
        return min(len(a.operations), len(b.operations))
    return found


def reference_error(model: ExactModel, image: Pixels) -> int:
    """One image's squared error by the reference alone, whatever backend the model uses."""
    network = Autoencoder(ReferenceBackend(), model.spec, None)
    network.restore(model.tensors)
    return network.squared_error(model.view(image))
