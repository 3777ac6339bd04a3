"""`judge bench sketch` times every kind of picture, and names a goal that was missed."""

from __future__ import annotations

import dataclasses
import random

import pytest

from oracle.studio.made_up import made_up_prompt
from oracle.studio.sketch_bench import GOAL_SECONDS, measure_sketch
from oracle.studio.words import read_prompt

pytestmark = pytest.mark.unit


def test_made_up_prompts_are_prompts_and_nearly_all_differ() -> None:
    chance = random.Random(1)
    prompts = [made_up_prompt(chance) for _ in range(500)]
    assert [read_prompt(prompt) for prompt in prompts] == prompts
    assert len(set(prompts)) > 490
    assert prompts[:9] == [made_up_prompt(random.Random(1))] + prompts[1:9], "not the same again"


def test_every_picture_is_timed_and_a_slow_one_is_named() -> None:
    figures = measure_sketch(3)
    assert figures.prompts == 3
    assert 0 < figures.processor_median <= figures.processor_most
    assert figures.wall_median > 0
    slow = dataclasses.replace(figures, over_goal=1, processor_most=2 * GOAL_SECONDS)
    assert "1 images" in slow.missed()[0] and "300 ms" in slow.missed()[0]
    assert not dataclasses.replace(figures, over_goal=0).missed()
