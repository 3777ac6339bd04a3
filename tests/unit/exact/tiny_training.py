"""Small trainings that take a fraction of a second."""

from dataclasses import replace

import numpy as np

from scoring.bench.matrix import SPEC
from scoring.exact.backend import Pixels

SEED = bytes(range(32))
TINY = replace(
    SPEC,
    widths=(4, 6, 8, 12),
    latent_size=10,
    augmentations=11,
    epochs=3,
    batch_size=3,
    plateau_patience=0,
)
"""Steps of 3, 3 and 2 copies an epoch."""


def picture(seed: int = 0) -> Pixels:
    """A smooth, colourful uint8 (512, 512, 3)."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (9, 9, 3))
    fine = np.kron(coarse, np.ones((64, 64, 1), np.int64))[:512, :512]
    ramp = np.arange(512)[:, None, None] // 8
    return np.asarray((fine + ramp) % 256, np.uint8)
