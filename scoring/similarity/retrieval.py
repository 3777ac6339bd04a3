"""Which of these pictures is closest? A gallery indexed by features, and queries against it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scoring.errors import UnreadableImage
from scoring.progress import Progress
from scoring.similarity.embedding import Embedding, Vectors
from scoring.similarity.errors import NoImages
from scoring.similarity.feature_index import (
    FeatureIndex,
    FileState,
    Nearness,
    Neighbour,
    load_index,
)
from scoring.similarity.reading import image_files, read_image
from scoring.similarity.user_cache import user_cache
from scoring.submission.image import Pixels

Crop = Callable[[Pixels], Pixels]

# The networks look at 200 pixels; faces are looked for at this size.
READ_SIDE = 512
_BATCH = 16


@dataclass(frozen=True)
class BadFile:
    """A file that was left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Gallery:
    """A searchable folder of images."""

    index: FeatureIndex
    embedding: Embedding
    crop: Crop | None = None
    left_out: list[BadFile] = field(default_factory=list)

    def query(self, path: Path, k: int, metric: Nearness = "cosine") -> list[Neighbour]:
        """The k images most like this one, itself left out. Raises `UnreadableImage`."""
        vector = self.index.vector(FileState.of(path)) if path.is_file() else None
        if vector is None:
            vector = _vectors(self.embedding, [_seen(path, self.crop)])[0]
        return self.index.nearest(vector, k, metric, leave_out=path)


def open_gallery(
    folder: Path,
    embedding: Embedding,
    *,
    crop: Crop | None = None,
    index_folder: Path | None = None,
    progress: Progress | None = None,
) -> Gallery:
    """Reads the folder's index, extracts what is new or changed, and saves it again.

    A file that cannot be read is left out and listed. Raises `NoImages` when nothing is left.
    """
    identity = embedding.fingerprint + ("-faces" if crop else "")
    where = index_folder or default_index_folder(folder, identity)
    known = load_index(where)
    if known is not None and known.fingerprint != identity:
        known = None
    files = [FileState.of(path) for path in image_files(folder)]
    if known is not None and known.files == files:
        return Gallery(known, embedding, crop)
    index, left_out = _extract(files, embedding, crop, identity, known, progress)
    if not len(index):
        raise NoImages(f"no image in {folder} can be read", left_out[0].reason)
    index.save(where)
    return Gallery(index, embedding, crop, left_out)


def open_index_folder(chosen: Path | None, features: str, faces: bool) -> Path | None:
    """Below the folder that the user chose, one for each kind of features."""
    return None if chosen is None else chosen / (features + ("-faces" if faces else ""))


def default_index_folder(gallery: Path, identity: str) -> Path:
    """A folder of the user's cache, never of the gallery itself."""
    place = hashlib.sha256(f"{gallery.resolve()}\0{identity}".encode()).hexdigest()[:16]
    return user_cache("index") / place


def _extract(
    files: Sequence[FileState],
    embedding: Embedding,
    crop: Crop | None,
    identity: str,
    known: FeatureIndex | None,
    progress: Progress | None,
) -> tuple[FeatureIndex, list[BadFile]]:
    kept: list[FileState] = []
    rows: list[Vectors] = []
    left_out: list[BadFile] = []
    for start in range(0, len(files), _BATCH):
        if progress is not None:
            progress("extracting features", start, len(files))
        batch: list[tuple[FileState, Pixels]] = []
        for file in files[start : start + _BATCH]:
            vector = known.vector(file) if known is not None else None
            if vector is not None:
                kept.append(file)
                rows.append(vector)
                continue
            try:
                batch.append((file, _seen(Path(file.path), crop)))
            except UnreadableImage as error:
                left_out.append(BadFile(Path(file.path), error.what))
        if batch:
            kept += [file for file, _ in batch]
            rows += list(_vectors(embedding, [pixels for _, pixels in batch]))
    order = sorted(range(len(kept)), key=lambda i: kept[i].path)
    vectors = np.stack([rows[i] for i in order]) if order else np.empty((0, 1), np.float16)
    return FeatureIndex(identity, [kept[i] for i in order], vectors), left_out


def _seen(path: Path, crop: Crop | None) -> Pixels:
    pixels = read_image(path, max_side=READ_SIDE)
    return crop(pixels) if crop else pixels


def _vectors(embedding: Embedding, batch: Sequence[Pixels]) -> Vectors:
    # Kept at half precision: what is stored and what is queried are rounded alike.
    return embedding.vectors(batch).astype(np.float16).astype(np.float32)
