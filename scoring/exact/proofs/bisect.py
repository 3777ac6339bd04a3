"""Finding where two runs part, from what they committed to; nothing is computed again.

Step digests are chained, so they agree up to the first wrong step and never after it; bisection
finds it in a few comparisons. `second_opinion.py` then executes that one step in the open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.exact.archive import tensors_digest
from scoring.exact.model import ExactModel


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


def different_tensors(a: ExactModel, b: ExactModel) -> tuple[str, ...]:
    """The names of the tensors in which two models differ."""
    names = [*a.tensors, *(name for name in b.tensors if name not in a.tensors)]

    def digest(model: ExactModel, name: str) -> bytes:
        found = model.tensors.get(name)
        return b"" if found is None else tensors_digest([(name, found)])

    return tuple(name for name in names if digest(a, name) != digest(b, name))
