"""One bundle, byte for byte: no Ray, Ray, other arithmetics, and after anything of it was killed.

    JUDGE_TEST_RAY=1 pytest tests/integration/cluster/test_judging_on_ray.py

takes a quarter of an hour. Without the variable `test_shared_out_judging.py` plays most of it with
plain processes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from oracle.cluster.apart import EngineApart
from oracle.cluster.crew import RayCrew
from oracle.errors import RetryLater
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest
from tests.integration.cluster.machines import Machines, machines
from tests.integration.cluster.world import World, small_world

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,  # Ray takes half a minute to start, and every worker loads torch
    pytest.mark.timeout(900),  # a busy machine
    pytest.mark.skipif(
        not os.environ.get("JUDGE_TEST_RAY"), reason="JUDGE_TEST_RAY=1 tries a cluster of Ray"
    ),
    # Ray's own, in this process, which starts its machines.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ARITHMETICS = ("fused", "float64", "int8")
SOME_DONE = ("look", 2)
"""When what is to be killed is killed: the work has begun, and most of it is left."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with small_world() as world:
        yield world


@pytest.fixture(scope="module")
def expected(world: World) -> bytes:
    return world.bundle()


@pytest.fixture(scope="module")
def whole(world: World, expected: bytes) -> int:
    """How often content is read where nothing is known."""
    world.reads = 0
    world.bundle()
    return world.reads


@pytest.fixture(scope="module")
def cluster() -> Iterator[Machines]:
    """A head with one core; tests add machines."""
    with machines(1) as cluster:
        yield cluster


@pytest.fixture
def crew(cluster: Machines, tmp_path: Path) -> RayCrew:
    return RayCrew(cluster.address, tmp_path, "cpu", ARITHMETICS, block_entries=2)


def test_one_worker_comes_to_the_same_bundle_and_is_asked_nothing_twice(
    world: World, expected: bytes, crew: RayCrew
) -> None:
    assert world.bundle(crew) == expected
    pictures, world.reads = dict(world.kept), 0
    nowhere = replace(crew, address="127.0.0.1:1")
    assert world.bundle(nowhere) == expected, "all is known: the cluster need not even be there"
    assert world.reads == 0
    assert pictures == world.kept


def test_workers_read_images_and_keep_pictures_in_a_store_of_their_own(
    world: World, expected: bytes, crew: RayCrew
) -> None:
    folder = crew.folder / "store"
    for data in world.blocks.values():
        EmbeddedStore(folder).put(data)
    world.reads = 0
    world.kept.clear()
    assert world.bundle(replace(crew, store=f"dir:{folder}", store_publishes=True)) == expected
    assert (world.reads, world.kept) == (0, {}), "neither passes the driver"


def test_an_image_that_hangs_two_workers_is_set_aside_and_named(
    world: World,
    expected: bytes,
    whole: int,
    cluster: Machines,
    crew: RayCrew,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever is sent the second image stands still from then on."""
    hanging, stopped = world.case.entries[1], list[int]()

    def stop(digest: Digest) -> None:
        if digest == hanging.image_digest:
            stopped.append(cluster.workers()[-1])
            os.kill(stopped[-1], signal.SIGSTOP)

    monkeypatch.setattr(world, "reading", stop)
    with pytest.raises(RetryLater, match=f"the image of ticket {hanging.ticket_id}"):
        world.bundle(replace(crew, patience_seconds=20))
    assert len(set(stopped)) == 2
    monkeypatch.undo()
    world.reads = 0
    assert world.bundle(crew) == expected
    assert world.reads == whole - len(world.blocks) + 1, "the others were looked at before"


def test_four_workers_on_three_machines_come_to_the_same_bundle(
    world: World, expected: bytes, cluster: Machines, crew: RayCrew
) -> None:
    with cluster.more(1, 2):
        assert world.bundle(crew) == expected


def test_a_killed_worker_and_a_killed_machine_change_nothing(
    world: World, expected: bytes, cluster: Machines, crew: RayCrew
) -> None:
    killed: list[str] = []

    def kill(stage: str, done: int, total: int) -> None:
        match stage, done:
            case "look", 1:  # whoever has answered is there
                os.kill(cluster.workers()[0], signal.SIGKILL)
                killed.append("worker")
            case "look", 2:
                cluster.kill_one()
                killed.append("machine")

    with cluster.more(2):
        assert world.bundle(crew, kill) == expected
    assert killed == ["worker", "machine"]


def test_sixteen_workers_come_to_the_same_bundle(
    world: World, expected: bytes, cluster: Machines, crew: RayCrew
) -> None:
    with cluster.more(15):  # more than this machine has, which Ray believes
        assert world.bundle(crew) == expected


def test_a_killed_driver_is_said_and_the_next_cycle_goes_on(
    world: World, expected: bytes, whole: int, crew: RayCrew
) -> None:
    """Ray's driver is a process of its own: it ends when this machine's raylet does."""
    engines: list[EngineApart] = []

    def open_engine(address: str, device: str) -> EngineApart:
        engines.append(EngineApart(address, device))
        return engines[-1]

    def kill(stage: str, done: int, total: int) -> None:
        if (stage, done) == SOME_DONE:
            os.kill(engines[-1].pid, signal.SIGKILL)

    with pytest.raises(RetryLater, match="the connection to the Ray cluster is lost"):
        world.bundle(replace(crew, open_engine=open_engine), kill)
    assert_goes_on(world, expected, whole, crew)


def test_a_daemon_that_was_killed_reads_only_what_was_not_done(
    world: World, expected: bytes, whole: int, crew: RayCrew
) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=judge_and_die, args=(crew.address, crew.folder)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert_goes_on(world, expected, whole, crew)


def test_a_killed_head_is_said_and_the_judging_goes_on_with_another(
    world: World, expected: bytes, whole: int, cluster: Machines, crew: RayCrew
) -> None:
    def kill(stage: str, done: int, total: int) -> None:
        if (stage, done) == SOME_DONE:
            cluster.kill_head()

    with pytest.raises(RetryLater, match="the connection to the Ray cluster is lost"):
        world.bundle(crew, kill)
    with pytest.raises(RetryLater, match="does not answer") as caught:
        world.bundle(crew)
    assert "ray_address" in caught.value.hint
    with machines(2) as another:
        assert_goes_on(world, expected, whole, replace(crew, address=another.address))


def judge_and_die(address: str, folder: Path) -> None:
    """What a process does that is killed in the middle of a judging."""

    def die(stage: str, done: int, total: int) -> None:
        if (stage, done) == SOME_DONE:
            os.kill(os.getpid(), signal.SIGKILL)

    with small_world() as world:
        world.bundle(RayCrew(address, folder, "cpu", block_entries=2), die)


def assert_goes_on(world: World, expected: bytes, whole: int, crew: RayCrew) -> None:
    world.reads = 0
    assert world.bundle(crew) == expected
    assert 0 < world.reads <= whole - SOME_DONE[1], "what was answered is not asked for again"
