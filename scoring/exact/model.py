"""A trained model: what came out of a training, and what an image looks like to it."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from scoring.errors import InvalidSpec
from scoring.exact.archive import (
    InvalidArchive,
    Tensors,
    read_archive,
    tensors_digest,
    write_archive,
)
from scoring.exact.backend import Backend
from scoring.exact.network import Autoencoder
from scoring.exact.numbers import Fixed
from scoring.exact.proofs.choice import choose_backend
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels
from scoring.views import judge_view


@dataclass(frozen=True, eq=False)
class ExactModel:
    """The best checkpoint of a training, and the digests by which the training can be checked."""

    spec: TrainingSpec
    seed: bytes
    tensors: Tensors
    """float32 weights and float64 running statistics by name, in the order they are hashed in."""
    best_epoch: int
    """Counted from 1."""
    losses: tuple[int, ...]
    """After each epoch: Σ squared error over the held-out copies, in units of 4080^-2."""
    epoch_digests: tuple[bytes, ...]
    """After each epoch: sha256 of every weight, moment and statistic."""
    step_digests: tuple[bytes, ...]
    """After each step: sha256 over the digest before, the squared error and the witness."""
    backend: Backend | None = field(default=None, repr=False)
    """What scores; the fastest one that passes its self-test if None."""

    def digest(self) -> bytes:
        """The model hash: sha256 over the tensors' canonical bytes."""
        return tensors_digest(self.tensors.items())

    @cached_property
    def network(self) -> Autoencoder:
        """The autoencoder with these weights."""
        network = Autoencoder(self.backend or choose_backend(spec=self.spec), self.spec, None)
        network.restore(self.tensors)
        return network

    def view(self, image: Pixels) -> Pixels:
        """uint8 (512, 512, 3) → uint8 (S, S, 3): what the network is shown."""
        return judge_view(image, self.spec.image_side)

    def reconstruct(self, image: Pixels) -> Pixels:
        """uint8 (512, 512, 3) → uint8 (S, S, 3): what the network makes of it."""
        return ((self.network.output(self.view(image)) + 8) >> 4).astype(np.uint8)

    def squared_error(self, image: Pixels) -> int:
        """Σ (output − pixel)² over the view, in units of (1/4080)²."""
        return self.network.squared_error(self.view(image))

    def features(self, image: Pixels) -> list[Fixed]:
        """After each of the four encoder layers: int8 q (H, W, C) in 0 … 63 and its exponent."""
        *maps, _ = self.network.encode(self.view(image)[None])
        integers = self.network.backend.integers
        return [Fixed(integers(x)[0].astype(np.int8), int(x.e)) for x in maps]

    def latent(self, image: Pixels) -> Fixed:
        """int8 q (latent,) within ±63 and its exponent."""
        *_, latent = self.network.encode(self.view(image)[None])
        return Fixed(self.network.backend.integers(latent)[0].astype(np.int8), int(latent.e))

    def save(self, path: Path) -> None:
        """Write canonical bytes, all or nothing."""
        write_archive(path, self._header(), self.tensors.items())

    def _header(self) -> dict[str, Any]:
        return {
            "format": "exact model 1",
            "spec": self.spec.to_json(),
            "seed": self.seed.hex(),
            "best_epoch": self.best_epoch,
            "losses": [str(loss) for loss in self.losses],
            "epoch_digests": [digest.hex() for digest in self.epoch_digests],
            "step_digests": [digest.hex() for digest in self.step_digests],
        }

    @classmethod
    def load(cls, path: Path, backend: Backend | None = None) -> Self:
        """Read what `save` wrote. Raises InvalidArchive."""
        header, tensors = read_archive(path)
        try:
            if header["format"] != "exact model 1":
                raise ValueError("it holds something else")
            model = cls(
                spec=TrainingSpec.from_document(header["spec"]),
                seed=bytes.fromhex(header["seed"]),
                tensors=tensors,
                best_epoch=int(header["best_epoch"]),
                losses=tuple(int(loss) for loss in header["losses"]),
                epoch_digests=tuple(bytes.fromhex(text) for text in header["epoch_digests"]),
                step_digests=tuple(bytes.fromhex(text) for text in header["step_digests"]),
                backend=backend,
            )
            _check_tensors(model)
        except (KeyError, TypeError, ValueError, InvalidSpec) as error:
            raise InvalidArchive(f"{path} is not a model: {error}") from error
        return model


def _check_tensors(model: ExactModel) -> None:
    """ValueError unless the tensors are just those of the spec's network, and finite."""
    from scoring.exact.reference import ReferenceBackend

    network = Autoencoder(ReferenceBackend(), model.spec, None)
    wanted = [(name, values.shape, values.dtype) for name, values in network.tensors()]
    given = [(name, values.shape, values.dtype) for name, values in model.tensors.items()]
    if wanted != given:
        raise ValueError("its tensors are not those of its spec")
    if not all(np.isfinite(values).all() for values in model.tensors.values()):
        raise ValueError("a weight is not a finite number")


def chained(before: bytes, step: int, error: int, witness: bytes) -> bytes:
    """The digest of a step, over the one before it."""
    counts = step.to_bytes(8, "little") + error.to_bytes(16, "little")
    return hashlib.sha256(before + counts + witness).digest()
