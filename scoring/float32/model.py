"""A trained model as values and as bytes: one canonical file, whose sha256 is the model hash.

    8 bytes    "JUDGEAE1"
    4 bytes    length of the header, big-endian
    header     RFC 8785 JSON: spec, seed, epoch_digests, best_epoch, names and shapes of tensors
    data       every tensor in the header's order, float32 little-endian, row by row

There is one way to write a model and nothing in the file is executed, so a reader accepts exactly
the bytes that a writer makes.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import rfc8785
import torch
from numpy.typing import NDArray

from scoring.digest import Digest
from scoring.errors import InvalidModel, InvalidSpec
from scoring.float32.autoencoder import (
    Autoencoder,
    AutoencoderConfig,
    empty_autoencoder,
    tensors_of,
)
from scoring.float32.randomness import SEED_BYTES
from scoring.spec import JudgingSpec

Tensors = Mapping[str, NDArray[np.float32]]

_MAGIC = b"JUDGEAE1"
_MAX_HEADER_BYTES = 4_194_304  # 10 000 epochs' digests fit many times


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """The best checkpoint of a training, and what it came from."""

    spec: JudgingSpec
    seed: bytes  # 32 bytes
    tensors: Tensors  # in the network's order
    epoch_digests: tuple[Digest, ...]  # the tensors after every epoch
    best_epoch: int  # whose tensors these are, counted from 1
    losses: tuple[float, ...] = field(default=())
    """Held-out MSE after every epoch, for curves; not in the file, empty once loaded."""

    def digest(self) -> Digest:
        """The model hash: sha256 of the canonical file."""
        hasher = hashlib.sha256()
        for piece in self._pieces():
            hasher.update(piece)
        return Digest(hasher.digest())

    def save(self, path: Path) -> None:
        """Write the canonical file; `path` is either as before or complete, never in between."""
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with unfinished.open("wb") as file:
                file.writelines(self._pieces())
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> TrainedModel:
        """Read a file that `save` wrote. Raises InvalidModel for any other."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InvalidModel(
                f"{path} cannot be read: {error.strerror}", "check the path"
            ) from error
        try:
            return _parse(data)
        except (ValueError, TypeError, KeyError, RecursionError, InvalidSpec) as error:
            raise InvalidModel(
                f"{path} is not a model file: {error}", "write it anew with judge train"
            ) from error

    @functools.cached_property
    def network(self) -> Autoencoder:
        """The network with these tensors, in eval mode."""
        network = empty_autoencoder(AutoencoderConfig.of(self.spec))
        state = network.state_dict()
        for name in state:
            stored = self.tensors.get(name)
            # What is not stored is batch norm's counter of batches, which eval mode ignores.
            state[name] = torch.zeros_like(state[name]) if stored is None else torch.tensor(stored)
        network.load_state_dict(state)
        return network.eval()

    def _pieces(self) -> Iterable[bytes]:
        header = rfc8785.dumps(
            {
                "best_epoch": self.best_epoch,
                "epoch_digests": [digest.hex() for digest in self.epoch_digests],
                "seed": self.seed.hex(),
                "spec": json.loads(self.spec.canonical_json()),
                "tensors": _describe(self.tensors),
            }
        )
        yield _MAGIC + len(header).to_bytes(4, "big") + header
        yield from _tensor_bytes(self.tensors)


def tensors_digest(tensors: Tensors) -> Digest:
    """sha256 over every tensor in order, float32 little-endian: the digest of one epoch."""
    hasher = hashlib.sha256()
    for piece in _tensor_bytes(tensors):
        hasher.update(piece)
    return Digest(hasher.digest())


def _tensor_bytes(tensors: Tensors) -> Iterable[bytes]:
    for tensor in tensors.values():
        yield tensor.astype("<f4", copy=False).tobytes()


def _describe(tensors: Tensors) -> list[Any]:
    return [{"name": name, "shape": list(tensor.shape)} for name, tensor in tensors.items()]


def _parse(data: bytes) -> TrainedModel:
    if data[:8] != _MAGIC:
        raise ValueError("it does not begin like one")
    length = int.from_bytes(data[8:12], "big")
    start = 12 + length
    if length > _MAX_HEADER_BYTES or start > len(data):
        raise ValueError("its header is cut")
    header = json.loads(data[12:start])
    spec = JudgingSpec.from_json(rfc8785.dumps(header["spec"]))
    seed = bytes.fromhex(header["seed"])
    digests = tuple(Digest(bytes.fromhex(text)) for text in header["epoch_digests"])
    model = TrainedModel(
        spec, seed, _read_tensors(spec, memoryview(data)[start:]), digests, header["best_epoch"]
    )
    _check(model)
    # Written anew it must be the same bytes: no other spelling, no more fields, nothing behind.
    if b"".join(model._pieces()) != data:
        raise ValueError("its header is not canonical")
    return model


def _read_tensors(spec: JudgingSpec, data: memoryview) -> Tensors:
    """The tensors that the spec's network has, from exactly as many bytes."""
    with torch.device("meta"):
        shapes = {
            name: tuple(tensor.shape)
            for name, tensor in tensors_of(Autoencoder(AutoencoderConfig.of(spec))).items()
        }
    if len(data) != 4 * sum(math.prod(shape) for shape in shapes.values()):
        raise ValueError("its data is too long or too short for its spec")
    tensors: dict[str, NDArray[np.float32]] = {}
    at = 0
    for name, shape in shapes.items():
        size = 4 * math.prod(shape)
        values = np.frombuffer(data[at : at + size], dtype="<f4").astype(np.float32)
        tensors[name] = values.reshape(shape)
        at += size
    return tensors


def _check(model: TrainedModel) -> None:
    """Require values that a training can lead to."""
    if len(model.seed) != SEED_BYTES or any(len(digest) != 32 for digest in model.epoch_digests):
        raise ValueError("its seed or a digest does not have 32 bytes")
    if len(model.epoch_digests) != model.spec.epochs:
        raise ValueError("it does not have one digest for every epoch")
    if type(model.best_epoch) is not int or not 1 <= model.best_epoch <= model.spec.epochs:
        raise ValueError("its best epoch is none of its epochs")
    if model.epoch_digests[model.best_epoch - 1] != tensors_digest(model.tensors):
        raise ValueError("its tensors are not those of its best epoch")
    for name, tensor in model.tensors.items():
        if not np.isfinite(tensor).all() or (name.endswith("running_var") and tensor.min() < 0):
            raise ValueError(f"its tensor {name} holds impossible values")
