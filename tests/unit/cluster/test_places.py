"""How many workers a cluster's machines get, and what each has of them."""

from __future__ import annotations

import pytest

from oracle.cluster.ray_engine import Place, places_of

pytestmark = pytest.mark.unit
WITH_GPUS = {"CPU": 18.0, "GPU": 4.0, "memory": 1e9}


def test_a_core_is_a_worker() -> None:
    assert places_of([{"CPU": 2.0}, {"CPU": 1.0, "memory": 1e9}], True) == [Place(1)] * 3


def test_a_gpu_has_its_share_of_its_machine_and_comes_first() -> None:
    found = places_of([{"CPU": 1.0}, WITH_GPUS], True)
    assert found == [Place(4, gpu=True)] * 4 + [Place(1)] * 3


@pytest.mark.parametrize(
    ("asked", "found"), [("auto", "auto"), ("cuda", "cuda"), ("cuda:1", "cuda")]
)
def test_a_worker_sees_one_gpu_and_takes_that(asked: str, found: str) -> None:
    assert Place(4, gpu=True).device(asked) == found
    assert Place(1).device(asked) == "cpu"


def test_gpus_that_are_not_wanted_are_left_alone() -> None:
    assert places_of([WITH_GPUS], False) == [Place(1)] * 18


@pytest.mark.parametrize("machine", [{}, {"GPU": 2.0}, {"CPU": 0.0}])
def test_there_is_a_worker_whatever_ray_says(machine: dict[str, float]) -> None:
    assert places_of([machine], True) == [Place(1)]


def test_more_gpus_than_cores_are_used_as_far_as_there_are_cores() -> None:
    assert places_of([{"CPU": 2.0, "GPU": 8.0}], True) == [Place(1, gpu=True)] * 2
