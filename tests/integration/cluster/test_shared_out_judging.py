"""One bundle, byte for byte: by this process, by workers, and after some of them died.

The workers are the cluster's own, in processes of this machine (`processes.py`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from oracle.assembly.cluster_bench import compare_sample
from oracle.cluster.crew import RayCrew
from oracle.errors import Mismatch
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


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where two workers' answers are, once there are any."""
    return tmp_path_factory.mktemp("answers")


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
    world: World, expected: bytes, answers: Path
) -> None:
    engine = Processes(2)
    assert world.bundle(crew_of(engine, answers, "fused", "float64")) == expected
    assert len(engine.hands) == 2
    pictures, world.reads = dict(world.kept), 0
    nobody = Processes(2)
    assert world.bundle(crew_of(nobody, answers)) == expected
    assert (nobody.hands, world.reads) == ([], 0), "all was answered before"
    assert pictures == world.kept


def test_a_worker_of_several_threads_that_is_asked_about_several_images_comes_to_it_too(
    world: World, expected: bytes, tmp_path: Path
) -> None:
    engine = Processes(1, threads=3)
    assert world.bundle(crew_of(engine, tmp_path)) == expected
    assert len(engine.hands) == 1


def test_a_sample_scored_again_here_agrees_with_the_workers_and_a_wrong_score_is_named(
    world: World, answers: Path
) -> None:
    judgement = world.judgement(crew_of(Processes(2), answers))
    ranking = judgement.ranking
    compare_sample(judgement, world.model, world.images, len(ranking))
    first = replace(ranking[0], score=ranking[0].score + 1)
    wrong = replace(judgement, ranking=(first, *ranking[1:]))
    with pytest.raises(Mismatch, match=f"ticket {first.entry.ticket_id}: the cluster scored"):
        compare_sample(wrong, world.model, world.images, 1)


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
