"""One bundle, byte for byte: by this process, by workers, and after some of them died.

The workers are the cluster's own, in processes of this machine (`processes.py`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.cluster.crew import RayCrew
from tests.integration.cluster.processes import Processes
from tests.integration.cluster.world import World, small_world

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,  # every worker is a process that loads torch and calibrates
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with small_world() as world:
        yield world


@pytest.fixture(scope="module")
def expected(world: World) -> bytes:
    return world.bundle()


def crew_of(engine: Processes, folder: Path, *backends: str) -> RayCrew:
    return RayCrew(
        "not used",
        folder,
        "cpu",
        backends,
        block_entries=2,
        open_engine=lambda address, device: engine,
    )


def test_workers_of_two_arithmetics_come_to_the_same_bundle_and_are_asked_nothing_twice(
    world: World, expected: bytes, tmp_path: Path
) -> None:
    engine = Processes(2)
    assert world.bundle(crew_of(engine, tmp_path, "fused", "float64")) == expected
    assert len(engine.hands) == 2
    pictures, world.reads = dict(world.kept), 0
    nobody = Processes(2)
    assert world.bundle(crew_of(nobody, tmp_path)) == expected
    assert (nobody.hands, world.reads) == ([], 0), "all was answered before"
    assert pictures == world.kept


def test_a_killed_worker_changes_nothing(world: World, expected: bytes, tmp_path: Path) -> None:
    """While it is at work: as soon as an image was asked for."""
    engine, killed = Processes(1), list[int]()

    def kill(stage: str, done: int, total: int) -> None:
        if world.reads > before and not killed:
            os.kill(engine.hands[0].process.pid, signal.SIGKILL)
            killed.append(1)

    before = world.reads
    assert world.bundle(crew_of(engine, tmp_path, "float64"), kill) == expected
    assert len(engine.hands) == 2, "another took its place"
