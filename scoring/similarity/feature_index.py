"""A gallery's feature vectors on disk, and the k nearest of them to a query.

Vectors as the networks give them are long (VGG16: 73 728 numbers), so two files are kept: the
vectors themselves at half precision, and a sketch of 256 numbers each, a random projection that
keeps distances and angles roughly (Johnson & Lindenstrauss 1984). A large gallery is searched in
the sketch, and the best candidates are then ranked exactly, by scikit-learn, on the vectors. A
gallery of up to 512 images is always ranked exactly.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scoring.similarity.embedding import Vectors
from scoring.similarity.errors import BadInput
from scoring.similarity.extras import require

SKETCH_SIZE = 256
_VERSION = 1
_EXACT_UP_TO = 512
_CANDIDATES = 64

Nearness = Literal["cosine", "euclidean"]


@dataclass(frozen=True)
class Neighbour:
    """One gallery image and its distance: Euclidean, or one minus the cosine."""

    path: Path
    distance: float


@dataclass(frozen=True)
class FileState:
    """What tells whether a file has changed since it was read."""

    path: str
    size_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> FileState:
        status = path.stat()
        return cls(str(path.resolve()), status.st_size, status.st_mtime_ns)


class FeatureIndex:
    """Vectors of a gallery, in memory or mapped from disk."""

    def __init__(
        self,
        fingerprint: str,
        files: list[FileState],
        vectors: NDArray[np.floating],  # (n, d), half precision when mapped from disk
        sketch: Vectors | None = None,  # (n, s)
    ) -> None:
        self.fingerprint = fingerprint
        self.files = files
        self.vectors = vectors
        self.sketch = sketch_of(vectors) if sketch is None else sketch
        self._row_of = {file: row for row, file in enumerate(files)}

    def __len__(self) -> int:
        return len(self.files)

    def vector(self, file: FileState) -> Vectors | None:
        """The stored vector (d,) of a file that has not changed since."""
        row = self._row_of.get(file)
        return None if row is None else np.asarray(self.vectors[row], np.float32)

    def nearest(
        self, query: Vectors, k: int, metric: Nearness = "cosine", *, leave_out: Path | None = None
    ) -> list[Neighbour]:
        """The k images nearest to the vector `query` (d,), nearest first; fewer if there are."""
        rows = self._candidates(query, max(_CANDIDATES, 4 * (k + 1)), metric)
        if leave_out is not None:
            own = str(leave_out.resolve())
            rows = np.array([row for row in rows if self.files[row].path != own], np.intp)
        k = min(k, len(rows))
        if k == 0:
            return []
        # scikit-learn's NearestNeighbors gives the same, but starts all cores for 64 rows, which
        # takes longer than the distances themselves on a busy machine.
        pairwise = require("sklearn.metrics").pairwise_distances
        candidates = np.asarray(self.vectors[rows], np.float32)
        distances = pairwise(query[None], candidates, metric=metric)[0]
        order = np.argsort(distances, kind="stable")[:k]
        return [Neighbour(Path(self.files[rows[i]].path), float(distances[i])) for i in order]

    def save(self, folder: Path) -> None:
        """Writes the index; the description last, so that a half-written one is never read."""
        folder.mkdir(parents=True, exist_ok=True)
        description = folder / "index.json"
        description.unlink(missing_ok=True)
        np.save(folder / "vectors.npy", np.asarray(self.vectors, np.float16))
        np.save(folder / "sketch.npy", self.sketch)
        document = {
            "version": _VERSION,
            "fingerprint": self.fingerprint,
            "files": [[f.path, f.size_bytes, f.modified_ns] for f in self.files],
        }
        description.write_text(json.dumps(document))

    def _candidates(self, query: Vectors, count: int, metric: Nearness) -> NDArray[np.intp]:
        if len(self) <= max(_EXACT_UP_TO, count):
            return np.arange(len(self))
        point = sketch_of(query[None])[0]
        closeness = self.sketch @ point
        if metric == "cosine":
            closeness /= np.maximum(self._norms, 1e-12)
        else:
            closeness -= self._norms**2 / 2
        return np.argpartition(closeness, -count)[-count:]

    @cached_property
    def _norms(self) -> Vectors:
        """The length of every sketch row (n,)."""
        return np.asarray(np.linalg.norm(self.sketch, axis=1))


def load_index(folder: Path) -> FeatureIndex | None:
    """The index in this folder, its vectors left on disk; None when there is none to use."""
    try:
        document: dict[str, Any] = json.loads((folder / "index.json").read_text())
        if document["version"] != _VERSION:
            return None
        files = [FileState(*entry) for entry in document["files"]]
        vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        sketch = np.load(folder / "sketch.npy")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not len(files) == len(vectors) == len(sketch):
        return None
    return FeatureIndex(document["fingerprint"], files, vectors, sketch)


def sketch_of(vectors: NDArray[np.floating]) -> Vectors:
    """The vectors (n, d) seen through 256 fixed random directions; short ones as they are."""
    if vectors.ndim != 2:
        raise BadInput(f"vectors must be a table, not of shape {vectors.shape}")
    dimension = vectors.shape[1]
    if dimension <= SKETCH_SIZE:
        return np.asarray(vectors, np.float32)
    directions = _directions(dimension)
    blocks = [
        np.asarray(vectors[start : start + 1024], np.float32) @ directions
        for start in range(0, len(vectors), 1024)
    ]
    return np.concatenate(blocks) if blocks else np.empty((0, SKETCH_SIZE), np.float32)


_known_directions: dict[int, Vectors] = {}


def _directions(dimension: int) -> Vectors:
    """(d, 256), the same on every run."""
    if dimension not in _known_directions:
        _known_directions.clear()  # one network at a time; each takes up to 100 MB
        random = np.random.default_rng(dimension)
        drawn = random.standard_normal((dimension, SKETCH_SIZE), np.float32)
        _known_directions[dimension] = drawn / np.sqrt(np.float32(SKETCH_SIZE))
    return _known_directions[dimension]
