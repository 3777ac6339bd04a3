"""Metrics that first train the judge's autoencoder on image A: its score, its latent, its features.

Nothing is downloaded for these. Training takes seconds with `latent.QUICK_SPEC`, and the trained
network is kept in the user's cache for the next call.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scoring.float32.judge import FloatJudge
from scoring.progress import Progress
from scoring.score import MAP_SIDE, MSE_UNIT, Score
from scoring.similarity.about import AUTOENCODER, DPS, LATENT
from scoring.similarity.deep import DeepPerceptualSimilarity
from scoring.similarity.difference import false_colour, side_by_side
from scoring.similarity.latent import LatentSpace, centre_square, cosine_similarity, space_for
from scoring.similarity.shape import resized
from scoring.spec import JudgingSpec
from scoring.submission.image import IMAGE_SIDE, Pixels


class AutoencoderScore:
    """The published judge: the error with which B is reconstructed, samples in [0, 1]."""

    name = "autoencoder"
    source, direction, range = AUTOENCODER

    def __init__(self, spec: JudgingSpec, progress: Progress) -> None:
        self._spaces = _Spaces(spec, progress)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return self._score(a, b).value / MSE_UNIT

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        """A, B, B's reconstruction, and where the two differ."""
        scored = self._score(a, b)
        side = MAP_SIDE
        views = [centre_square(pixels, side) for pixels in (a, b)]
        error = false_colour(scored.error_map.astype(np.float64) / 128)
        return side_by_side(*views, scored.reconstruction, error)

    def _score(self, a: Pixels, b: Pixels) -> Score:
        return FloatJudge(self._spaces.of(a).model).score(centre_square(b, IMAGE_SIDE))


class LatentCosine:
    """The cosine of the two flattened latents: what `judge verify` decides by."""

    name = "latent"
    source, direction, range = LATENT

    def __init__(self, spec: JudgingSpec, progress: Progress) -> None:
        self._spaces = _Spaces(spec, progress)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        first, second = self._spaces.of(a).vectors([a, b])
        return cosine_similarity(first, second)


class EncoderPerceptual:
    """Deep perceptual similarity on the four stages of the encoder trained on A."""

    name = "dps"
    source, direction, range = DPS._replace(source=f"{DPS.source}; on the encoder trained on A")

    def __init__(
        self, spec: JudgingSpec, progress: Progress, pool: str, *, unit_normalize: bool = False
    ) -> None:
        self._spaces = _Spaces(spec, progress)
        self._pool, self._unit_normalize = pool, unit_normalize

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return self._of(a)(a, b)

    def explain(self, a: Pixels, b: Pixels) -> Pixels:
        side = self._spaces.of(a).model.spec.image_side
        shown = [resized(pixels, side * 2, side * 2) for pixels in (a, b)]
        return self._of(a).explain(*shown)

    def _of(self, a: Pixels) -> DeepPerceptualSimilarity:
        space = self._spaces.of(a)
        return DeepPerceptualSimilarity(space, self._pool, unit_normalize=self._unit_normalize)


class _Spaces:
    """The latent space of each first image, trained when it is first asked for."""

    def __init__(self, spec: JudgingSpec, progress: Progress) -> None:
        self._spec, self._progress = spec, progress
        self._known = lru_cache(maxsize=4)(self._train)

    def of(self, a: Pixels) -> LatentSpace:
        return self._known(a.tobytes(), a.shape)

    def _train(self, samples: bytes, shape: tuple[int, ...]) -> LatentSpace:
        pixels = np.frombuffer(samples, np.uint8).reshape(shape)
        return space_for([pixels], self._spec, self._progress)
