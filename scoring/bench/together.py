"""Images scored together, as on a GPU, and each alone: the same scores, and how many a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from scoring.calibrated.choice import choose_sight, sight_on
from scoring.calibrated.device_sight import DeviceSight
from scoring.calibrated.judge import CalibratedJudge, CalibratedScore
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.sight import Sight
from scoring.exact.backend import Backend
from scoring.exact.backends.gemm import multiply_float64
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.model import ExactModel
from scoring.exact.network import Autoencoder
from scoring.exact.proofs.golden import GOLDEN_SPEC
from scoring.parallel import in_groups
from scoring.spec import CalibrationSpec
from scoring.submission.image import Pixels


def judge_together(device: str, target: Pixels, backend: Backend | None = None) -> CalibratedJudge:
    """An untrained judge whose networks all look at several images together.

    `device`: as torch names it; on a GPU with its backend. On a CPU torch does as on a GPU, only
    slowly.
    """
    if backend is None:
        backend = TensorBackend("float64", multiply_float64, group=4)
        networks = shipped_network(), shipped_subject_network()
        sight: Sight = DeviceSight(*networks, device, choose_sight(device))
    else:
        sight = sight_on(device)
    network = Autoencoder(backend, GOLDEN_SPEC, b"check")
    return _judge_of(network, target, sight, CalibrationSpec(softened_views=0))


def scored_otherwise(judge: CalibratedJudge, images: Sequence[Pixels]) -> int:
    """How many of the images have other distances together than alone."""
    pairs = zip(map(judge.score, images), _together(judge, images), strict=True)
    return sum(alone.distances != together.distances for alone, together in pairs)


def scoring_rates(
    network: Autoencoder, images: Sequence[Pixels], seconds: Callable[[Callable[[], object]], float]
) -> dict[str, Any]:
    """Images scored by a judge of these weights: one after the other, and as in a judging.

    `seconds`: how long something takes.
    """
    began = time.perf_counter()
    judge = _judge_of(network, images[0])
    calibrating = time.perf_counter() - began
    alone = seconds(lambda: [judge.score(image) for image in images])
    many = [image for image in images for _ in range(judge.terms.group)]
    together = seconds(lambda: list(_together(judge, many)))
    return {
        "calibrating_seconds": calibrating,
        "scored_per_second": len(images) / alone,
        "judged_per_second": len(many) / together,
        "judged_together": judge.terms.group,
    }


def _together(judge: CalibratedJudge, images: Iterable[Pixels]) -> Iterator[CalibratedScore]:
    def load(image: Pixels) -> Callable[[], Pixels]:
        return lambda: image

    return in_groups(judge.stages, map(load, images), judge.terms.group)


def _judge_of(
    network: Autoencoder,
    target: Pixels,
    sight: Sight | None = None,
    spec: CalibrationSpec | None = None,
) -> CalibratedJudge:
    tensors = {name: values.copy() for name, values in network.tensors()}
    model = ExactModel(network.spec, b"check", tensors, 1, (), (), (), network.backend)
    return CalibratedJudge.prepare(target, model, spec, sight)
