"""The painting source's evaluation: are the pictures found alike, by SSIM and RMSE?

For each query the k pictures found are compared with it at 200x200, samples in [0, 1], and the
numbers are averaged. It asks about pixels, not about taste: two portraits of one sitter score low.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scoring.progress import Progress
from scoring.similarity.embedding import SIDE
from scoring.similarity.feature_index import Nearness
from scoring.similarity.pixel_error import RootMeanSquaredError
from scoring.similarity.reading import read_image
from scoring.similarity.retrieval import READ_SIDE, BadFile, Gallery
from scoring.similarity.shape import resized
from scoring.similarity.structure import StructuralSimilarity
from scoring.submission.image import Pixels

# The source's four rows, named as it names them: features, and whether faces are cropped.
ROWS = {
    "resnet_face": ("resnet50", True),
    "resnet_general": ("resnet50", False),
    "vgg_face": ("vgg16", True),
    "vgg_general": ("vgg16", False),
}


@dataclass(frozen=True)
class EvaluationRow:
    """Averages over all queries and all pictures found for them."""

    name: str
    ssim: float
    rmse: float
    queries: int


def default_queries(files: Sequence[Path]) -> list[Path]:
    """Every fifth file: the source's 20 % sample, without its dice."""
    return list(files[::5])


def evaluate(
    galleries: Mapping[str, Callable[[], Gallery]],
    queries: Sequence[Path],
    k: int,
    metric: Nearness = "cosine",
    progress: Progress | None = None,
) -> tuple[list[EvaluationRow], list[BadFile]]:
    """One row for each gallery, in order; a gallery is opened when its turn comes."""
    compare = _Comparison()
    rows, left_out = [], []
    for name, open_it in galleries.items():
        gallery = open_it()
        left_out += gallery.left_out
        scores = []
        for done, query in enumerate(queries):
            if progress is not None:
                progress(name, done, len(queries))
            scores += [compare(query, n.path) for n in gallery.query(query, k, metric)]
        ssim, rmse = (sum(column) / len(scores) for column in zip(*scores, strict=True))
        rows.append(EvaluationRow(name, ssim, rmse, len(queries)))
    return rows, left_out


class _Comparison:
    """SSIM and RMSE of two files; the four rows find many of the same pairs."""

    def __init__(self) -> None:
        self._ssim, self._rmse = StructuralSimilarity(), RootMeanSquaredError()
        self._known: dict[tuple[Path, Path], tuple[float, float]] = {}

    def __call__(self, query: Path, found: Path) -> tuple[float, float]:
        key = (query, found)
        if key not in self._known:
            a, b = _square(query), _square(found)
            self._known[key] = self._ssim(a, b), self._rmse(a, b) / 255
        return self._known[key]


@lru_cache(maxsize=256)
def _square(path: Path) -> Pixels:
    return resized(read_image(path, max_side=READ_SIDE), SIDE, SIDE)
