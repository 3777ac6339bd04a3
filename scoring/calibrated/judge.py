"""The calibrated judge: how much an image resembles the target. Lower is better.

    model = train_exact(target, spec, seed)
    judge = CalibratedJudge.prepare(target, model)
    judge.score(image).value    # 0: a typical variation, 1 000 000: a typical unrelated image

Every number is a whole one, from pixels to score. See docs/calibrated.md for what it measures,
docs/lab/quality.md for how well, and what beats it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from scoring.calibrated.bank import PIXELS_SHA256, shipped_bank
from scoring.calibrated.calibration import Distances, calibrate
from scoring.calibrated.choice import choose_sight
from scoring.calibrated.moved import COPIES
from scoring.calibrated.perceptual import FILE_SHA256
from scoring.calibrated.sight import Pixels, Sight, exact_isqrt
from scoring.calibrated.terms import PERCEPTUAL_SIDE, TERMS, Terms, View, draw_softening
from scoring.exact.augment import alter, draw_alteration
from scoring.exact.model import ExactModel
from scoring.exact.network import judge_view
from scoring.exact.numbers import Stream
from scoring.parallel import side_by_side

POSITIVES = 32
SOFTENED_VIEWS = 1
VERSION = "calibrated-1"
# What a term's weight is multiplied by. The autoencoder has been trained on what P is drawn from,
# and nothing in P is shuffled, so P makes the terms below 1 look surer than they are. Measured in
# docs/lab/quality.md.
TRUST = {
    "target_features": Decimal("0.25"),
    "unexplained_detail": Decimal("0.25"),
    "world_in_place": Decimal(1),
    "world_anywhere": Decimal("0.25"),
    "world_in_grey": Decimal(1),
}


def identity() -> dict[str, object]:
    """Everything beside the training that can change a score, for the judging spec."""
    return {
        "judge": VERSION,
        "perceptual_sha256": FILE_SHA256,
        "bank_sha256": PIXELS_SHA256,
        "positives": POSITIVES,
        "softened_views": SOFTENED_VIEWS,
        "moved_copies": COPIES,
        "trust": {name: str(share) for name, share in TRUST.items()},
    }


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
        trust: Mapping[str, Decimal] = TRUST,
    ) -> None:
        self.model, self.terms = model, terms
        self.positives, self.negatives = positives, negatives
        self.calibration = calibrate(positives, negatives, trust)

    @classmethod
    def prepare(
        cls,
        target: Pixels,
        model: ExactModel,
        trust: Mapping[str, Decimal] = TRUST,
        softened_views: int = SOFTENED_VIEWS,
        sight: Sight | None = None,
    ) -> CalibratedJudge:
        """Calibrate for `target`, uint8 (512, 512, 3), the image that `model` was trained on.

        The softened views are drawn from the model's seed. `sight`: the fastest one that passes
        its self-test if None. Raises CannotCalibrate for a target
        that nothing can be told from.
        """
        side = model.spec.image_side
        streams = [Stream(model.seed, f"view.{index}") for index in range(softened_views)]
        softenings = [draw_softening(stream) for stream in streams]
        terms = Terms(view_of(target, side), model.network, sight or choose_sight(), softenings)
        strangers = [_bank_view(image, side) for image in shipped_bank().images]
        views = [*variations(target, model), *strangers]
        distances = list(side_by_side(lambda view: terms.measure(view).distances, views))
        return cls(model, terms, distances[:POSITIVES], distances[POSITIVES:], trust)

    def score(self, image: Pixels) -> CalibratedScore:
        """Score one image, uint8 (512, 512, 3). No other image changes the result."""
        view = view_of(image, self.model.spec.image_side)
        measured = self.terms.measure(view)
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
    if image.shape != (512, 512, 3) or image.dtype != np.uint8:
        raise ValueError(f"an image is uint8 (512, 512, 3), not {image.dtype} {image.shape}")
    larger = _reduced(image, max(side, PERCEPTUAL_SIDE))
    return View(_reduced(larger, side), _reduced(larger, PERCEPTUAL_SIDE))


def variations(target: Pixels, model: ExactModel) -> list[View]:
    """P: variations of the target that training has not seen, from a stream of their own.

    They are the same for every seed, so that a seed moves the scores through the autoencoder alone.
    They are never turned upside down or mirrored: the first is no honest recreation, the second is
    what the distances undo.
    """
    side = max(model.spec.image_side, PERCEPTUAL_SIDE)
    spec = replace(model.spec, image_side=side, flip_probability=Decimal(0))
    pixels = judge_view(target, side)
    views = []
    for index in range(POSITIVES):
        drawn = draw_alteration(spec, Stream(VERSION.encode(), f"variation.{index}"))
        altered = alter(pixels, drawn)
        views.append(View(_reduced(altered, model.spec.image_side), _reduced(altered, 128)))
    return views


def _reduced(pixels: Pixels, side: int) -> Pixels:
    """What `judge_view` gives, in fewer passes."""
    while len(pixels) > side:
        rows = np.add(pixels[::2], pixels[1::2], dtype=np.uint16).reshape(len(pixels) // 2, -1)
        sums = rows[:, :-3] + rows[:, 3:]  # of every pixel and the next one
        means = ((sums + 2) >> 2).astype(np.uint8)
        half = np.empty((len(rows), len(rows), 3), np.uint8)
        for channel in range(3):  # numpy is slow along an axis of three
            half[:, :, channel] = means[:, channel::6]
        pixels = half
    return pixels


def _bank_view(image: Pixels, side: int) -> View:
    """A bank tile has 128 pixels a side; a larger view repeats them."""
    factor = max(1, side // PERCEPTUAL_SIDE)
    wide = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return View(_reduced(wide, side), image)


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
    for name in TERMS:
        if scale := judge.calibration.scales.get(name):
            lines.append(f"{name} {scale.median_unrelated} {scale.typical} {scale.coefficient}")
    return hashlib.sha256("\n".join(lines).encode()).digest()
