"""A spec small enough to train in a second, and a model trained with it."""

from __future__ import annotations

from dataclasses import replace

import png_files as png
import pytest
from tiny_spec import SEED, TINY

from scoring.float_judge import FloatJudge, train_float_judge
from scoring.spec import JudgingSpec


@pytest.fixture(scope="session")
def tiny_spec() -> JudgingSpec:
    return replace(TINY, judge="autoencoder-mse", arithmetic="float32", epochs=3)


@pytest.fixture(scope="session")
def seed() -> bytes:
    return SEED


@pytest.fixture(scope="session")
def tiny_model(tiny_spec: JudgingSpec) -> FloatJudge:
    return train_float_judge(png.photo(), tiny_spec, SEED, lambda *_: None)
