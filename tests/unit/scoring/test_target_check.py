"""A target is tried before it is used: what cannot be judged is refused, what is plain is named."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from click.testing import CliRunner

from oracle.cli.judging import check_target_command
from scoring.bench.look_alikes import draw
from scoring.errors import UnjudgeableTarget
from scoring.judge import train
from scoring.separation import Separation
from scoring.spec import FAST
from scoring.submission.image import Pixels, encode_png
from scoring.target_check import (
    about_margin,
    check_target,
    require_judgeable,
    trial_spec,
    warnings_about,
)
from tests.unit import png_files as png

pytestmark = pytest.mark.unit

TRIAL = trial_spec(FAST)


def logo(side: int, ground: int = 255) -> Pixels:
    """A square of one colour in the middle of nothing."""
    pixels = np.full((512, 512, 3), ground, np.uint8)
    start = 256 - side // 2
    pixels[start : start + side, start : start + side] = (200, 30, 40)
    return pixels


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (np.zeros((512, 512, 3), np.uint8), "blank"),
        (np.full((512, 512, 3), 255, np.uint8), "blank"),
        (logo(1, ground=0), "blank"),
        (logo(20), "within 20 pixels"),
        (logo(23, ground=0), "within 23 pixels"),
    ],
    ids=["black", "white", "one pixel", "tiny logo", "tiny logo on black"],
)
def test_a_target_with_nothing_to_see_is_refused_at_once(target: Pixels, why: str) -> None:
    found = check_target(target, FAST)
    assert why in found.refusal
    assert found.separation is None


def test_a_competition_whose_target_a_blank_image_equals_has_no_ranking() -> None:
    """A rule of the spec: the operator, every auditor and every member find the same."""
    with pytest.raises(UnjudgeableTarget, match="a blank image would score only 0.00"):
        train(logo(32), TRIAL, bytes(32), device="cpu")
    anything = dataclasses.replace(TRIAL, least_margin=0)
    assert train(logo(32), anything, bytes(32), device="cpu").digest()


def test_a_target_that_is_refused_makes_no_competition() -> None:
    with pytest.raises(UnjudgeableTarget, match="cannot be used: all that is to be seen"):
        require_judgeable(logo(20), FAST)


def test_a_photo_is_judged_well_and_nothing_speaks_against_it() -> None:
    found = check_target(png.photo(), FAST)
    assert (found.refusal, found.warnings) == ("", ())
    assert found.separation is not None and found.separation.margin > 500_000
    assert found.to_json()["separation"]["margin"] == found.separation.margin


def test_a_target_near_the_limit_is_warned_of() -> None:
    near = Separation(variations=100_000, unrelated=700_000, blank=550_000)
    (warning,) = about_margin(near, 250_000)
    assert "0.450 ahead" in warning and "below 0.250 ends void" in warning
    assert not list(about_margin(Separation(100_000, 700_000, 600_000), 250_000))


def test_the_margin_is_up_to_the_nearer_of_blank_and_unrelated_images() -> None:
    assert Separation(variations=100, unrelated=900, blank=400).margin == 300
    assert Separation(variations=100, unrelated=90, blank=400).margin == -10


@pytest.mark.parametrize(
    ("kind", "prompt", "words"),
    [
        ("minimal", 0, ["minimal"]),
        ("flag", 0, ["minimal"]),
        ("sudoku", 1, ["lettering"]),
        ("keep calm", 0, ["minimal", "lettering"]),
    ],
)
def test_minimal_and_lettered_targets_are_warned_of(
    kind: str, prompt: int, words: list[str]
) -> None:
    warnings = list(warnings_about(draw(kind, prompt, 0).pixels))
    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings, strict=True))


@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket", "chelsea"])
def test_photos_are_not_warned_of(name: str) -> None:
    assert list(warnings_about(png.photo(name))) == []


def test_the_command_says_why_and_ends_with_1_for_a_target_that_cannot_be_used(tmp_path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(encode_png(logo(20)))
    done = CliRunner().invoke(check_target_command, [str(file)], standalone_mode=False)
    assert done.return_value == 1
    assert "no: all that is to be seen in it lies within 20 pixels" in done.output
