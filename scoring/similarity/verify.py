"""Is this photo that product? Exact equality first, then the angle between two latents.

After https://datascience.stackexchange.com/questions/37827: `array_equal`, `allclose`, then an
autoencoder's encoder, compared by cosine and L2 of the flattened latents. The encoder is trained
on the originals themselves; the cosine decides, at a calibrated threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.errors import UnreadableImage
from scoring.progress import Progress
from scoring.similarity.calibration import (
    Calibration,
    PairFiles,
    calibrate_on_pictures,
    find_threshold,
    read_pairs,
)
from scoring.similarity.errors import BadDataset, NoImages
from scoring.similarity.latent import LatentSpace, cosine_similarity, space_for
from scoring.similarity.montage import Tile, contact_sheet
from scoring.similarity.reading import image_files, read_image
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

READ_SIDE = 1024
# allclose: what saving as another lossless format or a rounding conversion can change.
_LEVELS_APART = 2


@dataclass(frozen=True)
class Match:
    """What was found out about one pair."""

    same: bool
    equal: bool  # every sample is equal
    close: bool  # every sample is within two levels
    cosine: float  # of the latents, in [-1, 1]
    l2: float  # distance of the latents


@dataclass(frozen=True)
class PairResult:
    """A verdict on two files, or the reason why there is none."""

    pair: PairFiles
    verdict: Match | None
    problem: str = ""


def verify(original: Pixels, photo: Pixels, space: LatentSpace, calibration: Calibration) -> Match:
    """Whether the photo shows the original."""
    a, b = space.vectors([original, photo])
    cosine = cosine_similarity(a, b)
    equal = np.array_equal(original, photo)
    close = original.shape == photo.shape and np.allclose(
        original, photo, rtol=0, atol=_LEVELS_APART
    )
    same = equal or bool(close) or cosine >= calibration.threshold
    return Match(same, equal, bool(close), cosine, float(np.linalg.norm(a - b)))


def verify_pairs(
    pairs: Sequence[PairFiles], space: LatentSpace, calibration: Calibration
) -> Iterator[PairResult]:
    """A result for each pair in order; a file that cannot be read spoils only its own pairs."""
    for pair in pairs:
        try:
            original = read_image(pair.original, max_side=READ_SIDE)
            photo = read_image(pair.photo, max_side=READ_SIDE)
        except UnreadableImage as error:
            yield PairResult(pair, None, error.what)
            continue
        yield PairResult(pair, verify(original, photo, space, calibration))


def draw_results(results: Sequence[PairResult]) -> Pixels:
    """A sheet of the judged pairs: each original, framed, and its photo with the verdict."""
    tiles = []
    for result in results:
        if result.verdict is None:
            continue
        word = "same" if result.verdict.same else "different"
        original, photo = (
            read_image(p, max_side=512) for p in (result.pair.original, result.pair.photo)
        )
        tiles.append(Tile(original, "original", result.pair.original.name, framed=True))
        tiles.append(Tile(photo, f"{word}  {result.verdict.cosine:.3f}", result.pair.photo.name))
    if not tiles:
        raise NoImages("no pair could be judged, so there is nothing to draw", "check the files")
    return contact_sheet(tiles)


def pairs_of(original: Path, photos: Path) -> list[PairFiles]:
    """The pairs that two paths stand for.

    File and file: one pair. File and folder: every image in the folder against the file. Folder
    and folder: files of the same name, whatever their suffix. Raises `NoImages`.
    """
    if not photos.is_dir():
        return [PairFiles(original, photos)]
    if not original.is_dir():
        return [PairFiles(original, photo) for photo in image_files(photos)]
    originals = {path.stem: path for path in image_files(original)}
    named = [(originals.get(photo.stem), photo) for photo in image_files(photos)]
    pairs = [PairFiles(path, photo) for path, photo in named if path is not None]
    if not pairs:
        raise NoImages(
            f"no image in {photos} has the name of one in {original}",
            "name photo and original alike, or list the pairs in a CSV with --pairs",
        )
    return pairs


def readable_originals(pairs: Sequence[PairFiles]) -> list[Pixels]:
    """Every distinct original that can be read, in order. Raises `NoImages` if none can."""
    pictures: list[Pixels] = []
    problem = ""
    for path in dict.fromkeys(pair.original for pair in pairs):
        try:
            pictures.append(read_image(path, max_side=READ_SIDE))
        except UnreadableImage as error:
            problem = error.what
    if not pictures:
        raise NoImages("no original can be read", problem)
    return pictures


def measure_calibration(
    source: Path, spec: JudgingSpec, progress: Progress
) -> tuple[Calibration, list[str]]:
    """A calibration, and what had to be left out.

    On a folder: simulated photos of every picture in it, and all pictures against each other. On a
    CSV: its labelled pairs. Raises `NoImages`, `BadDataset`.
    """
    if source.is_dir():
        pairs = [PairFiles(path, path) for path in image_files(source)]
    else:
        pairs = read_pairs(source)
        if any(pair.same is None for pair in pairs):
            raise BadDataset(f"{source} does not label every pair", "fill the column same")
    originals = readable_originals(pairs)
    space = space_for(originals, spec, progress)
    if source.is_dir():
        problems = [] if len(originals) == len(pairs) else ["some files cannot be read as images"]
        basis = f"simulated photos of {len(originals)} pictures"
        return calibrate_on_pictures(space, originals, basis, progress), problems
    untested = Calibration(1, 0, 0, 0, 0, "")
    results = list(verify_pairs(pairs, space, untested))
    cosines = {
        label: [r.verdict.cosine for r in results if r.verdict and r.pair.same is label]
        for label in (True, False)
    }
    basis = f"labelled pairs of {source.name}"
    problems = [result.problem for result in results if result.verdict is None]
    return find_threshold(cosines[True], cosines[False], basis), problems
