"""Training: fit the autoencoder to augmented copies of one target, the same way every time.

Everything random comes from the seed, and everything that decides the order of float additions
(threads, precision, algorithms) is fixed while it runs, so one machine gives one result. Another
machine may differ in the last bits: that is what float32 arithmetic cannot give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from scoring.digest import Digest
from scoring.float32.augment import augment
from scoring.float32.autoencoder import (
    Autoencoder,
    AutoencoderConfig,
    empty_autoencoder,
    initialise,
    tensors_of,
)
from scoring.float32.model import TrainedModel, tensors_digest
from scoring.float32.randomness import stream
from scoring.progress import Progress
from scoring.spec import JudgingSpec

_THREADS = 1
"""Fixed, because the number of threads decides how float sums are split; and one thread does not
crawl when the machine is busy with something else, as threads that wait for each other do."""

# The stubs do not know that this module is also the object that holds its setting.
_deterministic: Any = torch.utils.deterministic


@dataclass(frozen=True)
class _Best:
    """The checkpoint with the lowest held-out loss so far."""

    epoch: int  # counted from 1
    loss: float
    tensors: Mapping[str, NDArray[np.float32]]


def fit(
    view: NDArray[np.uint8], spec: JudgingSpec, seed: bytes, progress: Progress
) -> TrainedModel:
    """Train on `view`, the target at the judge's size: uint8 (S, S, 3); `seed` has 32 bytes."""
    with fixed_arithmetic():
        copies = _augmented_copies(view, spec, stream(seed, "augmentations"), progress)
        held_out, training = copies[: spec.held_out], copies[spec.held_out :]
        network = empty_autoencoder(AutoencoderConfig.of(spec))
        initialise(network, stream(seed, "weights"))
        return fit_copies(network, training, held_out, spec, seed, progress)


@contextmanager
def fixed_arithmetic() -> Iterator[None]:
    """Fix torch's process-wide settings that change bits or fail, and put them back."""
    threads = torch.get_num_threads()
    precision = torch.get_float32_matmul_precision()
    algorithms = torch.get_deterministic_debug_mode()
    dtype = torch.get_default_dtype()
    fill = _deterministic.fill_uninitialized_memory
    try:
        torch.set_num_threads(_THREADS)
        torch.set_float32_matmul_precision("highest")
        torch.use_deterministic_algorithms(True)
        torch.set_default_dtype(torch.float32)
        # No operation here reads memory before writing it, and filling it costs a tenth.
        _deterministic.fill_uninitialized_memory = False
        with torch.inference_mode(False), torch.enable_grad(), torch.autocast("cpu", enabled=False):
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_float32_matmul_precision(precision)
        torch.set_deterministic_debug_mode(algorithms)
        torch.set_default_dtype(dtype)
        _deterministic.fill_uninitialized_memory = fill


def _augmented_copies(
    view: NDArray[np.uint8], spec: JudgingSpec, random: np.random.Generator, progress: Progress
) -> Tensor:
    """uint8 (augmentations, 3, S, S)."""
    image = torch.tensor(view).permute(2, 0, 1)  # (S, S, 3) -> (3, S, S)
    copies = torch.empty((spec.augmentations, *image.shape), dtype=torch.uint8)
    for index in range(spec.augmentations):
        copies[index] = augment(image, spec, random)
        progress("augment", index + 1, spec.augmentations)
    return copies


def fit_copies(
    network: Autoencoder,
    training: Tensor,
    held_out: Tensor,
    spec: JudgingSpec,
    seed: bytes,
    progress: Progress,
) -> TrainedModel:
    """Train `network` on copies that exist already, uint8 (N, 3, S, S); for `fit` and for tools
    that train on more than one picture. The caller holds `fixed_arithmetic`."""
    optimizer = torch.optim.Adam(
        network.parameters(), lr=float(spec.learning_rate), weight_decay=float(spec.weight_decay)
    )
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=float(spec.plateau_factor), patience=spec.plateau_patience
    )
    order = stream(seed, "batches")
    digests: list[Digest] = []
    losses: list[float] = []
    best: _Best | None = None
    steps = sum(len(batch) > 1 for batch in torch.split(training, spec.batch_size))
    done = count()

    def between() -> None:
        progress("train", next(done), spec.epochs * steps)

    for epoch in range(1, spec.epochs + 1):
        _train_epoch(network, optimizer, training, spec.batch_size, order, between)
        loss = _held_out_loss(network, held_out, spec.batch_size)
        plateau.step(loss)
        tensors = _snapshot(network)
        digests.append(tensors_digest(tensors))
        losses.append(loss)
        if best is None or loss < best.loss:
            best = _Best(epoch, loss, tensors)
        progress("train", epoch * steps, spec.epochs * steps)
    if best is None or not np.isfinite(best.loss):
        raise ArithmeticError("training diverged: lower the learning rate of the spec")
    return TrainedModel(spec, seed, best.tensors, tuple(digests), best.epoch, tuple(losses))


def _train_epoch(
    network: Autoencoder,
    optimizer: torch.optim.Optimizer,
    copies: Tensor,
    batch_size: int,
    order: np.random.Generator,
    between: Callable[[], None],
) -> None:
    """`between` is called before each step: whoever waits may have to break the training off."""
    network.train()
    shuffled = torch.from_numpy(order.permutation(len(copies)))
    for indices in torch.split(shuffled, batch_size):
        if len(indices) < 2:
            continue  # batch norm has no variance over a single copy at 1×1
        between()
        images = copies[indices].float().div(255)  # (B, 3, S, S) in [0, 1]
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(network(images), images)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def _held_out_loss(network: Autoencoder, copies: Tensor, batch_size: int) -> float:
    """Mean squared error over the copies that are never trained on."""
    network.eval()
    total = 0.0
    with torch.no_grad():
        for batch in torch.split(copies, batch_size):
            images = batch.float().div(255)
            total += nn.functional.mse_loss(network(images), images).item() * len(batch)
    return total / len(copies)


def _snapshot(network: Autoencoder) -> dict[str, NDArray[np.float32]]:
    return {name: tensor.numpy().copy() for name, tensor in tensors_of(network).items()}
