"""Whatever happens to Ray's driver, the process that judges goes on and says what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from oracle.cluster import apart
from oracle.cluster.apart import EngineApart
from oracle.cluster.engine import WorkerFailed, WorkerLost
from oracle.errors import RetryLater
from scoring.digest import sha256

pytestmark = pytest.mark.integration


@pytest.fixture
def engine() -> Iterator[EngineApart]:
    engine = EngineApart("anywhere", module="tests.integration.cluster.played_process")
    yield engine
    engine.close()


def ask(engine: EngineApart, number: object) -> Any:
    question = engine.ask(engine.hire(0), "double", number)
    assert engine.wait([question], 1) == [question]
    return engine.result(question)


def test_questions_and_answers_pass(engine: EngineApart) -> None:
    assert engine.capacity() == 3
    assert ask(engine, 21) == 42
    assert ask(engine, engine.share(8)) == 16, "a shared value arrives as itself"


def test_what_became_of_a_worker_is_told_apart(engine: EngineApart) -> None:
    with pytest.raises(WorkerLost, match="killed"):
        ask(engine, 404)
    with pytest.raises(WorkerFailed, match="no memory left"):
        ask(engine, 500)
    with pytest.raises(RetryLater, match="something of its own"):
        ask(engine, 503)
    assert ask(engine, 1) == 2, "none of it is the end"


def test_a_killed_driver_is_said_and_no_call_waits_for_it(engine: EngineApart) -> None:
    hand = engine.hire(0)
    with pytest.raises(RetryLater, match="connection to the Ray cluster is lost"):
        ask(engine, 9)
    engine.dismiss(hand)
    with pytest.raises(RetryLater, match="connection to the Ray cluster is lost"):
        engine.hire(1)


def test_a_driver_that_hangs_is_given_up(
    engine: EngineApart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(apart, "_END_SECONDS", 0.5)
    with pytest.raises(RetryLater, match="connection to the Ray cluster is lost"):
        ask(engine, 15)
    engine.close()


def test_closing_lets_the_driver_leave_the_cluster(capfd: pytest.CaptureFixture[str]) -> None:
    engine = EngineApart("anywhere", module="tests.integration.cluster.played_process")
    engine.close()
    assert "closed" in capfd.readouterr().err


def test_made_up_workers_answer_each_image_in_its_own_way() -> None:
    """What is left of `judge bench cluster` without work on images is the driver's own."""
    engine = EngineApart("1", local_workers=3, module="oracle.assembly.made_up_workers")
    try:
        assert engine.capacity() == 3
        hand, images = engine.hire(0), [sha256(b"one"), sha256(b"another")]
        files = [(image, b"a file") for image in images]
        first, second = engine.result(engine.ask(hand, "score", files))
        assert first.value != second.value
        assert all(len(file) > 256 * 256 * 3 for file in first.files), "as long as real ones"
        [looked] = engine.result(engine.ask(hand, "look", files[:1]))
        assert looked.pixels != images[0] and looked.detail is None
    finally:
        engine.close()
