"""The demo's players: everybody plays by words, and the closest words come first."""

from __future__ import annotations

import pytest

from oracle.devnet.cast import PROMPT_LIMIT, cast, target_image
from oracle.studio.words import read_prompt
from scoring.submission.image import decode_submission

pytestmark = pytest.mark.unit


def test_everybody_types_what_a_studio_takes_and_one_uses_up_the_limit() -> None:
    parts = cast()
    assert len(parts) == len({part.name for part in parts}) == 8
    assert max(len(part.prompts) for part in parts) == PROMPT_LIMIT
    for part in parts:
        assert [read_prompt(words) for words in part.prompts] == list(part.prompts)


def test_at_least_three_play_by_words_alone_and_one_brings_a_file() -> None:
    parts = cast()
    assert sum(bool(part.prompts) and part.reveals for part in parts) >= 3
    assert [part.name for part in parts if part.uploads_target] == ["Gus"]


def test_the_target_is_a_valid_submission_and_always_the_same() -> None:
    assert decode_submission(target_image()).shape == (512, 512, 3)
    assert target_image() == target_image()
