"""A worker that is asked about several images gives of each what it gives of that one alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from oracle.cluster.briefing import Briefing, Ready, Scored
from oracle.cluster.worker import ImageWorker
from scoring.calibrated.choice import choose_sight
from scoring.calibrated.device_sight import DeviceSight
from scoring.calibrated.judge import CalibratedJudge, view_of
from scoring.calibrated.lite0 import shipped_subject_network
from scoring.calibrated.perceptual import shipped_network
from scoring.calibrated.pictures import draw_softening
from scoring.calibrated.terms import Terms
from scoring.digest import sha256
from scoring.exact.backends.gemm import multiply_cuda_int8
from scoring.exact.backends.tensor import TensorBackend
from scoring.exact.numbers import Stream
from scoring.exact_judge import ExactJudge
from scoring.processors import limit_torch, processors
from scoring.submission.image import Flag
from tests.integration.cluster.world import World, small_world

pytestmark = [pytest.mark.integration, pytest.mark.slow]  # each worker calibrates


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with small_world() as world:
        yield world


Hire = Callable[..., tuple[ImageWorker, Ready]]


@pytest.fixture
def hire(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hire]:
    """Workers of so many threads. Elsewhere each has a process, which ends with it."""
    before = processors()
    monkeypatch.setenv("OMP_NUM_THREADS", str(before))  # what a worker sets for its process
    model = world.model
    assert isinstance(model, ExactJudge)
    briefing = Briefing(world.case.spec, world.target, replace(model.model, backend=None))
    workers: list[ImageWorker] = []

    def hired(threads: int, store: str = "") -> tuple[ImageWorker, Ready]:
        workers.append(ImageWorker("cpu", threads))
        return workers[-1], workers[-1].prepare(replace(briefing, store=store), 0)

    yield hired
    for worker in workers:
        worker._decoder.close()
    limit_torch(before)


def as_on_a_gpu(judge: ExactJudge, world: World) -> ExactJudge:
    """The same judge, its networks looking at three images together, by torch on the CPU."""
    own = judge.calibrated
    assert own is not None
    model = replace(judge.model, backend=TensorBackend("on a GPU", multiply_cuda_int8, group=3))
    sight = DeviceSight(shipped_network(), shipped_subject_network(), "cpu", choose_sight())
    views = judge.spec.softened_views
    softenings = [draw_softening(Stream(model.seed, f"view.{view}")) for view in range(views)]
    view = view_of(world.target, model.spec.image_side)
    terms = Terms(view, model.network, sight, softenings)
    measured = own.positives, own.negatives
    return replace(judge, calibrated=CalibratedJudge(model, terms, *measured, judge.spec.trust))


def test_a_group_is_seen_as_each_of_its_images_alone(world: World, hire: Hire) -> None:
    (alone, one_thread), (together, two_threads) = hire(1), hire(2)
    _, reading = hire(2, "dir:/nowhere")
    assert set(one_thread.at_once.values()) == {1}
    assert set(two_threads.at_once.values()) == {2}
    assert reading.at_once == {"look": 8, "score": 8, "compare": 2}
    assert together._judge is not None
    together._judge = as_on_a_gpu(together._judge, world)
    assert together._judge.group == 3
    images = list(world.blocks.items())
    for method in ("look", "score"):
        found = getattr(together, method)(images)
        assert len(found) == len(images)
        for one, sent in zip(found, images, strict=True):
            [own] = getattr(alone, method)([sent])
            assert type(one) is type(own)
            if isinstance(one, Scored | Flag):
                assert one == own
            else:
                assert one.pixels == own.pixels
        [flags] = [one for one in found if isinstance(one, Flag)]
        assert Flag.NOT_PNG in flags, "the file that is no image has its own answer"


def test_bytes_that_did_not_arrive_whole_are_trouble_and_no_verdict(
    world: World, hire: Hire
) -> None:
    worker, _ = hire(2)
    *images, _ = world.blocks.items()
    with pytest.raises(OSError, match="did not arrive whole"):
        worker.score([*images, (sha256(b"one thing"), b"another")])
