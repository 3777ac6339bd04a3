"""A spec small enough to train in a second, and a model trained with it."""

from __future__ import annotations

import pytest

from scoring.float32.judge import FloatJudge, train_float_judge
from scoring.spec import JudgingSpec
from tests.tiny_specs import SEED, TINY_RECIPE
from tests.unit import png_files as png


@pytest.fixture(scope="session")
def tiny_spec() -> JudgingSpec:
    return TINY_RECIPE


@pytest.fixture(scope="session")
def seed() -> bytes:
    return SEED


@pytest.fixture(scope="session")
def tiny_model(tiny_spec: JudgingSpec) -> FloatJudge:
    return train_float_judge(png.photo(), tiny_spec, SEED, lambda *_: None)
