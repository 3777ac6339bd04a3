"""A spec small enough to train in a second, and a model trained with it."""

from __future__ import annotations

import png_files as png
import pytest

from scoring.float_judge import FloatJudge, train_float_judge
from scoring.spec import JudgingSpec

SEED = bytes(range(32))


@pytest.fixture(scope="session")
def tiny_spec() -> JudgingSpec:
    return JudgingSpec(
        judge="autoencoder-mse",
        arithmetic="float32",
        image_side=128,
        widths=(4, 6, 8, 12),
        latent_size=16,
        augmentations=20,
        held_out=4,
        epochs=3,
        batch_size=4,
    )


@pytest.fixture(scope="session")
def seed() -> bytes:
    return SEED


@pytest.fixture(scope="session")
def tiny_model(tiny_spec: JudgingSpec) -> FloatJudge:
    return train_float_judge(png.photo(), tiny_spec, SEED, lambda *_: None)
