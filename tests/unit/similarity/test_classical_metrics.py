"""Every classical number against the library or definition it comes from."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
import sewar
import skimage.metrics

from scoring.similarity.aggregate import Aggregate, unit_closeness
from scoring.similarity.errors import BadInput
from scoring.similarity.histogram import GreyCorrelation, HistogramDifference
from scoring.similarity.keypoints import orb, sift
from scoring.similarity.metric import Metric, closeness
from scoring.similarity.pixel_error import (
    MeanSquaredError,
    PeakSignalToNoise,
    RootMeanSquaredError,
)
from scoring.similarity.registry import listed_metrics, metric
from scoring.similarity.shape import grey, resized
from scoring.similarity.structure import StructuralSimilarity, VisualInformationFidelity, ssim_map
from scoring.submission.image import Pixels
from tests.unit.similarity.pictures import photo

pytestmark = pytest.mark.unit

CLASSICAL = [e.name for e in listed_metrics() if not e.needs and not e.package]


@pytest.fixture(scope="module")
def dimmed(cat: Pixels) -> Pixels:
    return np.rint(cat * 0.8).astype(np.uint8)


def test_squared_errors_are_those_of_scikit_image(cat: Pixels, astronaut: Pixels) -> None:
    expected = skimage.metrics.mean_squared_error(cat, astronaut)
    assert MeanSquaredError()(cat, astronaut) == pytest.approx(expected, rel=1e-12)
    assert RootMeanSquaredError()(cat, astronaut) == pytest.approx(math.sqrt(expected))
    noise_ratio = skimage.metrics.peak_signal_noise_ratio(cat, astronaut)
    assert PeakSignalToNoise()(cat, astronaut) == pytest.approx(noise_ratio)
    assert PeakSignalToNoise()(cat, cat) == math.inf


def test_histogram_difference_is_one_minus_opencvs_intersection(
    cat: Pixels, astronaut: Pixels
) -> None:
    shares = []
    for channel in range(3):
        first, second = (
            cv2.calcHist([image], [channel], None, [256], [0, 256]) / image[..., 0].size
            for image in (cat, astronaut)
        )
        shares.append(1 - cv2.compareHist(first, second, cv2.HISTCMP_INTERSECT))
    expected = np.mean(shares)
    assert HistogramDifference()(cat, astronaut) == pytest.approx(expected, abs=1e-5)


def test_histograms_do_not_see_where_things_are(cat: Pixels) -> None:
    assert HistogramDifference()(cat, cat[::-1]) == 0


def test_grey_correlation_is_numpys(cat: Pixels, astronaut: Pixels) -> None:
    expected = np.corrcoef(grey(cat).ravel(), grey(astronaut).ravel())[0, 1]
    assert GreyCorrelation()(cat, astronaut) == pytest.approx(expected)
    assert GreyCorrelation()(cat, 255 - cat) == pytest.approx(-1, abs=1e-4)


def test_ssim_is_scikit_images_with_the_papers_window(cat: Pixels, dimmed: Pixels) -> None:
    expected = skimage.metrics.structural_similarity(
        cat, dimmed, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert StructuralSimilarity()(cat, dimmed) == pytest.approx(expected, abs=1e-3)


def test_the_ssim_picture_shows_scikit_images_map(cat: Pixels, dimmed: Pixels) -> None:
    _, expected = skimage.metrics.structural_similarity(
        cat,
        dimmed,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    assert ssim_map(cat, dimmed) == pytest.approx(expected.mean(axis=2), abs=1e-9)


def test_vifp_is_sewars(cat: Pixels, dimmed: Pixels) -> None:
    assert VisualInformationFidelity()(cat, dimmed) == pytest.approx(sewar.vifp(cat, dimmed))


@pytest.mark.parametrize("matching", [orb(), sift()], ids=["orb", "sift"])
def test_keypoints_find_the_rotation_between_two_photos(matching) -> None:
    a = photo("astronaut", 400)
    turn = cv2.getRotationMatrix2D((200, 200), 20, 0.9)
    b = cv2.warpAffine(a, turn, (400, 400))
    found = matching.match(a, b)
    assert found.homography is not None
    corners = np.array([[[100, 100]], [[300, 120]], [[200, 330]]], np.float64)
    expected = cv2.transform(corners, turn)
    assert cv2.perspectiveTransform(corners, found.homography) == pytest.approx(expected, abs=2.5)
    assert found.similarity == found.good / max(found.keypoints_a, found.keypoints_b)
    assert found.similarity > 5 * matching(a, photo("coffee", 400))


def test_keypoints_equal_opencvs_own_matching(astronaut: Pixels) -> None:
    a, b = photo("astronaut", 300), np.ascontiguousarray(np.rot90(photo("astronaut", 300)))
    detector = cv2.SIFT_create()
    points_a, described_a = detector.detectAndCompute(grey(a), None)
    points_b, described_b = detector.detectAndCompute(grey(b), None)
    exact = cv2.BFMatcher().knnMatch(described_a, described_b, k=2)
    good = sum(first.distance < 0.75 * second.distance for first, second in exact)
    found = sift().match(a, b)
    assert (found.keypoints_a, found.keypoints_b) == (len(points_a), len(points_b))
    assert found.good == pytest.approx(good, rel=0.05), "FLANN is approximate, but not that much"


@pytest.mark.parametrize("matching", [orb(), sift()], ids=["orb", "sift"])
def test_keypoint_matching_gives_the_same_number_twice(matching, cat: Pixels) -> None:
    turned = np.ascontiguousarray(np.rot90(cat))
    assert matching(cat, turned) == matching(cat, turned)


@pytest.mark.parametrize("name", CLASSICAL)
def test_an_image_is_closest_to_itself(name: str, cat: Pixels, astronaut: Pixels) -> None:
    measure = metric(name)
    own, other = measure(cat, cat), measure(cat, astronaut)
    assert closeness(measure, own) > closeness(measure, other)
    low, high = measure.range
    assert low <= other <= high
    assert low <= own <= high


def test_the_aggregate_is_the_mean_of_its_parts(cat: Pixels, dimmed: Pixels) -> None:
    parts: list[Metric] = [metric(name) for name in ("histogram", "pearson", "orb")]
    weights = {"histogram": 1.0, "pearson": 2.0, "orb": 1.0}
    values = [unit_closeness(part, part(cat, dimmed)) for part in parts]
    expected = (values[0] + 2 * values[1] + values[2]) / 4
    assert Aggregate(weights)(cat, dimmed) == pytest.approx(expected)


def test_the_second_image_is_brought_to_the_size_of_the_first(cat: Pixels) -> None:
    small = resized(cat, 64, 64)
    assert RootMeanSquaredError()(cat, small) == RootMeanSquaredError()(
        cat, resized(small, 128, 128)
    )
    assert RootMeanSquaredError()(cat, small) < 30


@pytest.mark.parametrize("name", ["mse", "psnr", "histogram", "pearson", "ssim", "vifp", "sift"])
@pytest.mark.parametrize(
    "array",
    [np.ones((20, 20, 3)) / 2, np.zeros((20, 20), np.uint8), np.zeros((0, 5, 3), np.uint8)],
    ids=["floats", "grey", "empty"],
)
def test_what_is_no_image_gets_no_number(name: str, array: Any) -> None:
    """As bytes, floats from 0 to 1 are all alike, and anything would equal anything."""
    with pytest.raises(BadInput, match="not uint8 RGB"):
        metric(name)(array, array)
