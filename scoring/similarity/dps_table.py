"""Table 1 of the deep perceptual similarity paper: which flaw does which pooling have?

The paper's own image pairs lie in five folders: `invert`, `rotate`, `translate`, `color_stain` and
`ref`. A changed image counts as recognised when it is at most as far from its original as all
seven plain reference images; a colour stain when the stained image is nearer than the image with
the same shift everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from scoring.progress import Progress
from scoring.similarity import deep
from scoring.similarity.about import POOLS
from scoring.similarity.errors import BadDataset
from scoring.similarity.reading import SUFFIXES, read_image
from scoring.similarity.share_table import draw_shares
from scoring.submission.image import Pixels

CHANGES = ("invert", "rotate", "translate", "color_stain")


@dataclass(frozen=True)
class Question:
    """One question: is any of `rivals` nearer to `original` than `changed` is?"""

    original: Pixels
    changed: Pixels
    rivals: tuple[Pixels, ...]
    strict: bool  # must `changed` be nearer, or is as near enough?


@dataclass(frozen=True)
class Row:
    """How many cases of each change one network and pooling recognises."""

    network: str
    pool: str
    invert: int
    rotate: int
    translate: int
    color_stain: int


def read_cases(folder: Path) -> dict[str, list[Question]]:
    """The cases of each change, in order of file name. Raises `BadDataset`."""
    references = tuple(read_image(path) for path in _files(folder / "ref"))
    cases: dict[str, list[Question]] = {}
    for change in CHANGES[:3]:
        cases[change] = [
            Question(read_image(original), read_image(changed), references, strict=False)
            for original, changed in _changed_pairs(folder / change)
        ]
    cases["color_stain"] = [
        Question(read_image(original), read_image(stain), (read_image(ref),), strict=True)
        for original, ref, stain in _stain_triples(folder / "color_stain")
    ]
    return cases


def measure_table(
    cases: dict[str, list[Question]], weights: Path | None, progress: Progress | None = None
) -> list[Row]:
    """All rows, networks and poolings in the paper's order. Raises `MissingWeights`."""
    rows = []
    for done, network in enumerate(deep.NETWORKS):
        if progress is not None:
            progress(f"measuring {network}", done, len(deep.NETWORKS))
        rows += measure_rows(network, deep.published_maps(network, weights), cases)
    return rows


def measure_rows(
    network: str, features: deep.FeatureMaps, cases: dict[str, list[Question]]
) -> list[Row]:
    """The five rows of one network, or of anything else that gives feature maps."""
    single = [pool for pool in POOLS if "+" not in pool]
    distances = {pool: _distances(features, pool, cases) for pool in single}
    rows = []
    for pool in POOLS:
        counts = dict.fromkeys(CHANGES, 0)
        for change in CHANGES:
            for index, case in enumerate(cases[change]):
                # A combined distance is the sum of its parts, so nothing is computed twice.
                total = sum(distances[part][change][index] for part in pool.split("+"))
                counts[change] += _recognised(np.asarray(total), case.strict)
        rows.append(Row(network, pool, **counts))
    return rows


def draw_table(rows: list[Row], cases: dict[str, list[Question]]) -> Pixels:
    """The counts as a picture, coloured by their share of the cases."""
    counts = np.array([[getattr(row, change) for change in CHANGES] for row in rows])
    totals = [len(cases[change]) for change in CHANGES]
    return draw_shares(
        [f"{row.network}  {row.pool}" for row in rows],
        [f"{change} / {total}" for change, total in zip(CHANGES, totals, strict=True)],
        counts / np.maximum(totals, 1),
        "changed images still recognised",
        [[str(count) for count in row] for row in counts],
    )


def _distances(
    features: deep.FeatureMaps, pool: str, cases: dict[str, list[Question]]
) -> dict[str, list[NDArray[np.float64]]]:
    """For each case the distances from its original: [to the changed image, to each rival]."""
    metric = deep.DeepPerceptualSimilarity(features, pool)
    known: dict[bytes, list[Tensor]] = {}  # every image is put through the network once

    def pooled(image: Pixels) -> list[Tensor]:
        key = image.tobytes()
        if key not in known:
            known[key] = metric.pooled([image])
        return known[key]

    def of(case: Question) -> NDArray[np.float64]:
        own = pooled(case.original)
        images = (case.changed, *case.rivals)
        return np.array([float(metric.distance(own, pooled(image))) for image in images])

    return {change: [of(case) for case in cases[change]] for change in CHANGES}


def _recognised(distances: NDArray[np.float64], strict: bool) -> bool:
    nearest_rival = distances[1:].min()
    return bool(distances[0] < nearest_rival if strict else distances[0] <= nearest_rival)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadDataset(
            f"there is no folder {folder}",
            f"the images must lie in the folders {', '.join((*CHANGES, 'ref'))}",
        )
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
    if not files:
        raise BadDataset(f"{folder} holds no image", "fill it with the paper's images")
    return files


def _changed_pairs(folder: Path) -> list[tuple[Path, Path]]:
    """(original, changed) for every file NAME_SUFFIX beside an original NAME."""
    originals = {p.stem: p for p in _files(folder) if "_" not in p.stem}
    pairs = []
    for path in _files(folder):
        name, separator, _ = path.stem.partition("_")
        if not separator:
            continue
        if name not in originals:
            raise BadDataset(f"{path} has no original beside it", f"add {name}{path.suffix}")
        pairs.append((originals[name], path))
    return pairs


def _stain_triples(folder: Path) -> list[tuple[Path, Path, Path]]:
    by_stem = {p.stem: p for p in _files(folder)}
    triples = []
    for stem in sorted(s for s in by_stem if "_" not in s):
        try:
            triples.append((by_stem[stem], by_stem[f"{stem}_ref"], by_stem[f"{stem}_stain"]))
        except KeyError as error:
            raise BadDataset(
                f"{by_stem[stem]} lacks its {error.args[0]} image", "add it beside the original"
            ) from error
    return triples
