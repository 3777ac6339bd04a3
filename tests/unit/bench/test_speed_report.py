"""The speed comparison: that it measures what it says, not how fast this machine is."""

import dataclasses
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch.nn.functional import conv2d

from scoring.bench.recipe import Recipe
from scoring.bench.speed import _Comparison, measure_speed, multiplications
from scoring.exact.backends.fused import FusedBackend
from scoring.exact.network import Autoencoder
from scoring.spec import FULL
from scoring.submission.image import Pixels
from tests.tiny_specs import TINY_TRAINING

pytestmark = pytest.mark.unit


def test_the_report_has_the_keys_and_the_ratios_follow_from_its_numbers(
    target: Pixels, fused: FusedBackend
) -> None:
    file = io.BytesIO()
    Image.fromarray(target).save(file, "PNG")
    decoded = []

    def decode(data: bytes) -> Pixels:
        decoded.append(data)
        return np.asarray(Image.open(io.BytesIO(data)))

    stages: set[str] = set()
    report = measure_speed(
        target,
        [file.getvalue()],
        decode,
        full=dataclasses.replace(TINY_TRAINING, image_side=128),
        fast=TINY_TRAINING,
        rounds=1,
        backend=fused,
        progress=lambda stage, _done, _total: stages.add(stage),
    )
    found = json.loads(json.dumps(report.to_json_object()))
    assert {"ratio_exact_vs_fp32", "ratio_fast_vs_recipe", "seconds_fast"} <= set(found)
    assert all(value > 0 for value in found.values() if isinstance(value, float))
    ratio = found["exact_images_per_second"] / found["fp32_images_per_second"]
    assert found["ratio_exact_vs_fp32"] == pytest.approx(ratio)
    assert found["ratio_fast_vs_recipe"] == pytest.approx(
        found["seconds_recipe"] / found["seconds_fast"]
    )
    assert stages == {"augment", "train", "score"}
    assert len(decoded) >= 100


def test_the_peak_is_that_of_the_faster_library(target: Pixels, fused: FusedBackend) -> None:
    comparison = _Comparison(target, TINY_TRAINING, TINY_TRAINING, fused)
    peaks = [
        comparison.peak_gmacs({"product": one, "product as convolution": other})
        for one, other in ((2.0, 1.0), (1.0, 2.0), (2.0, 2.0))
    ]
    assert peaks[0] == peaks[1] == 2 * peaks[2]
    product = comparison._left @ comparison._right
    convolved = conv2d(comparison._image, comparison._kernel)[0].reshape(512, 2048).T
    assert torch.allclose(product, convolved, rtol=1e-4)


def test_the_recipe_is_the_network_of_the_same_size() -> None:
    recipe = Recipe(TINY_TRAINING)
    exact = Autoencoder(FusedBackend(1), TINY_TRAINING, b"")
    wanted = sum(int(np.prod(p.values.shape)) for p in exact.parameters)
    assert sum(p.numel() for p in recipe.parameters()) == wanted
    pixels = np.zeros((2, 64, 64, 3), np.uint8)
    before = recipe.score(pixels[0])
    for _ in range(5):
        recipe.step(pixels)
    assert recipe.score(pixels[0]) != before
    assert torch.is_tensor(recipe.tensor(pixels))


def test_multiplications_of_the_published_size_are_counted_right() -> None:
    convolutions = 128**2 * 48 * 64 + 64**2 * 1024 * 128 + 32**2 * 2048 * 256 + 16**2 * 4096 * 512
    assert multiplications(FULL) == 2 * convolutions + 2 * 131072 * 128
