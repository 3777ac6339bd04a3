"""BAPPS: how often does a metric side with people? Two-alternative choice, and noticing at all.

The data set's layout (Zhang et al. 2018): `2afc/val/KIND/{ref,p0,p1,judge}` with `judge/NAME.npy`
the share of people who found p1 nearer, and `jnd/val/KIND/{p0,p1,same}` with `same/NAME.npy` the
share who took both for the same image. Table 2 of the deep perceptual similarity paper has a
column for each kind of 2AFC and one for JND.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.errors import UnreadableImage
from scoring.progress import Progress
from scoring.similarity.errors import BadDataset
from scoring.similarity.metric import Metric, closeness, compare_many
from scoring.similarity.reading import SUFFIXES, read_image
from scoring.similarity.retrieval import BadFile
from scoring.similarity.shape import resized
from scoring.similarity.share_table import draw_shares
from scoring.submission.image import Pixels

TWO_CHOICE_KINDS = ("traditional", "cnn", "superres", "deblur", "color", "frameinterp")
NOTICE_KINDS = ("traditional", "cnn")
# Patches are 256x256 on disk; the metrics of the paper see them at this size.
SIDE = 64


@dataclass(frozen=True)
class BappsResult:
    """Agreement with people, in [0, 1]; a kind that the folder lacks is absent."""

    two_choice: Mapping[str, float]  # 2AFC score of each kind
    notice: float | None  # mean average precision over all JND pairs
    judgements: int
    left_out: Sequence[BadFile]

    @property
    def two_choice_mean(self) -> float | None:
        """The mean over the kinds, as the paper averages."""
        return float(np.mean(list(self.two_choice.values()))) if self.two_choice else None


def measure_bapps(metric: Metric, root: Path, progress: Progress | None = None) -> BappsResult:
    """The metric on everything of the BAPPS layout below `root`. Raises `BadDataset`.

    A patch that cannot be read is left out and listed.
    """
    run = _Run(metric, progress or (lambda _stage, _done, _total: None))
    choices = {kind: run.two_choice(root / "2afc" / "val" / kind) for kind in TWO_CHOICE_KINDS}
    two_choice = {kind: float(np.mean(scores)) for kind, scores in choices.items() if scores}
    pairs = [pair for kind in NOTICE_KINDS for pair in run.notice(root / "jnd" / "val" / kind)]
    if not two_choice and not pairs:
        raise BadDataset(
            f"{root} holds nothing of the BAPPS layout that can be read",
            "it needs 2afc/val/KIND/{ref,p0,p1,judge} or jnd/val/KIND/{p0,p1,same}",
        )
    notice = average_precision(*map(np.array, zip(*pairs, strict=True))) if pairs else None
    judgements = len(pairs) + sum(len(scores) for scores in choices.values())
    return BappsResult(two_choice, notice, judgements, run.left_out)


def draw_results(results: Mapping[str, BappsResult]) -> Pixels:
    """A row for each metric, columns as in the paper's Table 2."""
    kinds = [
        kind for kind in TWO_CHOICE_KINDS if any(kind in r.two_choice for r in results.values())
    ]
    shares = [
        [
            np.nan if share is None else share
            for share in (r.two_choice_mean, *map(r.two_choice.get, kinds), r.notice)
        ]
        for r in results.values()
    ]
    columns = ["2AFC", *kinds, "JND"]
    return draw_shares(
        list(results), columns, np.array(shares), "agreement with people, in percent"
    )


class _Run:
    """One metric going through the data set, noting what it has to leave out."""

    def __init__(self, metric: Metric, progress: Progress) -> None:
        self.left_out: list[BadFile] = []
        self._metric = metric
        self._progress = progress

    def two_choice(self, folder: Path) -> list[float]:
        """The 2AFC score of every triple in the folder."""
        scores = []
        for stem in self._readable(folder, "judge", f"2afc {folder.name}"):
            with self._noting(folder / stem):
                reference, first, second = (_patch(folder / p, stem) for p in ("ref", "p0", "p1"))
                share = _share(folder / "judge", stem)
                d0, d1 = self._distances(reference, first, second)
                scores.append(two_choice_score(d0, d1, share))
        return scores

    def notice(self, folder: Path) -> list[tuple[float, float]]:
        """(distance, share of people who saw no difference) of every pair in the folder."""
        pairs = []
        for stem in self._readable(folder, "same", f"jnd {folder.name}"):
            with self._noting(folder / stem):
                first, second = (_patch(folder / p, stem) for p in ("p0", "p1"))
                share = _share(folder / "same", stem)
                pairs.append((self._distances(first, second)[0], share))
        return pairs

    def _distances(self, reference: Pixels, *others: Pixels) -> list[float]:
        values = compare_many(self._metric, reference, others)
        return [-closeness(self._metric, value) for value in values]

    def _readable(self, folder: Path, answers: str, stage: str) -> Iterator[str]:
        stems = sorted(path.stem for path in (folder / answers).glob("*.npy"))
        for done, stem in enumerate(stems):
            self._progress(stage, done, len(stems))
            yield stem

    @contextmanager
    def _noting(self, place: Path) -> Iterator[None]:
        try:
            yield
        except (UnreadableImage, BadDataset) as error:
            self.left_out.append(BadFile(place, error.what))


def average_precision(distances: NDArray[np.float64], same: NDArray[np.float64]) -> float:
    """The area under precision over recall when the nearest pairs are called "same" first.

    `same` is the share of people who did; every pair counts as that much of a hit. Precision is
    made to fall only, as PASCAL VOC does.
    """
    ordered = same[np.argsort(distances, kind="stable")]
    hits, misses = np.cumsum(ordered), np.cumsum(1 - ordered)
    if not len(ordered) or hits[-1] == 0:
        return 0.0
    precision = np.concatenate([[0], hits / (hits + misses), [0]])
    recall = np.concatenate([[0], hits / hits[-1], [1]])
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.flatnonzero(recall[1:] != recall[:-1])
    return float(np.sum((recall[steps + 1] - recall[steps]) * precision[steps + 1]))


def two_choice_score(distance_0: float, distance_1: float, share_for_1: float) -> float:
    """The share of people who chose as the metric did; half of them when it cannot tell."""
    if distance_0 == distance_1:
        return 0.5
    return share_for_1 if distance_1 < distance_0 else 1 - share_for_1


def _patch(folder: Path, stem: str) -> Pixels:
    for suffix in sorted(SUFFIXES):
        path = folder / f"{stem}{suffix}"
        if path.is_file():
            return resized(read_image(path), SIDE, SIDE)
    raise BadDataset(f"{folder} has no image called {stem}", "complete the data set")


def _share(folder: Path, stem: str) -> float:
    path = folder / f"{stem}.npy"
    try:
        values = np.load(path, allow_pickle=False)
        share = float(np.asarray(values).reshape(-1)[0])
    except (OSError, ValueError, IndexError) as error:
        raise BadDataset(f"{path} holds no number", "complete the data set") from error
    if not 0 <= share <= 1:
        raise BadDataset(f"{path} holds {share}, not a share", "complete the data set")
    return share
