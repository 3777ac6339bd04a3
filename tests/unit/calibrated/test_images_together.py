"""The whole judge as on a GPU, on torch's CPU: a group of images gives what each gives alone."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.calibrated.choice import choose_sight
from scoring.calibrated.device_sight import DeviceSight
from scoring.calibrated.judge import CalibratedJudge, view_of
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.pictures import draw_softening
from scoring.calibrated.terms import Terms
from scoring.exact.backends.gemm import multiply_cuda_int8
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.numbers import Stream
from scoring.exact.training import train_exact
from scoring.parallel import in_groups
from scoring.spec import CalibrationSpec
from tests.tiny_specs import TINY_CALIBRATED

pytestmark = pytest.mark.unit

SPEC = CalibrationSpec(softened_views=1)
SEED = b"s" * 32


@pytest.fixture(scope="module")
def judge(scene, backend) -> CalibratedJudge:
    """One that looks at one image after the other."""
    model = train_exact(scene(1), TINY_CALIBRATED, SEED, backend=backend)
    return CalibratedJudge.prepare(scene(1), model, SPEC, choose_sight())


@pytest.fixture(scope="module")
def together(scene, judge) -> CalibratedJudge:
    """The same judge with every network as on a GPU; its calibration is what the other found."""
    backend = TensorBackend("as on a GPU", multiply_cuda_int8, group=7)
    model = replace(judge.model, backend=backend)
    sight = DeviceSight(shipped_network(), shipped_subject_network(), "cpu", choose_sight())
    softenings = [draw_softening(Stream(SEED, "view.0"))]
    terms = Terms(view_of(scene(1), 64), model.network, sight, softenings)
    return CalibratedJudge(model, terms, judge.positives, judge.negatives, SPEC.trust)


@pytest.fixture(scope="module")
def images(scene) -> list[np.ndarray]:
    noise = np.random.default_rng(1).integers(0, 256, (512, 512, 3), np.uint8)
    flat = [np.full_like(noise, level) for level in (0, 255)]
    return [flat[0], scene(2), noise, scene(1), noise // 64, flat[1], scene(3)[:, ::-1]]


def test_it_looks_at_as_many_together_as_its_backend(judge, together):
    assert (judge.terms.group, together.terms.group) == (1, 7)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_every_number_and_picture_is_that_of_the_image_alone(judge, together, images, size):
    loads = [lambda image=image: image for image in images]
    for image, found in zip(images, in_groups(together.stages, loads, size), strict=True):
        alone = judge.score(image)
        assert found.value == alone.value
        assert found.contributions == alone.contributions
        assert found.distances == alone.distances
        assert np.array_equal(found.reconstruction, alone.reconstruction)
        assert np.array_equal(found.error_map, alone.error_map)


def test_a_look_that_no_gpu_takes_leaves_every_image_to_itself(scene, judge, together):
    """Where the networks are on the CPU, threads look at images side by side."""
    by_cpu = Terms(view_of(scene(1), 64), together.model.network, choose_sight())
    assert by_cpu.group == 1
