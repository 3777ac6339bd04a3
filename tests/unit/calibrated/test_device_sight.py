"""The networks on a device: the same integers, however many pictures it looks at together.

torch's CPU stands for the GPU here, and `meta`, whose tensors have no numbers, for one that nobody
may wait for.
"""

import logging
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from scoring.calibrated import choice
from scoring.calibrated.choice import GOLDEN_DIGEST, golden_digest
from scoring.calibrated.device_sight import DeviceSight
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.plain_lite0 import PlainLite0
from scoring.calibrated.plain_sight import Perceptual, PlainSight
from scoring.calibrated.sight import Integers, Sight
from scoring.submission.image import Pixels
from tests.unit.exact.drawn_picture import picture

pytestmark = pytest.mark.unit

NETWORKS = shipped_network(), shipped_subject_network()
PLAIN = PlainSight(*NETWORKS)


class Neighbourly(DeviceSight):
    """As a GPU that hands out one picture's sums for its neighbour's."""

    def subjects_of_each(self, pictures: list[Pixels]) -> list[Integers]:
        return super().subjects_of_each(pictures)[::-1]


def on_cpu(kind: type[DeviceSight] = DeviceSight) -> DeviceSight:
    return kind(*NETWORKS, "cpu", PLAIN)


def pictures(side: int) -> list[Pixels]:
    """uint8 (side, side, 3): seven that have little in common."""
    random = np.random.default_rng(side)
    noise = random.integers(0, 256, (2, side, side, 3), np.uint8)
    flat = [np.full((side, side, 3), level, np.uint8) for level in (0, 255, 7)]
    drawn = [np.ascontiguousarray(picture(n)[:side, :side]) for n in range(2)]
    return [flat[0], noise[0], drawn[0], flat[1], noise[1] // 64, flat[2], drawn[1]]


@pytest.fixture(autouse=True)
def fresh_choice() -> Iterator[None]:
    choice.choose_sight.cache_clear()
    yield
    choice.choose_sight.cache_clear()


def test_it_gives_the_golden_digest() -> None:
    assert golden_digest(on_cpu()) == GOLDEN_DIGEST


@pytest.mark.parametrize(("count", "side"), [(1, 47), (2, 118), (7, 64)])
def test_each_of_a_group_is_seen_as_if_alone(count: int, side: int) -> None:
    given = pictures(side)[:count]
    sight = on_cpu()
    looks, subjects = sight.features_of_each(given), sight.subjects_of_each(given)
    assert len(looks) == len(subjects) == count
    for pixels, look, subject in zip(given, looks, subjects, strict=True):
        wanted = PLAIN.features(pixels)
        assert all(np.array_equal(a, b) for a, b in zip(look, wanted, strict=True))
        assert np.array_equal(subject, PLAIN.subject(pixels))


def test_alone_it_sees_what_it_sees_in_a_group() -> None:
    pixels, sight = pictures(47)[2], on_cpu()
    assert all(map(np.array_equal, sight.features(pixels), PLAIN.features(pixels)))
    assert np.array_equal(sight.subject(pixels), PLAIN.subject(pixels))


def test_no_number_leaves_the_device_until_the_networks_have_looked() -> None:
    images = np.stack(pictures(64))
    for products in (torch.float32, torch.float64):
        layers = Perceptual(NETWORKS[0], "meta", products).features(images)
        layers.append(PlainLite0(NETWORKS[1], "meta", products).last_block(images))
        assert all(layer.is_meta and len(layer) == 7 for layer in layers)


def test_it_looks_only_where_the_backend_is_a_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "sight_on", lambda device: on_cpu())
    assert type(choice.choose_sight("cuda:1")) is DeviceSight
    assert type(choice.choose_sight("cpu")) is type(choice.choose_sight()) is not DeviceSight


def missing(device: str) -> Sight:
    raise ImportError("torch sees no GPU")


def wrong(device: str) -> Sight:
    return on_cpu(Neighbourly)


@pytest.mark.parametrize("made", [missing, wrong])
def test_without_a_right_one_the_cpu_looks_and_a_warning_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, made
) -> None:
    monkeypatch.setattr(choice, "sight_on", made)
    with caplog.at_level(logging.WARNING):
        assert choice.choose_sight("cuda") is choice.choose_sight("cpu")
    assert "frozen networks run on the CPU instead of cuda" in caplog.text
    assert ("cuda sight refused: golden features" in caplog.text) is (made is wrong)
