"""The calibrated judge as a whole, with an autoencoder small enough for a unit test."""

from decimal import Decimal

import numpy as np
import pytest

from scoring.bench.attacks import ATTACKS
from scoring.bench.distortions import blur, rotate, shift, zoom
from scoring.calibrated.bank import shipped_bank
from scoring.calibrated.choice import choose_sight
from scoring.calibrated.judge import CalibratedJudge, fingerprint, variations, view_of
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.moved import MovedCopies, moves
from scoring.calibrated.perceptual import shipped_network
from scoring.exact.training import train_exact
from scoring.spec import CalibrationSpec
from scoring.spec.calibration import MOVED_COPIES, TERMS
from scoring.views import judge_view
from tests.tiny_specs import TINY_CALIBRATED

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def target(scene):
    return scene(1)


@pytest.fixture(scope="module")
def judge(target, backend):
    return CalibratedJudge.prepare(
        target, train_exact(target, TINY_CALIBRATED, b"s" * 32, backend=backend)
    )


def test_the_target_comes_before_its_blur_before_a_stranger(judge, target, scene):
    soft = blur(target, target, 6)
    scores = [judge.score(image).value for image in (target, soft, scene(2))]
    assert scores[0] < scores[1] < scores[2]
    assert scores[2] > 500_000


@pytest.mark.parametrize("name", ["black", "pixels shuffled", "few stars", "mean colour"])
def test_a_cheap_trick_scores_like_a_stranger(judge, target, scene, name):
    trick = ATTACKS[name](target, scene(3), scene(4))
    honest = blur(target, target, 4)
    assert judge.score(trick).value > judge.score(honest).value + 300_000


def test_the_mirror_image_is_as_good_to_every_term_that_looks_for_the_target(judge, target):
    mirrored = judge.score(np.ascontiguousarray(target[:, ::-1]))
    assert mirrored.distances["target_features"] == mirrored.distances["world_in_place"] == 0
    assert mirrored.distances["world_anywhere"] == mirrored.distances["world_in_grey"] == 0
    assert mirrored.distances["same_subject"] == 0


@pytest.mark.parametrize("way", range(MOVED_COPIES))
def test_the_target_moved_in_a_known_way_is_at_distance_nought_from_itself(judge, target, way):
    view = view_of(target, 64)
    for seen in (view, view.mirrored()):
        distances = judge.terms.measure(seen.moved(way)).distances
        assert distances["target_features"] == distances["world_in_place"] == 0


@pytest.mark.parametrize("way", range(MOVED_COPIES))
def test_a_way_is_the_same_at_every_size(target, way):
    moved = view_of(target, 256).moved(way)
    halved = moved.autoencoder.reshape(128, 2, 128, 2, 3).mean((1, 3))
    assert np.abs(halved - moved.perceptual).mean() < 4


def test_no_two_ways_are_alike():
    assert len(set(moves(128))) == len(moves(128)) == MOVED_COPIES


def test_of_two_copies_as_near_the_first_counts():
    sight = choose_sight()
    place = np.ones((2, 2, 16), np.int16)
    copies = MovedCopies(sight, [[[place, place]]] * 3, [])
    assert copies.nearest([place] * 7) == 0


@pytest.mark.parametrize("softened_views", [0, 1])
def test_what_is_out_of_place_is_nearer_than_what_is_shuffled(judge, target, softened_views):
    one = CalibratedJudge.prepare(
        target, judge.model, CalibrationSpec(softened_views=softened_views)
    )
    shuffled = one.score(ATTACKS["patches of 64"](target, target, target)).distances
    honest = [rotate(target, target, 10), shift(target, target, 0.15), zoom(target, target, 0.7)]
    for image in honest:
        moved = one.score(image).distances
        # Nearer, and more clearly so than in grey, where the target is not moved.
        assert moved["world_in_place"] < shuffled["world_in_place"]
        in_place = moved["world_in_place"] / shuffled["world_in_place"]
        assert in_place < moved["world_in_grey"] / shuffled["world_in_grey"]


def test_every_score_explains_itself(judge, scene):
    score = judge.score(scene(2))
    assert sum(score.contributions.values()) == score.value
    assert tuple(score.distances) == TERMS
    assert score.reconstruction.shape == (64, 64, 3)
    assert score.error_map.shape == (64, 64)


def test_the_images_scored_before_change_nothing(judge, target, scene):
    first = judge.score(scene(5))
    judge.score(scene(6))
    again = judge.score(scene(5))
    assert (first.value, first.distances) == (again.value, again.distances)


def test_preparing_again_gives_the_same_calibration(judge, target):
    again = CalibratedJudge.prepare(target, judge.model)  # measures P and N anew
    assert fingerprint(again) == fingerprint(judge)
    assert again.calibration == judge.calibration


def test_another_seed_is_another_calibration(judge, target, backend):
    other = CalibratedJudge.prepare(
        target, train_exact(target, TINY_CALIBRATED, b"t" * 32, backend=backend)
    )
    assert fingerprint(other) != fingerprint(judge)


@pytest.mark.parametrize("side", [64, 128, 256])
def test_views_are_what_the_autoencoder_is_trained_on(scene, side):
    view = view_of(scene(1), side)
    assert np.array_equal(view.autoencoder, judge_view(scene(1), side))
    assert np.array_equal(view.perceptual, judge_view(scene(1), 128))


def test_an_image_of_another_size_is_refused():
    with pytest.raises(ValueError, match="512, 512, 3"):
        view_of(np.zeros((256, 256, 3), np.uint8), 128)


def test_the_judge_uses_what_its_spec_names(judge, target):
    spec = CalibrationSpec()
    assert spec.perceptual_network == shipped_network().sha256
    assert spec.subject_network == shipped_subject_network().sha256
    assert spec.negatives_bank == shipped_bank().sha256
    assert spec.moved_copies == len(moves(128)) == len(moves(judge.model.spec.image_side))
    assert spec.positives == len(judge.positives) == len(variations(target, judge.model, spec))
    assert tuple(spec.trust) == tuple(judge.positives[0]) == tuple(judge.negatives[0])


def test_a_term_that_the_spec_trusts_with_nothing_counts_nothing(judge, target):
    spec = CalibrationSpec(trust_world_in_grey=Decimal(0))
    other = CalibratedJudge.prepare(target, judge.model, spec)
    assert set(judge.calibration.scales) - set(other.calibration.scales) == {"world_in_grey"}


def test_a_softened_view_can_only_add_to_the_distances(judge, target, scene):
    plain = CalibratedJudge.prepare(target, judge.model, CalibrationSpec(softened_views=0))
    both = CalibratedJudge.prepare(target, judge.model, CalibrationSpec(softened_views=2))
    for image in (scene(2), blur(target, target, 3)):
        least, one, two = (j.score(image).distances for j in (plain, judge, both))
        for term in ("world_in_place", "world_anywhere", "same_subject"):
            assert least[term] <= one[term] <= two[term]
        for term in ("target_features", "unexplained_detail", "world_in_grey"):
            assert least[term] == one[term] == two[term]
    assert fingerprint(plain) != fingerprint(judge) != fingerprint(both)
