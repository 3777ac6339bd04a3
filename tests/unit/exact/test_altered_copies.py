"""The five augmentations in fixed point."""

import colorsys
import dataclasses
import hashlib
from decimal import Decimal

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.exact.augment import (
    UNALTERED,
    alter,
    altered_copy,
    cosine_sine,
    draw_alteration,
    move,
    source_map,
)
from scoring.exact.numbers import Stream
from scoring.spec import TrainingSpec
from scoring.submission.image import Pixels
from scoring.views import judge_view
from tests.tiny_specs import SEED
from tests.unit.exact.drawn_picture import picture

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def view() -> Pixels:
    return judge_view(picture(), 64)


def test_no_alteration_leaves_every_pixel(view: Pixels) -> None:
    assert np.array_equal(alter(view, UNALTERED), view)


def test_flips_move_pixels_exactly(view: Pixels) -> None:
    mirrored = dataclasses.replace(UNALTERED, mirrored=True)
    upended = dataclasses.replace(UNALTERED, upended=True)
    assert np.array_equal(alter(view, mirrored), view[:, ::-1])
    assert np.array_equal(alter(view, upended), view[::-1])


def test_a_crop_reaches_into_a_mirrored_border(view: Pixels) -> None:
    shifted = alter(view, dataclasses.replace(UNALTERED, left=3, top=-2))
    padded = np.pad(view, ((2, 0), (0, 3), (0, 0)), mode="reflect")
    assert np.array_equal(shifted, padded[:64, 3:])


def test_a_half_turn_is_both_flips(view: Pixels) -> None:
    turned = alter(view, dataclasses.replace(UNALTERED, angle=180_000_000)).astype(int)
    assert np.abs(turned - view[::-1, ::-1].astype(int)).max() <= 1


def test_a_quarter_turn_is_counter_clockwise(view: Pixels) -> None:
    turned = alter(view, dataclasses.replace(UNALTERED, angle=90_000_000)).astype(int)
    assert np.abs(turned - np.rot90(view).astype(int)).max() <= 1


def test_corners_that_move_out_of_the_frame_leave_its_enlarged_middle() -> None:
    ramp = np.repeat(np.arange(0, 256, 4, dtype=np.uint8)[None, :, None], 64, 0).repeat(3, 2)
    cut = move(ramp, dataclasses.replace(UNALTERED, corners=((-8, -8),) * 4))
    wanted = 4 * (np.arange(64) + 8) * 63 / (63 + 16)
    assert np.abs(cut - wanted[None, :, None]).max() <= 0.52


def test_moving_takes_the_geometry_of_an_alteration_and_not_its_colours(view: Pixels) -> None:
    turned = dataclasses.replace(UNALTERED, angle=9_000_000, left=3)
    coloured = dataclasses.replace(turned, brightness=7, contrast=7, saturation=7, hue=9999)
    moved = move(view, turned)
    assert np.array_equal(move(view, coloured), moved)
    # Inside the frame it is what is trained on; the way through HSV and back rounds once more.
    inside = np.s_[12:50, 12:50]
    assert np.abs(moved[inside].astype(int) - alter(view, turned)[inside]).max() <= 1


def test_what_a_move_brings_in_from_outside_is_the_repeated_edge(view: Pixels) -> None:
    shifted = move(view, dataclasses.replace(UNALTERED, left=3, top=-2))
    padded = np.pad(view, ((2, 0), (0, 3), (0, 0)), mode="edge")
    assert np.array_equal(shifted, padded[:64, 3:])


