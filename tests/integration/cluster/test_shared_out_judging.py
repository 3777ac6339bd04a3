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

import oracle.cluster.team
from oracle.assembly.cluster_bench import compare_sample
from oracle.cluster.briefing import Scored
from oracle.cluster.crew import RayCrew
from oracle.errors import Mismatch
from oracle.judging.bundle import build_bundle
from oracle.judging.crew import keep_none
from oracle.store.base import MAX_BLOCK_BYTES
from oracle.store.cid import cid_of
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest
from tests.integration.cluster.processes import Asked, Processes
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


def test_workers_read_images_by_digest_and_are_sent_what_they_cannot_read(
    world: World, expected: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One image is missing in their store, and the file of another is damaged."""
    store = EmbeddedStore(tmp_path / "store")
    missing, damaged, *_ = world.blocks
    for digest, data in world.blocks.items():
        if digest != missing:
            store.put(data)
    [path] = (tmp_path / "store").rglob(cid_of(damaged))
    path.write_bytes(path.read_bytes()[:-1])
    crew = replace(crew_of(Processes(2), tmp_path / "answers"), store=f"dir:{tmp_path / 'store'}")
    world.reads, read = 0, set[Digest]()
    world.reading = read.add
    try:
        assert world.bundle(crew) == expected
    finally:
        world.reading = lambda digest: None
    assert read == {missing, damaged}
    assert world.reads == 4, "each is looked at and scored"
    [said] = [record for record in caplog.records if "cannot read" in record.message]
    reason = str(said.__dict__["reason"])
    assert f"does not hold {cid_of(missing)}" in reason or f"gave as {cid_of(damaged)}" in reason


def test_where_workers_reach_no_store_every_image_is_sent(
    world: World,
    expected: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(oracle.cluster.team, "_MOST_UNREAD", 3)
    crew = replace(crew_of(Processes(1), tmp_path), store="http://127.0.0.1:1")
    assert world.bundle(crew) == expected
    assert "every image is sent" in caplog.text


def test_workers_put_the_pictures_where_they_are_published(
    world: World, expected: bytes, tmp_path: Path
) -> None:
    crew = crew_of(Processes(2), tmp_path / "answers")
    crew = replace(crew, store=f"dir:{tmp_path / 'store'}", store_publishes=True)
    world.kept.clear()
    judgement = world.judgement(crew)
    assert build_bundle(judgement).digest == expected
    assert not world.kept, "none came back"
    store = EmbeddedStore(tmp_path / "store")
    for pictures in judgement.pictures.values():
        for digest in (pictures.reconstruction, pictures.error_map):
            assert store.get(digest, max_bytes=MAX_BLOCK_BYTES).startswith(b"\x89PNG")


def test_pictures_that_the_store_does_not_take_come_back(
    world: World, expected: bytes, tmp_path: Path
) -> None:
    crew = crew_of(Processes(1), tmp_path)
    crew = replace(crew, store="http://127.0.0.1:1", store_publishes=True)
    world.kept.clear()
    judgement = world.judgement(crew)
    assert build_bundle(judgement).digest == expected
    pictures = judgement.pictures.values()
    assert world.kept.keys() == {d for p in pictures for d in (p.reconstruction, p.error_map)}


def test_who_keeps_no_pictures_is_sent_none_and_knows_them_all_the_same(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[int] = []

    def counted(self: Processes, answer: Asked) -> object:
        said = result(self, answer)
        if isinstance(said, list):
            files.extend(len(one.files) for one in said if isinstance(one, Scored))
        return said

    result = Processes.result
    monkeypatch.setattr(Processes, "result", counted)
    judgement = world.judgement(crew_of(Processes(1), tmp_path), keep=keep_none)
    assert judgement.pictures == world.judgement().pictures
    assert files and not any(files)


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
