"""Every spec that is small enough to train in a second or so; no test makes one from nothing."""

from dataclasses import replace

from scoring.spec import PROFILES, JudgingSpec, TrainingSpec

SEED = bytes(range(32))

TINY_JUDGING = JudgingSpec(
    image_side=128,
    widths=(4, 6, 8, 12),
    latent_size=16,
    augmentations=20,
    held_out=4,
    epochs=2,
    batch_size=4,
)
"""The judge of competitions, calibration and all."""

TINY_RECIPE = replace(TINY_JUDGING, judge="autoencoder-mse", arithmetic="float32", epochs=3)
"""The published recipe in float32."""

TINY_SIMILARITY = replace(TINY_JUDGING, epochs=4)
"""Enough to tell a cat from a rocket."""

TINY_COMPETITION = replace(
    PROFILES["demo"],
    judge="autoencoder-mse",  # its calibration is left out, which takes longer than the rest
    widths=(4, 4, 8, 8),
    latent_size=8,
    augmentations=8,
    held_out=2,
    batch_size=2,
    epochs=2,
)
"""What competitions of tests are created with: a daemon judges one in a second."""

TINIEST_COMPETITION = replace(
    TINY_COMPETITION, image_side=64, augmentations=4, batch_size=4, epochs=1
)
"""Of which a daemon judges hundreds: a training is a fraction of a second."""

TINY_TRAINING = TrainingSpec(
    image_side=64,
    widths=(4, 6, 8, 12),
    latent_size=10,
    augmentations=11,
    held_out=3,
    epochs=3,
    batch_size=3,
    plateau_patience=0,
)
"""An exact training by itself: steps of 3, 3 and 2 copies an epoch."""

TINY_CALIBRATED = TrainingSpec(
    image_side=64,
    widths=(4, 4, 8, 8),
    latent_size=8,
    augmentations=8,
    held_out=2,
    batch_size=4,
    epochs=2,
)
"""A training to build the calibrated judge on."""
