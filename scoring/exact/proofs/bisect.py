"""Finding where two runs part, and who is right there: a second opinion by the reference alone.

Step digests are chained, so they agree up to the first wrong step and never after it; bisection
finds it in a few comparisons. `trace_step` then executes that one step operation by operation.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.exact.archive import tensors_digest
from scoring.exact.backend import Backend, Masked, Measured
from scoring.exact.model import ExactModel, chained
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed
from scoring.exact.reference import ReferenceBackend
from scoring.exact.training import Training
from scoring.submission.image import Pixels


@dataclass(frozen=True)
class Bisection:
    """Where two runs part; everything is None if they do not."""

    cause: str | None
    """'spec', 'seed', 'step', 'epoch', 'weights' or 'length': the first thing that differs."""
    step: int | None = None
    """The first step whose digests differ, counted from 1."""
    epoch: int | None = None
    """The first epoch whose digests differ, counted from 1."""

    @property
    def same(self) -> bool:
        """Whether the runs agree in everything."""
        return self.cause is None


def first_difference(a: Sequence[bytes], b: Sequence[bytes]) -> int | None:
    """The first index where two chains of digests differ; None if one only goes on further."""
    low, high = 0, min(len(a), len(b))
    if high == 0 or a[high - 1] == b[high - 1]:
        return None
    while low + 1 < high:
        middle = (low + high) // 2
        if a[middle - 1] == b[middle - 1]:
            low = middle
        else:
            high = middle
    return high - 1


def bisect_runs(a: ExactModel, b: ExactModel) -> Bisection:
    """Compare two runs from what they committed to; nothing is computed again."""
    if a.spec != b.spec:
        return Bisection("spec")
    if a.seed != b.seed:
        return Bisection("seed")
    # Epoch digests are not chained: an epoch that went wrong could come right again.
    pairs = zip(a.epoch_digests, b.epoch_digests, strict=False)
    epoch = next((number for number, (x, y) in enumerate(pairs, 1) if x != y), None)
    step = first_difference(a.step_digests, b.step_digests)
    if step is not None:
        return Bisection("step", step + 1, epoch)
    if epoch is not None:
        return Bisection("epoch", None, epoch)
    if len(a.step_digests) != len(b.step_digests) or len(a.losses) != len(b.losses):
        return Bisection("length")
    if (a.digest(), a.best_epoch, a.losses) != (b.digest(), b.best_epoch, b.losses):
        return Bisection("weights")
    return Bisection(None)


@dataclass(frozen=True)
class Operation:
    """One operation of a step: its name and the digest of all that it gave."""

    name: str
    digest: bytes


@dataclass(frozen=True)
class StepTrace:
    """One step, executed in the open."""

    step: int
    state_before: bytes
    """sha256 of every weight, moment and statistic before the step."""
    operations: tuple[Operation, ...]
    state_after: bytes
    digest: bytes
    """The step's digest, to be compared with the committed one."""


class _Recorder:
    """A backend that notes the digest of everything an inner backend gives."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.operations: list[Operation] = []

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        if name in ("name", "array", "numpy", "integers", "checksum"):
            return inner

        def recorded(*arguments: Any) -> Any:
            result = inner(*arguments)
            given = arguments[0] if name == "adam" else result
            hasher = hashlib.sha256()
            for part in self._parts(name, given):
                hasher.update(np.ascontiguousarray(part).tobytes())
            self.operations.append(Operation(name, hasher.digest()))
            return result

        return recorded

    def _parts(self, name: str, given: Any) -> list[Any]:
        """Arrays of int64 or floats that say all of a result, the same on every backend."""
        if isinstance(given, Fixed):
            if name in ("load", "activate", "mix", "flatten", "unflatten"):
                q = self._inner.integers(given)
            elif name == "weight":
                return [np.array([given.e], np.int64)]
            else:
                q = self._inner.numpy(given.q)
            return [np.array([given.e], np.int64), q.astype(np.int64)]
        if isinstance(given, Measured | Masked):
            sums = [given.total, given.squares if isinstance(given, Measured) else given.products]
            values = self._inner.numpy(given.value.q).astype(np.int64)
            return [np.array([given.value.e], np.int64), values, *sums]
        if isinstance(given, tuple):
            numbers = [np.array([x], np.int64) for x in given if isinstance(x, int)]
            tensors = [self._parts("load", x) for x in given if isinstance(x, Fixed)]
            sums = [x for x in given if isinstance(x, np.ndarray)]
            return [*numbers, *(part for parts in tensors for part in parts), *sums]
        return [self._inner.numpy(array) for array in (given.values, given.mean, given.square)]


def trace_step(training: Training, step: int, backend: Backend | None = None) -> StepTrace:
    """Go on to the state before a step, then execute that step with the reference alone.

    `training` stands before that step, at its start or at a checkpoint; it is used up. Another
    `backend` than the reference tells where that backend parts from it.
    """
    if not training.network.steps < step <= training.steps_in_all:
        raise ValueError(f"step {step} is not ahead of a training at {training.network.steps}")
    state = training.state
    while step - training.network.steps > training.steps_per_epoch:
        training.run_epoch()
    batches = training.batches(training.epoch + 1)
    following = training.steps()
    while training.network.steps < step - 1:
        next(batches)
        next(following)
    recorder = _Recorder(backend or ReferenceBackend())
    network = Autoencoder(recorder, training.spec, None)
    network.restore(dict(training.network.tensors(moments=True)))
    network.steps = training.network.steps
    before = network.digest(moments=True)
    recorder.operations.clear()
    error = network.step(next(batches), state.plateau.rate)
    last = state.step_digests[-1] if state.step_digests else bytes(32)
    return StepTrace(
        step=step,
        state_before=before,
        operations=tuple(recorder.operations),
        state_after=network.digest(moments=True),
        digest=chained(last, step, error, network.witness()),
    )


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


def different_tensors(a: ExactModel, b: ExactModel) -> tuple[str, ...]:
    """The names of the tensors in which two models differ."""
    names = [*a.tensors, *(name for name in b.tensors if name not in a.tensors)]

    def digest(model: ExactModel, name: str) -> bytes:
        found = model.tensors.get(name)
        return b"" if found is None else tensors_digest([(name, found)])

    return tuple(name for name in names if digest(a, name) != digest(b, name))