@given(st.integers(-180_000_000, 180_000_000))
def test_cosine_and_sine_are_right_to_the_last_bits(angle: int) -> None:
    with mpmath.workprec(200):
        x = mpmath.mpf(angle) / 180_000_000 * mpmath.pi
        wanted = mpmath.cos(x) * 2**30, mpmath.sin(x) * 2**30
    assert all(
        abs(got - right) < 1.01 for got, right in zip(cosine_sine(angle), wanted, strict=True)
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=4))
def test_perspective_takes_each_moved_corner_to_its_corner(moves: list[tuple[int, int]]) -> None:
    m = source_map(dataclasses.replace(UNALTERED, corners=tuple(moves)), 64)
    at = [(0, 0, 1, 1), (63, 0, -1, 1), (63, 63, -1, -1), (0, 63, 1, -1)]
    for (x, y, sx, sy), (dx, dy) in zip(at, moves, strict=True):
        px, py = x + sx * dx, y + sy * dy
        w = m[2][0] * px + m[2][1] * py + m[2][2]
        found = [(row[0] * px + row[1] * py + row[2]) / w for row in m[:2]]
        assert found == pytest.approx([x, y], abs=0.01)
    assert max(abs(entry) for row in m for entry in row) < 1 << 41


def test_hue_turns_as_in_hsv(view: Pixels) -> None:
    shift = 0.1
    turned = alter(view, dataclasses.replace(UNALTERED, hue=round(shift * 6 * 65536)))
    for before, after in zip(
        view[::9, ::9].reshape(-1, 3), turned[::9, ::9].reshape(-1, 3), strict=True
    ):
        h, s, v = colorsys.rgb_to_hsv(*(before / 255))
        wanted = np.array(colorsys.hsv_to_rgb((h + shift) % 1, s, v)) * 255
        assert np.abs(after - wanted).max() <= 1


def test_brightness_contrast_and_saturation_scale_what_they_name(view: Pixels) -> None:
    dark = alter(view, dataclasses.replace(UNALTERED, brightness=1 << 15)).astype(float)
    assert np.abs(dark - view / 2).max() <= 0.51
    flat = alter(view, dataclasses.replace(UNALTERED, contrast=0))
    assert len(np.unique(flat)) == 1
    grey = alter(view, dataclasses.replace(UNALTERED, saturation=0))
    assert np.array_equal(grey[..., 0], grey[..., 1])
    assert np.abs(grey[..., 0] - view @ [0.299, 0.587, 0.114]).max() <= 1.01


ENDS = [
    TrainingSpec(image_side=64),
    TrainingSpec(
        image_side=64,
        flip_probability=Decimal(1),
        rotation_degrees=Decimal(180),
        perspective_probability=Decimal(1),
        perspective_distortion=Decimal(1),
        crop_padding=Decimal("0.5"),
        brightness=Decimal(1),
        contrast=Decimal(1),
        saturation=Decimal(1),
        hue=Decimal("0.5"),
    ),
]


@pytest.mark.parametrize("spec", ENDS)
@settings(max_examples=60)
@given(index=st.integers(0, 10**6))
def test_any_draw_gives_a_picture(spec: TrainingSpec, index: int) -> None:
    view = judge_view(picture(), 64)
    copy = altered_copy(view, spec, SEED, index)
    assert copy.shape == view.shape
    assert copy.dtype == np.uint8


def test_draws_keep_to_the_spec() -> None:
    spec = TrainingSpec(image_side=64)
    drawn = [draw_alteration(spec, Stream(SEED, str(i))) for i in range(400)]
    assert 150 < sum(a.mirrored for a in drawn) < 250
    assert 150 < sum(a.corners != ((0, 0),) * 4 for a in drawn) < 250
    assert max(abs(a.angle) for a in drawn) in range(14_000_000, 15_000_001)
    assert {a.left for a in drawn} == set(range(-4, 5))
    assert all(abs(a.brightness - 65536) <= 13107 for a in drawn)
    assert all(abs(a.hue) <= 7864 for a in drawn)


def test_copies_are_the_same_bytes_everywhere() -> None:
    spec = TrainingSpec(image_side=128)
    view = judge_view(picture(5), 128)
    data = b"".join(altered_copy(view, spec, SEED, index).tobytes() for index in range(6))
    assert (
        hashlib.sha256(data).hexdigest()
        == "8b4afa3c47586ea896d35426e45cd707e5809a3b82b1a378797b73253e68399f"
    )
