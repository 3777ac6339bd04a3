"""A judging spec so small that a training takes a second."""

from scoring.spec import JudgingSpec

SEED = bytes(range(32))
TINY = JudgingSpec(
    image_side=128,
    widths=(4, 6, 8, 12),
    latent_size=16,
    augmentations=20,
    held_out=4,
    epochs=2,
    batch_size=4,
)
