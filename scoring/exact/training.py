"""Training: epochs over altered copies, a rate that halves on a plateau, the best checkpoint kept.

Every decision is taken on integers, so that every machine takes the same ones.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from scoring.exact.archive import (
    InvalidArchive,
    Tensors,
    read_archive,
    tensors_digest,
    write_archive,
)
from scoring.exact.augment import altered_copy
from scoring.exact.backend import Backend
from scoring.exact.model import ExactModel, chained
from scoring.exact.network import Autoencoder, Learned
from scoring.exact.numbers import Stream
from scoring.exact.proofs.choice import choose_backend
from scoring.progress import Progress, silent
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels
from scoring.views import judge_view


@dataclass
class Plateau:
    """The learning rate, lowered once more than `patience` epochs brought no better loss."""

    rate: float
    factor: float
    patience: int
    best_loss: int | None = None
    waited: int = 0

    def update(self, loss: int) -> bool:
        """Take in an epoch's loss; True if it is the best so far."""
        if self.best_loss is None or loss < self.best_loss:
            self.best_loss, self.waited = loss, 0
            return True
        self.waited += 1
        if self.waited > self.patience:
            self.rate, self.waited = self.rate * self.factor, 0
        return False


_HASHED = 4
"""States of the network that wait for their digest at most: of `full` one is 0.5 GB."""
_SAVE_REST = 19
"""Times as long as a checkpoint took to write, none is written: of `full` it is 0.6 GB."""


@dataclass
class _State:
    """Where a training stands after some epochs."""

    plateau: Plateau
    best: Tensors = field(default_factory=dict)
    best_epoch: int = 0
    losses: list[int] = field(default_factory=list)
    epoch_digests: list[bytes] = field(default_factory=list)
    step_digests: list[bytes] = field(default_factory=list)


