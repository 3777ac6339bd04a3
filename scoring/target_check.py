"""Whether a target suits a competition, found out before anybody buys a ticket.

What can make a target useless is its calibration. It is measured with the competition's own judge,
whose network is made so small that it takes seconds. What makes it a bad choice is its picture: of
few shapes or of letters, which honest people draw so much alike that nothing tells them apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.errors import UnjudgeableTarget
from scoring.progress import Progress
from scoring.separation import Separation, measure_separation
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels
from scoring.views import reduced

SMALLEST_SIDE = 24
"""Pixels: what there is to see has to be that wide or high."""
_LEAST_RANGE = 8  # of 256 levels, after the target was made small
_GROUND_REACH = 24  # levels that the ground may vary by, in every channel
_STEP = 8  # levels between neighbours of 64 x 64 cells, from which on something is there
_SHARP_STEP = 40  # and of 128 x 128 cells, where something is written
_MINIMAL = 220  # thousandths of the 64 x 64 cells
_LETTERED_GROUND, _LETTERED_STEPS = 700, 45  # thousandths of 128 x 128
_SEED = bytes(32)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TargetCheck:
    """What was found: a reason to refuse it, or "", and what to think about before using it."""

    refusal: str
    warnings: tuple[str, ...]
    separation: Separation | None  # None: not measured, because there is nothing to measure

    def facts(self) -> Iterator[tuple[str, str]]:
        """What a person reads, a line each; scores as the page shows them."""
        yield "can be judged", f"no: {self.refusal}" if self.refusal else "yes"
        for warning in self.warnings:
            yield "warning", warning
        if found := self.separation:
            yield "its own variations score up to", _score(found.variations)
            yield "unrelated images score from", _score(found.unrelated)
            yield "blank images score from", _score(found.blank)
            yield "margin", _score(found.margin)

    def to_json(self) -> dict[str, Any]:
        found = dataclasses.asdict(self.separation) if self.separation else None
        if self.separation and found is not None:
            found["margin"] = self.separation.margin
        return {"refusal": self.refusal, "warnings": list(self.warnings), "separation": found}


def _score(millionths: int) -> str:
    return f"{millionths / 1_000_000:.3f}"


def check_target(
    target: Pixels, spec: JudgingSpec, progress: Progress | None = None
) -> TargetCheck:
    """Try `target`, uint8 (512, 512, 3), as `spec` would judge it.

    Takes some ten seconds on a CPU for the calibrated judge. What `progress` raises ends it.
    """
    if refusal := _why_nothing_to_see(target):
        return TargetCheck(refusal, (), None)
    # Imported here: it loads torch, which planning and publishing do not need.
    from scoring.exact_judge import train_exact_judge
    from scoring.judge import train
    from scoring.progress import silent

    warnings = list(warnings_about(target))
    trial = trial_spec(spec)
    try:
        if trial.judge != "calibrated":
            train(target, trial, _SEED, progress=progress, device="cpu")
            return TargetCheck("", tuple(warnings), None)
        judge = train_exact_judge(target, trial, _SEED, progress or silent, None, "cpu").calibrated
    except UnjudgeableTarget as error:
        return TargetCheck(error.what, tuple(warnings), None)
    if judge is None:
        raise ValueError("a calibrated judge has a calibration")
    separation = measure_separation(judge, target)
    warnings += about_margin(separation, spec.least_margin)
    return TargetCheck("", tuple(warnings), separation)


def require_judgeable(
    target: Pixels, spec: JudgingSpec, progress: Progress | None = None
) -> tuple[str, ...]:
    """What speaks against a target that can be used; raises `UnjudgeableTarget` for another."""
    found = check_target(target, spec, progress)
    if found.refusal:
        raise UnjudgeableTarget(
            f"the target cannot be used: {found.refusal}",
            "choose another; judge check-target says what is wrong with one",
        )
    return found.warnings


def trial_spec(spec: JudgingSpec) -> JudgingSpec:
    """The same judge with the smallest network, trained for an epoch."""
    return dataclasses.replace(
        spec,
        image_side=64 if spec.judge == "autoencoder-mse" else 128,
        widths=(4, 4, 8, 8),
        latent_size=8,
        augmentations=8,
        held_out=2,
        batch_size=4,
        epochs=1,
    )


def about_margin(separation: Separation, least: int) -> Iterator[str]:
    """A warning where a margin is near the least: the competition's network is not the trial's."""
    if separation.margin < 2 * least:
        yield (
            f"it is near the limit: its variations are {_score(separation.margin)} ahead, and a "
            f"competition below {_score(least)} ends void"
        )


def warnings_about(target: Pixels) -> Iterator[str]:
    """What a target's picture is that makes it a bad choice, one sentence each."""
    busy, ground, steps = _busy(target), *_lettered(target)
    if busy <= _MINIMAL:
        yield (
            f"it is minimal: only {busy / 10:.0f} % of it changes from place to place. Honest "
            "images of it look like copies, and plain ones score well"
        )
    if ground >= _LETTERED_GROUND and steps >= _LETTERED_STEPS:
        yield (
            "it looks like lettering, a sign or a diagram: whoever writes the same in the same "
            "font has made the same picture, and the judge cannot read"
        )


def _why_nothing_to_see(target: Pixels) -> str:
    small = reduced(target, 64)
    if (small.max(axis=(0, 1)).astype(int) - small.min(axis=(0, 1)) < _LEAST_RANGE).all():
        return "it is blank: every blank image would be as good"
    rows, columns = np.nonzero(~_is_ground(target))
    side = max((int(np.ptp(axis)) + 1 for axis in (rows, columns) if len(axis)), default=0)
    if side < SMALLEST_SIDE:
        return (
            f"all that is to be seen in it lies within {side} pixels, and {SMALLEST_SIDE} are "
            "needed: a blank image would be as good"
        )
    return ""


def _is_ground(pixels: Pixels) -> Mask:
    """Which pixels have nearly the commonest colour: (h, w, 3) to (h, w)."""
    bins = (pixels >> 5).astype(np.int64) @ np.array([64, 8, 1])
    commonest = bins == np.bincount(bins.ravel()).argmax()
    colour = np.median(pixels[commonest], axis=0)
    ground: Mask = (abs(pixels - colour) <= _GROUND_REACH).all(axis=2)
    return ground


def _busy(target: Pixels) -> int:
    """Thousandths of the 64 x 64 cells that differ from the one to the right or below."""
    cells = reduced(target, 64).astype(int)
    across, down = (abs(np.diff(cells, axis=axis)).max(2) >= _STEP for axis in (1, 0))
    return int(1000 * (across[:-1] | down[:, :-1]).mean())


def _lettered(target: Pixels) -> tuple[int, int]:
    """Thousandths of 128 x 128 cells that are ground, and of the steps between them, sharp ones."""
    cells = reduced(target, 128)
    steps = [abs(np.diff(cells.astype(int), axis=axis)).max(2) >= _SHARP_STEP for axis in (0, 1)]
    sharp = sum(int(step.sum()) for step in steps)
    return int(1000 * _is_ground(cells).mean()), 1000 * sharp // sum(step.size for step in steps)
