"""The screen before the search for copies: it spares work and never a copy."""

from itertools import combinations

import numpy as np
import pytest

from scoring.bench.copy_cost import measure_cost, text
from scoring.bench.edits import EDITS
from scoring.copies import correlation
from scoring.copies.correlation import close_pairs, compare
from scoring.copies.screen import Screen, possible_pairs
from scoring.copies.sketch import sketch
from scoring.spec import JudgingSpec

pytestmark = pytest.mark.unit

THRESHOLD = JudgingSpec().remark_shapes


def stripes(period: int, across: bool) -> np.ndarray:
    """Detail of one frequency alone, which the screen's modes may not hold."""
    wave = ((np.arange(512) // period) % 2 * 200).astype(np.uint8)
    plane = np.broadcast_to(wave[None, :] if across else wave[:, None], (512, 512))
    return np.ascontiguousarray(np.broadcast_to(plane[:, :, None], (512, 512, 3)))


def waves(phase: float) -> np.ndarray:
    """Detail that the screen's modes hold nearly all of, so that next to nothing is left."""
    along = np.arange(512) * np.pi / 512
    plane = 128 + 60 * np.cos(10 * along[:, None] + phase) * np.cos(9 * along[None, :])
    return np.repeat(plane.astype(np.uint8)[:, :, None], 3, axis=2)


@pytest.fixture(scope="module")
def sketches(scene):
    """Pictures, edits of them, and pictures of single frequencies, of noise and of nothing."""
    generator = np.random.default_rng(5)
    pictures = [scene(1), scene(2)]
    pictures += [edit(scene(1)) for edit in list(EDITS.values())[::8]]
    pictures += [stripes(period, across) for period in (9, 40) for across in (True, False)]
    pictures += [waves(phase) for phase in (0, 0.1)]
    pictures += [generator.integers(0, 256, (512, 512, 3), np.uint8) for _ in range(2)]
    pictures += [np.full((512, 512, 3), 77, np.uint8), np.zeros((512, 512, 3), np.uint8)]
    return [sketch(picture) for picture in pictures]


@pytest.fixture(scope="module")
def in_full(sketches):
    """What comparing every pair in full gives, by (later, earlier)."""
    pairs = combinations(range(len(sketches)), 2)
    found = {(b, a): compare(sketches[b], sketches[a]) for a, b in pairs}
    return {pair: evidence for pair, evidence in found.items() if evidence is not None}


@pytest.mark.parametrize("threshold", [600_000, THRESHOLD, 990_000])
def test_no_pair_that_the_full_comparison_finds_is_left_out(sketches, in_full, threshold):
    close = {pair: e for pair, e in in_full.items() if abs(e.correlation) >= threshold}
    assert {(later, earlier): e for later, earlier, e in close_pairs(sketches, threshold)} == close
    assert close


@pytest.mark.parametrize("threshold", [600_000, THRESHOLD])
def test_asked_for_earliest_originals_it_gives_those_of_all_pairs(sketches, threshold):
    every = list(close_pairs(sketches, threshold))
    first = {}
    for later, earlier, evidence in every:  # in the order of the originals
        first.setdefault(later, (later, earlier, evidence))
    found = list(close_pairs(sketches, threshold, earliest=True))
    assert sorted(found, key=lambda pair: pair[0]) == [first[later] for later in sorted(first)]
    assert len(found) < len(every)


def test_many_copies_of_one_picture_are_not_compared_with_one_another(scene, monkeypatch):
    twins = [sketch(scene(1)), sketch(scene(2))] + [sketch(scene(1) // 2 + n) for n in range(20)]
    compared, best = [], correlation._Search.best
    monkeypatch.setattr(
        correlation._Search, "best", lambda *pair: compared.append(pair) or best(*pair)
    )
    found = list(close_pairs(twins, THRESHOLD, earliest=True))
    assert [(later, earlier) for later, earlier, _ in found] == [(n, 0) for n in range(2, 22)]
    assert len(compared) <= 2 * len(twins)


def test_a_pair_is_kept_at_the_very_correlation_that_it_has(sketches, in_full):
    screen = Screen(sketches)
    for (later, earlier), evidence in in_full.items():
        at = abs(evidence.correlation)
        held = earlier in screen.close(sketches[later], at)
        assert held or later in screen.close(sketches[earlier], at), (later, earlier)


def test_strangers_are_spared_the_full_comparison(scene):
    sketches = [sketch(scene(number)) for number in range(12)]
    held = sum(len(others) for _, others in possible_pairs(sketches, THRESHOLD))
    assert held <= 2


def test_among_no_pictures_none_is_close(scene):
    flat = sketch(np.full((512, 512, 3), 77, np.uint8))
    assert Screen([]).close(sketch(scene(1)), THRESHOLD) == []
    assert Screen([flat]).close(sketch(scene(1)), THRESHOLD) == []
    assert Screen([sketch(scene(1))]).close(flat, THRESHOLD) == []


def test_the_cost_is_measured_on_pictures_with_copies_among_them():
    cost = measure_cost(100, THRESHOLD)
    assert (cost.entries, cost.copies) == (100, 2)
    assert cost.found == 2
    assert text([cost]).splitlines()[-1].startswith("| 100 |")
