"""The judge of the competitions as a metric: trained on image A, it scores image B."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scoring.judge import TrainedJudge, score, train
from scoring.progress import Progress
from scoring.score import MAP_SIDE, Score
from scoring.similarity.about import CALIBRATED
from scoring.similarity.difference import false_colour, side_by_side
from scoring.similarity.errors import BadInput
from scoring.similarity.latent import SEED, centre_square
from scoring.spec import PROFILES, JudgingSpec
from scoring.submission.image import IMAGE_SIDE, Pixels

_ONE = 1_000_000  # a score counts millionths


class CalibratedScore:
    """What competitions are decided by: 0 is a typical variation of A, 1 a typical unrelated image.

    It takes half a minute to train on A, and gives the same number on every machine.
    """

    name = "calibrated"
    source, direction, range = CALIBRATED

    def __init__(self, spec: JudgingSpec, progress: Progress) -> None:
        if spec.judge != "calibrated":
            raise BadInput(
                f"the metric calibrated cannot be measured by the judge {spec.judge}",
                "choose --profile fast or full, or leave it out",
            )
        self.source = f"{CALIBRATED.source} with {_name_of(spec)}"
        self._spec, self._progress = spec, progress
        self._judges = lru_cache(maxsize=4)(self._train)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return self._score(a, b).value / _ONE

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """A, B, B's reconstruction, and where the two differ."""
        scored = self._score(a, b)
        views = [centre_square(pixels, MAP_SIDE) for pixels in (a, b)]
        error = false_colour(scored.error_map.astype(np.float64) / 128)
        return side_by_side(*views, scored.reconstruction, error)

    def _score(self, a: Pixels, b: Pixels) -> Score:
        target = centre_square(a, IMAGE_SIDE)
        return score(self._judges(target.tobytes()), centre_square(b, IMAGE_SIDE))

    def _train(self, samples: bytes) -> TrainedJudge:
        target = np.frombuffer(samples, np.uint8).reshape(IMAGE_SIDE, IMAGE_SIDE, 3)
        return train(target, self._spec, SEED, progress=self._progress)


def _name_of(spec: JudgingSpec) -> str:
    """The profile's name, or where there is none the spec's hash: what made the number."""
    for name, profile in PROFILES.items():
        if profile == spec:
            return f"the profile {name}"
    return f"the spec {spec.digest().hex()[:16]}"