class Training:
    """One training, an epoch at a time."""

    def __init__(
        self,
        target: Pixels,
        spec: TrainingSpec,
        seed: bytes,
        backend: Backend | None = None,
        progress: Progress = silent,
    ) -> None:
        """`target` is uint8 (512, 512, 3). Raises ValueError for another shape."""
        self.spec = spec.training_part()
        self.seed, self.backend = seed, backend or choose_backend(spec=spec)
        view = judge_view(target, self.spec.image_side)
        self._view_digest = hashlib.sha256(view.tobytes()).hexdigest()
        self.copies = np.empty((self.spec.augmentations, *view.shape), np.uint8)
        for index in range(self.spec.augmentations):
            self.copies[index] = altered_copy(view, self.spec, seed, index)
            progress("augment", index + 1, self.spec.augmentations)
        self.network = Autoencoder(self.backend, self.spec, seed)
        rate, factor = float(self.spec.learning_rate), float(self.spec.plateau_factor)
        self.state = _State(Plateau(rate, factor, self.spec.plateau_patience))
        # A GPU trains for longer than a processor hashes; the CPU itself has no time to spare.
        self._hashing = ThreadPoolExecutor(_HASHED) if self.backend.device != "cpu" else None
        self._hashed: deque[Future[bytes]] = deque()

    @property
    def epoch(self) -> int:
        """Epochs that are done."""
        return len(self.state.losses)

    @property
    def steps_per_epoch(self) -> int:
        """Batches of at least two copies."""
        copies, size = len(self.copies) - self.spec.held_out, self.spec.batch_size
        return copies // size + (copies % size > 1)

    @property
    def steps_in_all(self) -> int:
        """Of the whole training."""
        return self.steps_per_epoch * self.spec.epochs

    def batches(self, epoch: int) -> Iterator[Pixels]:
        """The batches of epoch 1, 2, …: (B, S, S, 3) each; a last batch of one is left out."""
        held_out = self.spec.held_out
        order = Stream(self.seed, f"batches.{epoch}").permutation(len(self.copies) - held_out)
        for start in range(0, len(order), self.spec.batch_size):
            chosen = order[start : start + self.spec.batch_size]
            if len(chosen) > 1:
                yield self.copies[[held_out + index for index in chosen]]

    def steps(self) -> Iterator[bytes]:
        """Train through the next epoch, yielding each step's digest."""
        for batch in self.batches(self.epoch + 1):
            self._note(self.network.learn(batch, self.state.plateau.rate))
            yield self.state.step_digests[-1]

    def _note(self, learned: Learned) -> None:
        digests = self.state.step_digests
        before, error = digests[-1] if digests else bytes(32), int(learned.squared_error)
        digests.append(chained(before, learned.number, error, learned.witness()))

    def run_epoch(self, progress: Progress = silent) -> None:
        """Train through one epoch and take stock.

        `progress` is told the steps that are done, of the whole training, before each step: an
        epoch of a large spec takes hours, and whoever waits for it may have to break it off.
        """
        state, done = self.state, self.epoch * self.steps_per_epoch
        given_out = []
        # All at once: a GPU then goes from step to step, and waits for nobody.
        for number, batch in enumerate(self.batches(self.epoch + 1)):
            progress("train", done + number, self.steps_in_all)
            given_out.append(self.network.learn(batch, state.plateau.rate))
        for learned in given_out:
            self._note(learned)
        # The last step of an epoch is done when its loss is known.
        done += self.steps_per_epoch - 1
        state.losses.append(self._held_out_loss(lambda: progress("train", done, self.steps_in_all)))
        self._take_digest()
        if state.plateau.update(state.losses[-1]):
            state.best = {}  # first, or both would take up memory
            state.best, state.best_epoch = dict(self.network.tensors()), self.epoch

    def _held_out_loss(self, between: Callable[[], None]) -> int:
        """The squared error of all copies that are never trained on; calls `between` two groups."""
        loss, size = 0, self.backend.group
        held_out = self.copies[: self.spec.held_out]
        for start in range(0, len(held_out), size):
            between()
            loss += sum(self.network.squared_errors(held_out[start : start + size]))
        return loss

    def _take_digest(self) -> None:
        """Of the network as it is: at once, or of a copy beside what goes on."""
        if self._hashing is None:
            self.state.epoch_digests.append(self.network.digest(moments=True))
            return
        self._settle(_HASHED - 1)
        copies = list(self.network.tensors(moments=True))
        self._hashed.append(self._hashing.submit(tensors_digest, copies))

    def _settle(self, left: int = 0) -> None:
        """Wait for all digests that were begun, but for so many."""
        while len(self._hashed) > left:
            self.state.epoch_digests.append(self._hashed.popleft().result())

    def model(self) -> ExactModel:
        """The best checkpoint so far."""
        self._settle()
        s = self.state
        return ExactModel(
            self.spec, self.seed, s.best, s.best_epoch, tuple(s.losses),
            tuple(s.epoch_digests), tuple(s.step_digests), self.backend,
        )  # fmt: skip

    def _identity(self) -> dict[str, Any]:
        return {
            "format": "exact checkpoint 1",
            "spec": self.spec.to_json(),
            "seed": self.seed.hex(),
            "view": self._view_digest,
        }

    def save(self, path: Path) -> None:
        """Write the whole state, all or nothing."""
        self._settle()
        s = self.state
        header = self._identity() | {
            "steps": self.network.steps,
            "rate": s.plateau.rate.hex(),
            "waited": s.plateau.waited,
            "best_epoch": s.best_epoch,
            "losses": [str(loss) for loss in s.losses],
            "epoch_digests": [digest.hex() for digest in s.epoch_digests],
            "step_digests": [digest.hex() for digest in s.step_digests],
        }
        best = [(f"best.{name}", values) for name, values in s.best.items()]
        write_archive(path, header, [*self.network.tensors(moments=True), *best])

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint of this very training. Raises InvalidArchive otherwise."""
        header, tensors = read_archive(path)
        for name, value in self._identity().items():
            if header.get(name) != value:
                raise InvalidArchive(f"{path} belongs to another training: its {name} differs")
        s = self.state
        s.best = {k.removeprefix("best."): v for k, v in tensors.items() if k.startswith("best.")}
        s.best_epoch = header["best_epoch"]
        s.losses = [int(loss) for loss in header["losses"]]
        s.epoch_digests = [bytes.fromhex(text) for text in header["epoch_digests"]]
        s.step_digests = [bytes.fromhex(text) for text in header["step_digests"]]
        s.plateau.rate, s.plateau.waited = float.fromhex(header["rate"]), header["waited"]
        s.plateau.best_loss = min(s.losses)
        self.network.restore(tensors)
        self.network.steps = header["steps"]
        if self.network.digest(moments=True) != s.epoch_digests[-1]:
            raise InvalidArchive(f"{path} does not hold the state that its digest names")


def train_exact(
    target: Pixels,
    spec: TrainingSpec,
    seed: bytes,
    *,
    backend: Backend | None = None,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> ExactModel:
    """Train the judge of one competition: the same bits on every machine and every backend.

    target: uint8 (512, 512, 3). seed: the competition's. With `checkpoint`, the state is written
    there after an epoch, as often as that takes a twentieth of the time at most, and a training
    found there is gone on with.

    Raises ValueError for another shape or sizes out of range; InvalidArchive for a checkpoint of
    something else.
    """
    report = progress or silent
    training = Training(target, spec, seed, backend, report)
    if checkpoint is not None and checkpoint.exists():
        training.resume(checkpoint)
    due = time.monotonic()
    while training.epoch < training.spec.epochs:
        training.run_epoch(report)
        if checkpoint is not None and time.monotonic() >= due:
            began = time.monotonic()
            training.save(checkpoint)
            due = time.monotonic() + _SAVE_REST * (time.monotonic() - began)
        report("train", training.epoch * training.steps_per_epoch, training.steps_in_all)
    return training.model()
