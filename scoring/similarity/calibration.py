"""A threshold between "same" and "different", with the errors that come with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from scoring.progress import Progress
from scoring.similarity.errors import BadDataset, BadInput
from scoring.similarity.latent import LatentSpace, cosine_similarity
from scoring.similarity.photo import simulated_photo
from scoring.submission.image import Pixels

_PHOTOS_EACH = 4
_FEWEST = 5
_YES, _NO = {"1", "true", "yes", "same"}, {"0", "false", "no", "different"}


@dataclass(frozen=True)
class Calibration:
    """A cosine is "same" from `threshold` on; how often that was wrong where it was measured."""

    threshold: float
    false_accept: float  # share of different pairs called same
    false_reject: float  # share of same pairs called different
    same_pairs: int
    different_pairs: int
    basis: str  # what it was measured on

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


# One encoder for each original, `latent.QUICK_SPEC`, as `judge verify ORIGINAL PHOTO` trains it.
# One encoder for all 71 gave 0.8104 and 2.1 % of either error, so this serves batches as well.
DEFAULT = Calibration(
    threshold=0.8006,
    false_accept=0.0476,
    false_reject=0.0417,
    same_pairs=96,
    different_pairs=840,
    basis="simulated photos of 12 of 71 paintings and photographs",
)


def load_calibration(path: Path) -> Calibration:
    """What `save` wrote. Raises `BadInput` for anything else."""
    try:
        calibration = Calibration(**json.loads(path.read_text()))
        if not -1 <= float(calibration.threshold) <= 1:
            raise ValueError("its threshold is no cosine")
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(
            f"{path} is not a calibration: {error}", "write one with: judge verify --calibrate"
        ) from error
    return calibration


def find_threshold(same: Sequence[float], different: Sequence[float], basis: str) -> Calibration:
    """The threshold where both kinds of error are about equally frequent.

    Raises `BadDataset` with fewer than five pairs of either kind: that says nothing.
    """
    if min(len(same), len(different)) < _FEWEST:
        raise BadDataset(
            f"{len(same)} same and {len(different)} different pairs are too few to calibrate on",
            f"give at least {_FEWEST} of each",
        )
    alike, unlike = np.sort(np.asarray(same)), np.sort(np.asarray(different))
    # Thresholds between neighbouring values: only there do the counts change.
    values = np.unique(np.concatenate([alike, unlike]))
    between = np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:]])
    rejected = np.searchsorted(alike, between, side="left") / len(alike)
    accepted = 1 - np.searchsorted(unlike, between, side="left") / len(unlike)
    # Ties in the worse error are broken by the sum of both.
    best = int(np.lexsort((rejected + accepted, np.maximum(rejected, accepted)))[0])
    return Calibration(
        threshold=round(float(between[best]), 4),
        false_accept=round(float(accepted[best]), 4),
        false_reject=round(float(rejected[best]), 4),
        same_pairs=len(alike),
        different_pairs=len(unlike),
        basis=basis,
    )


def calibrate_on_pictures(
    space: LatentSpace, pictures: Sequence[Pixels], basis: str, progress: Progress
) -> Calibration:
    """Same pairs are simulated photos of each picture, different pairs any two pictures."""
    random = np.random.default_rng(0)
    latents = space.vectors(pictures)
    same: list[float] = []
    for index, picture in enumerate(pictures):
        progress("simulating photos", index, len(pictures))
        photos = [simulated_photo(picture, random) for _ in range(_PHOTOS_EACH)]
        same += [cosine_similarity(latents[index], photo) for photo in space.vectors(photos)]
    different = [
        cosine_similarity(a, b)
        for index, a in enumerate(latents)
        for other, b in enumerate(latents)
        if index != other
    ]
    return find_threshold(same, different, basis)


@dataclass(frozen=True)
class PairFiles:
    """One row of a table of pairs; `same` is None where nobody said."""

    original: Path
    photo: Path
    same: bool | None = None


def read_pairs(table: Path) -> list[PairFiles]:
    """Rows of a CSV with the columns `original`, `photo`, and `same` where it is known.

    Paths are relative to the table's folder. Raises `BadDataset`.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, skipinitialspace=True)
            columns = set(reader.fieldnames or ())
            if not {"original", "photo"} <= columns:
                raise BadDataset(
                    f"{table} lacks the columns original and photo",
                    "its first line must name them: original,photo (and same, to calibrate)",
                )
            pairs = [_pair(table.parent, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(f"{table} cannot be read as CSV: {error}", "check the file") from error
    if not pairs:
        raise BadDataset(f"{table} names no pair", "add a line for each pair")
    return pairs


def _pair(folder: Path, row: dict[str, str]) -> PairFiles:
    original, photo = (row["original"] or "").strip(), (row["photo"] or "").strip()
    if not original or not photo:
        raise BadDataset("a row names only one image of its pair", "fill both columns")
    word = (row.get("same") or "").strip().lower()
    if word and word not in _YES | _NO:
        raise BadDataset(f"{word!r} in the column same is neither yes nor no", "write yes or no")
    return PairFiles(folder / original, folder / photo, word in _YES if word else None)
