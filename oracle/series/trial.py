"""Whether a target can be judged, found out before anybody buys a ticket.

The trial is the competition's own judge with a network so small that it takes seconds: what can
make a target useless is its calibration, which is measured in full.
"""

from __future__ import annotations

import dataclasses

from scoring.errors import UnjudgeableTarget
from scoring.progress import Progress
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels
from scoring.submission.png import decode_submission
from scoring.views import reduced

_LEAST_RANGE = 8  # of 256 levels, after the target was made small
_SMALL_SIDE = 64
_SEED = bytes(32)


def why_not_judged(target: bytes, spec: JudgingSpec, progress: Progress | None = None) -> str:
    """Why `target`, a canonical PNG, cannot be judged by `spec`; "" when it can.

    Takes some ten seconds on a CPU for the calibrated judge. What `progress` raises ends it.
    """
    pixels = decode_submission(target)
    if _is_blank(pixels):
        return "it is blank: every blank image would be as good"
    # Imported here: it loads torch, which planning and publishing do not need.
    from scoring.judge import train

    try:
        train(pixels, trial_spec(spec), _SEED, progress=progress, device="cpu")
    except UnjudgeableTarget as error:
        return error.what
    return ""


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


def _is_blank(pixels: Pixels) -> bool:
    small = reduced(pixels, _SMALL_SIDE)
    return bool((small.max(axis=(0, 1)).astype(int) - small.min(axis=(0, 1)) < _LEAST_RANGE).all())
