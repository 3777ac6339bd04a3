"""The calibrated judge: how much an image resembles the target. Lower is better.

    model = train_exact(target, spec, seed)
    judge = CalibratedJudge.prepare(target, model)
    judge.score(image).value    # 0: a typical variation, 1 000 000: a typical unrelated image

Every number is a whole one, from pixels to score. See docs/calibrated.md for what it measures,
docs/lab/quality.md for how well, and what beats it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.calibration import Distances, calibrate
from scoring.calibrated.choice import choose_sight
from scoring.calibrated.pictures import PERCEPTUAL_SIDE, Shown, View, draw_softening
from scoring.calibrated.sight import Sight, exact_isqrt
from scoring.calibrated.terms import Comparison, Impression, Terms
from scoring.exact.augment import alter, draw_alteration
from scoring.exact.model import ExactModel
from scoring.exact.numbers import Stream
from scoring.parallel import Stages, in_groups
from scoring.spec.calibration import TERMS, CalibrationSpec
from scoring.submission.image import Pixels
from scoring.views import judge_view, reduced, require_image


@dataclass(frozen=True, eq=False)
class CalibratedScore:
    """How one image did, and why."""

    value: int
    """Millionths: 0 is a typical variation of the target, 1 000 000 a typical unrelated image."""
    contributions: Mapping[str, int]
    """Millionths by term, and `offset`; they add up to the value."""
    distances: Mapping[str, int]
    """The raw distance of each term, in units of 2**-24."""
    reconstruction: Pixels
    """What the autoencoder made of the image: uint8 (S, S, 3)."""
    error_map: Pixels
    """Root mean square difference of each pixel's channels, in 8-bit levels: uint8 (S, S)."""


class CalibratedJudge:
    """A trained autoencoder, the frozen network and one target's calibration."""

    def __init__(
        self,
        model: ExactModel,
        terms: Terms,
        positives: Sequence[Distances],
        negatives: Sequence[Distances],
        trust: Mapping[str, Decimal],
    ) -> None:
        self.model, self.terms = model, terms
        self.positives, self.negatives = positives, negatives
        self.calibration = calibrate(positives, negatives, trust)

    @classmethod
    def prepare(
        cls,
        target: Pixels,
        model: ExactModel,
        spec: CalibrationSpec | None = None,
        sight: Sight | None = None,
    ) -> CalibratedJudge:
        """Calibrate for `target`, uint8 (512, 512, 3), the image that `model` was trained on.

        The softened views are drawn from the model's seed. `spec`: the one that ships if None;
        `sight`: the fastest one that passes its self-test, on a GPU if the model's backend is.
        Raises CannotCalibrate for a target that nothing can be told from.
        """
        spec = spec or CalibrationSpec()
        side = model.spec.image_side
        streams = [Stream(model.seed, f"view.{index}") for index in range(spec.softened_views)]
        softenings = [draw_softening(stream) for stream in streams]
        sight = sight or choose_sight(model.network.backend.device)
        terms = Terms(view_of(target, side), model.network, sight, softenings)
        strangers = [_bank_view(image, side) for image in shipped_bank().images]
        alike = variations(target, model, spec)
        views = [*alike, *strangers]
        measured = terms.stages.then(lambda comparison: comparison.distances)
        distances = list(in_groups(measured, views, terms.group))
        count = len(alike)
        return cls(model, terms, distances[:count], distances[count:], spec.trust)

    def score(self, image: Pixels) -> CalibratedScore:
        """Score one image, uint8 (512, 512, 3). No other image changes the result."""
        return self.stages.one(lambda: image)

    @property
    def stages(self) -> Stages[Callable[[], Pixels], Shown, Impression, CalibratedScore]:
        """`score` of an image that is loaded there; up to `terms.group` may be seen together."""
        side, terms = self.model.spec.image_side, self.terms.stages
        return Stages(
            lambda load: terms.begin(view_of(load(), side)),
            terms.together,
            lambda seen: self._scored(seen.view, terms.finish(seen)),
        )

    def _scored(self, view: View, measured: Comparison) -> CalibratedScore:
        parts = self.calibration.contributions(measured.distances)
        parts["offset"] = self.calibration.offset
        errors = error_map(view.autoencoder, measured.reconstruction)
        return CalibratedScore(
            sum(parts.values()), parts, measured.distances, measured.reconstruction, errors
        )


def view_of(image: Pixels, side: int) -> View:
    """Both views of an image, uint8 (512, 512, 3): block means rounded half up at each halving.

    Raises ValueError for another shape.
    """
    require_image(image)
    larger = reduced(image, max(side, PERCEPTUAL_SIDE))
    return View(reduced(larger, side), reduced(larger, PERCEPTUAL_SIDE))


def variations(target: Pixels, model: ExactModel, spec: CalibrationSpec) -> list[View]:
    """P: variations of the target that training has not seen, from a stream of their own.

    They are the same for every seed, so that a seed moves the scores through the autoencoder alone.
    They are never turned upside down or mirrored: the first is no honest recreation, the second is
    what the distances undo.
    """
    side = max(model.spec.image_side, PERCEPTUAL_SIDE)
    drawing = replace(model.spec, image_side=side, flip_probability=Decimal(0))
    pixels = judge_view(target, side)
    views = []
    for index in range(spec.positives):
        stream = Stream(spec.calibration.encode(), f"variation.{index}")
        drawn = draw_alteration(drawing, stream)
        altered = alter(pixels, drawn)
        sides = (model.spec.image_side, PERCEPTUAL_SIDE)
        views.append(View(*(reduced(altered, side) for side in sides)))
    return views


def _bank_view(image: Pixels, side: int) -> View:
    """A bank tile has 128 pixels a side; a larger view repeats them."""
    factor = max(1, side // PERCEPTUAL_SIDE)
    wide = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return View(reduced(wide, side), image)


_ERROR_LEVELS = exact_isqrt((2 * np.arange(3 * 255**2 + 1) + 3) // 6).astype(np.uint8)
"""By the sum of three squared differences: the root of their rounded mean, rounded down."""


def error_map(view: Pixels, reconstruction: Pixels) -> Pixels:
    """Root mean square difference of each pixel's channels: uint8 (S, S, 3) to (S, S)."""
    squares = np.square(view.astype(np.int32) - reconstruction)  # (S, S, 3)
    levels: Pixels = _ERROR_LEVELS[squares[:, :, 0] + squares[:, :, 1] + squares[:, :, 2]]
    return levels


def fingerprint(judge: CalibratedJudge) -> bytes:
    """sha256 over the calibration: what two auditors compare before any score."""
    lines = [f"offset {judge.calibration.offset}"]
    for by, scales in (("", judge.calibration.scales), (" by", judge.calibration.seconds)):
        for name in TERMS:
            if scale := scales.get(name):
                numbers = f"{scale.median_unrelated} {scale.typical} {scale.coefficient}"
                lines.append(f"{name}{by} {numbers}")
    return hashlib.sha256("\n".join(lines).encode()).digest()
