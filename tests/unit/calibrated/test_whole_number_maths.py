"""Logarithm, roots, distances and calibration in whole numbers, against exact or precise maths."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from scoring.calibrated.calibration import CannotCalibrate, calibrate, fixed_log2
from scoring.calibrated.choice import SIGHTS
from scoring.calibrated.judge import error_map
from scoring.calibrated.pictures import (
    Softening,
    draw_softening,
    in_another_light,
    levelled_grey,
    softened,
)
from scoring.calibrated.sight import ONE, Maps, Sight, direction_distance, exact_isqrt
from scoring.calibrated.terms import low_pass, unexplained_detail
from scoring.exact.numbers import Stream

pytestmark = pytest.mark.unit

SOFTENINGS_OF_NOUGHT = [
    Softening(reach=3, side=116, top=10, left=9),
    Softening(reach=1, side=123, top=3, left=2),
]


@given(st.integers(1, 1 << 140))
def test_the_logarithm_is_the_floor_or_one_less(value):
    with mp.workprec(300):
        exact = int(mp.floor(mp.log(value, 2) * 2**32 + mp.mpf(2) ** -200))
    assert exact - 1 <= fixed_log2(value) <= exact


@given(st.integers(0, 200))
def test_the_logarithm_of_a_power_of_two_is_whole(exponent):
    assert fixed_log2(1 << exponent) == exponent << 32


@given(st.integers(1, 1 << 60), st.integers(1, 1 << 60))
def test_the_logarithm_never_reverses_an_order(a, b):
    small, large = sorted((a, b))
    assert fixed_log2(small) <= fixed_log2(large)


def test_the_logarithm_of_nothing_is_refused():
    with pytest.raises(ValueError, match="from 1 up"):
        fixed_log2(0)


@given(st.lists(st.integers(0, (1 << 62) - 1), min_size=1, max_size=20))
def test_roots_are_floors(values):
    roots = exact_isqrt(np.array(values, np.int64))
    assert roots.tolist() == [math.isqrt(value) for value in values]


@pytest.mark.parametrize("root", [94906265, 94906266, 94906267, 2**31 - 1])
def test_roots_around_perfect_squares_are_floors(root):
    values = np.array([root * root - 1, root * root, root * root + 1], np.int64)
    assert exact_isqrt(values).tolist() == [math.isqrt(int(value)) for value in values]


def maps(seed: int, shape: tuple[int, ...] = (1, 3, 4, 5)) -> Maps:
    return np.random.default_rng(seed).integers(0, 64, shape).astype(np.int16)


@pytest.fixture(scope="module", params=SIGHTS)
def sight(request):
    return SIGHTS[request.param]()


def spatial(sight: Sight, references: Maps, x: Maps) -> list[int]:
    squares = np.square(references, dtype=np.int64).sum(-1)
    return sight.spatial_distances(references, squares, x).tolist()


def test_spatial_distance_is_the_mean_of_squared_differences_of_directions(sight):
    x, y = maps(1), maps(2)
    expected = 0.0
    for a, b in zip(x.reshape(-1, 5).astype(float), y.reshape(-1, 5).astype(float), strict=True):
        expected += float(((a / np.sqrt(a @ a) - b / np.sqrt(b @ b)) ** 2).sum()) / 12
    assert abs(spatial(sight, x, y[0])[0] / ONE - expected) < 2e-4


@given(seed=st.integers(0, 1000))
def test_an_image_is_at_distance_zero_from_itself(sight, seed):
    x = maps(seed)
    assert spatial(sight, x, x[0]) == [0]
    two = np.concatenate([maps(seed + 1), x])
    assert spatial(sight, two, x[0]) == [spatial(sight, maps(seed + 1), x[0])[0], 0]
    sums = sight.channel_sums(x[0])
    assert direction_distance(sums, sums) == 0


def test_empty_positions_count_one_against_something_and_zero_against_nothing(sight):
    x, nothing = maps(3) + np.int16(1), np.zeros((1, 3, 4, 5), np.int16)
    assert spatial(sight, x, nothing[0]) == spatial(sight, nothing, x[0]) == [ONE]
    assert spatial(sight, nothing, nothing[0]) == [0]
    zero, one = np.zeros(3, np.int64), np.array([1, 0, 2])
    assert direction_distance(zero, one) == ONE
    assert direction_distance(zero, zero) == 0


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), st.integers(1, 10**6))
def test_directions_do_not_know_length(vector, factor):
    a, b = np.array([3, 1, 2], object), np.array(vector, object)
    if any(vector):
        assert abs(direction_distance(a, b) - direction_distance(a, b * factor)) <= 1


def test_a_low_pass_is_the_mean_of_a_window(sight):
    view = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    padded = np.pad(view.astype(int), ((2, 2), (2, 2), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(0, 1))
    expected = (2 * 16 * windows.sum((-1, -2)) + 25) // 50
    assert np.array_equal(low_pass(view, sight.box_mean), expected)


@given(seed=st.integers(0, 2**32 - 1), largest=st.integers(1, 256))
def test_a_levelled_view_is_grey_and_stretched_between_its_50th_parts(seed, largest):
    view = np.random.default_rng(seed).integers(0, largest, (20, 20, 3)).astype(np.uint8)
    grey = [(77 * int(r) + 150 * int(g) + 29 * int(b)) >> 8 for r, g, b in view.reshape(-1, 3)]
    low, high = sorted(grey)[8], sorted(grey)[-9]
    stretched = [(value - low) * 255 // max(high - low, 64) for value in grey]
    found = levelled_grey(view)
    assert found.shape == view.shape and found.dtype == np.uint8
    for channel in range(3):
        assert found[:, :, channel].ravel().tolist() == np.clip(stretched, 0, 255).tolist()


def test_another_light_is_blurred_by_five_pixels_first(sight):
    view = np.random.default_rng(5).integers(0, 256, (20, 20, 3)).astype(np.uint8)
    padded = np.pad(view.astype(int), ((2, 2), (2, 2), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(0, 1))
    means = ((2 * windows.sum((-1, -2)) + 25) // 50).astype(np.uint8)
    assert np.array_equal(in_another_light(view, sight.box_mean), levelled_grey(means))


@given(seed=st.integers(0, 2**32 - 1))
def test_an_error_map_is_the_root_of_the_rounded_mean_square(seed):
    random = np.random.default_rng(seed)
    a, b = random.choice([0, 1, 254, 255, 77], (2, 8, 8, 3)).astype(np.uint8)
    squares = ((a.astype(int) - b) ** 2).sum(axis=2)
    expected = [math.isqrt((2 * int(square) + 3) // 6) for square in squares.ravel()]
    assert error_map(a, b).ravel().tolist() == expected


def test_a_flat_image_gains_nothing_from_being_easy(sight):
    flat = np.full((32, 32, 3), 90, np.uint8)
    noisy = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    missed_by_four_levels = 16 * (flat.astype(np.int64) + 4)
    mean = sight.box_mean
    half_way = (low_pass(noisy, mean) + 16 * noisy.astype(np.int64)) // 2
    of_flat = unexplained_detail(flat, missed_by_four_levels, mean)
    assert of_flat > unexplained_detail(noisy, half_way, mean)


def distances(rows: list[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"near": a, "far": b} for a, b in rows]


P = distances([(100, 900), (120, 1100), (90, 800), (130, 1000), (110, 950)])
N = distances([(900, 1200), (1500, 1000), (1100, 2100), (1300, 1700), (1000, 1500)])


def test_a_typical_variation_scores_zero_and_a_typical_stranger_a_million():
    calibration = calibrate(P, N)
    assert abs(sorted(map(calibration.score, P))[2]) <= 2
    assert abs(sorted(map(calibration.score, N))[2] - 1_000_000) <= 2


def test_the_score_is_the_published_formula():
    calibration = calibrate(P, N)
    totals = {}
    for side, rows in (("P", P), ("N", N), ("x", distances([(300, 1000)]))):
        totals[side] = np.zeros(len(rows))
        for name in ("near", "far"):
            floor = 0.001 * np.median([d[name] for d in N])
            log_p = np.log([d[name] + floor for d in P])
            log_n = np.log([d[name] + floor for d in N])
            spread = np.median(log_n) - np.median(log_p)
            u_p, u_n = ((v - np.median(log_p)) / spread for v in (log_p, log_n))
            weight = (u_n.mean() - u_p.mean()) / ((u_p.var() + u_n.var()) / 2)
            logs = np.log([d[name] + floor for d in rows])
            totals[side] += weight * (logs - np.median(log_p)) / spread
    low, high = np.median(totals["P"]), np.median(totals["N"])
    expected = 1e6 * (totals["x"][0] - low) / (high - low)
    assert abs(calibration.score({"near": 300, "far": 1000}) - expected) < 5


def test_contributions_and_offset_add_up_to_the_score():
    calibration = calibrate(P, N)
    image = {"near": 400, "far": 1000}
    assert sum(calibration.contributions(image).values()) + calibration.offset == (
        calibration.score(image)
    )


def test_a_term_without_trust_says_nothing():
    calibration = calibrate(P, N, {"far": Decimal(0)})
    assert set(calibration.scales) == {"near"}
    assert calibration.score({"near": 300, "far": 1}) == calibration.score(
        {"near": 300, "far": 10**6}
    )


def test_a_term_that_tells_nothing_apart_is_left_out_and_none_is_an_error():
    same = [{"near": a, "flat": 7} for a in (100, 110, 120)]
    other = [{"near": a, "flat": 7} for a in (900, 1000, 1100)]
    assert set(calibrate(same, other).scales) == {"near"}
    with pytest.raises(CannotCalibrate):
        calibrate(other, same)


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40))
def test_a_smaller_distance_never_scores_worse(a, b):
    calibration = calibrate(P, N)
    small, large = sorted((a, b))
    assert calibration.score({"near": small, "far": 1000}) <= calibration.score(
        {"near": large, "far": 1000}
    )


SECONDED_P = [
    {"same_subject": a, "world_anywhere": b}
    for a, b in ((100, 210), (120, 190), (90, 200), (130, 230), (110, 180))
]
SECONDED_N = [
    {"same_subject": a, "world_anywhere": b}
    for a, b in ((900, 1200), (1500, 1000), (1100, 2100), (1300, 1700), (1000, 1500))
]


def test_a_seconded_term_counts_no_less_than_its_second():
    calibration = calibrate(SECONDED_P, SECONDED_N)
    honest = calibration.contributions({"same_subject": 400, "world_anywhere": 300})
    alone = calibration.contributions({"same_subject": 1, "world_anywhere": 1500})
    both = calibration.contributions({"same_subject": 1, "world_anywhere": 300})
    # Who descends the first network alone is at the unrelated picture that the second one sees.
    assert alone["same_subject"] > both["same_subject"]
    as_far = calibration.contributions({"same_subject": 1100, "world_anywhere": 1500})
    assert abs(alone["same_subject"] - as_far["same_subject"]) <= 2
    assert both["same_subject"] <= honest["same_subject"]


def test_a_second_that_is_not_trusted_still_confirms():
    calibration = calibrate(SECONDED_P, SECONDED_N, {"world_anywhere": Decimal(0)})
    assert set(calibration.scales) == {"same_subject"}
    near = calibration.score({"same_subject": 1, "world_anywhere": 100})
    assert calibration.score({"same_subject": 1, "world_anywhere": 1500}) > near + 500_000


def test_a_second_that_tells_nothing_apart_confirms_nothing():
    blind = [{**row, "world_anywhere": 7} for row in SECONDED_P]
    as_blind = [{**row, "world_anywhere": 7} for row in SECONDED_N]
    assert calibrate(blind, as_blind).seconds == {}


def test_medians_of_variations_and_strangers_stay_where_they_are_with_a_second():
    calibration = calibrate(SECONDED_P, SECONDED_N)
    assert abs(sorted(map(calibration.score, SECONDED_P))[2]) <= 3
    assert abs(sorted(map(calibration.score, SECONDED_N))[2] - 1_000_000) <= 3


def test_medians_of_even_counts_are_halved_exactly():
    calibration = calibrate(P[:4], N[:4])
    assert calibration.scales["near"].median_unrelated == int(2 * Fraction(1100 + 1300, 2))


@given(st.integers(0, 2**64 - 1), st.integers(0, 9))
def test_a_softened_view_lies_within_the_picture(seed, index):
    how = draw_softening(Stream(seed.to_bytes(8, "big"), f"view.{index}"))
    assert 1 <= how.reach <= 3 and 116 <= how.side <= 126
    assert 0 <= how.top <= 128 - how.side and 0 <= how.left <= 128 - how.side


def test_the_softened_views_of_a_seed_never_change():
    drawn = [draw_softening(Stream(bytes(32), f"view.{index}")) for index in range(2)]
    assert drawn == SOFTENINGS_OF_NOUGHT


@given(seed=st.integers(0, 2**32 - 1))
def test_a_softened_view_is_the_cut_of_the_rounded_means_with_edges_repeated(sight, seed):
    random = np.random.default_rng(seed)
    view = random.integers(0, 256, (128, 128, 3), np.uint8)
    how = Softening(int(random.integers(1, 4)), 126, int(random.integers(3)), 1)
    seen = softened(view, how, sight.box_mean)
    assert seen.shape == (126, 126, 3) and seen.dtype == np.uint8
    for y, x, c in ((0, 0, 0), (125, 125, 1), (40, 70, 2), (0, 99, 0), (125, 3, 1)):
        near = range(-how.reach, how.reach + 1)
        rows = [min(max(y + how.top + d, 0), 127) for d in near]
        columns = [min(max(x + how.left + d, 0), 127) for d in near]
        mean = Fraction(sum(int(view[r, k, c]) for r in rows for k in columns), len(near) ** 2)
        assert seen[y, x, c] == math.floor(mean + Fraction(1, 2))
