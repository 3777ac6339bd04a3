"""A training small enough for a unit test of the judge that is built on it."""

from dataclasses import replace

from scoring.spec import FAST

TINY = replace(
    FAST, image_side=64, widths=(4, 4, 8, 8), latent_size=8, augmentations=8, held_out=2,
    batch_size=4, epochs=2,
)  # fmt: skip
