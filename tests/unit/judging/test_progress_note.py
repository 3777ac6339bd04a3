"""Whoever asks while a competition is judged hears how far that is, and nothing old."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from oracle.accounts.watch import Summary, Watch
from oracle.judging.progress_note import ProgressNote, Standing, read_standing
from oracle.metrics import Metrics

pytestmark = pytest.mark.unit


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def told(metrics: Metrics) -> dict[str, float]:
    lines = metrics.exposition().decode()
    found = re.findall(r'^judge_judging_(\w+)\{stage="(\w+)"\} (\S+)$', lines, re.MULTILINE)
    return {f"{stage} {what}": float(value) for what, stage, value in found}


def test_a_judging_can_be_followed_by_another_process_and_by_prometheus(tmp_path: Path) -> None:
    metrics, clock, also = Metrics(), Clock(), list[str]()
    note = ProgressNote(tmp_path, metrics, lambda stage, done, total: also.append(stage), clock)
    note("train", 1, 30)
    assert read_standing(tmp_path) is None, "no competition's"
    with note.judging(7):
        note("look", 1, 50_000)
        note("look", 2, 50_000)
        assert str(read_standing(tmp_path)) == "look 1 of 50,000", "not written at every image"
        clock.now += 3
        note("look", 900, 50_000)
        note("workers", 2, 2)
        standing = read_standing(tmp_path)
        assert standing is not None and standing.competition_id == 7
        assert (standing.stage, standing.done, standing.total) == ("look", 900, 50_000)
        assert told(metrics) == {"look done": 900, "look total": 50_000}
        note("score", 1, 40_000)
        assert str(read_standing(tmp_path)) == "score 1 of 40,000", "another stage is told at once"
    assert read_standing(tmp_path) is None
    assert told(metrics) == {}, "nor is an old number left"
    assert also == ["train", "look", "look", "look", "workers", "score"]


def test_a_judging_that_failed_is_no_longer_under_way(tmp_path: Path) -> None:
    metrics = Metrics()
    note = ProgressNote(tmp_path, metrics)
    with pytest.raises(OSError, match="no room"), note.judging(7):
        note("look", 1, 2)
        raise OSError("no room")
    assert read_standing(tmp_path) is None and told(metrics) == {}


def test_what_a_killed_daemon_left_is_gone_when_one_starts(tmp_path: Path) -> None:
    killed = ProgressNote(tmp_path, Metrics())
    with killed.judging(7):
        killed("look", 1, 2)
        assert read_standing(tmp_path) is not None
        ProgressNote(tmp_path, Metrics())
        assert read_standing(tmp_path) is None


def test_a_note_that_cannot_be_written_stops_no_judging(tmp_path: Path) -> None:
    note = ProgressNote(tmp_path / "gone", Metrics())
    with note.judging(7):
        note("look", 1, 2)
    assert read_standing(tmp_path / "gone") is None


def test_judge_status_shows_how_far_the_judging_of_its_competition_is() -> None:
    seven = Standing(7, "score", 1_200, 40_000, 1_795_936_991)
    watch = Watch(cast(Any, None), cast(Any, None), seven)
    assert watch.standing_of(7) is seven and watch.standing_of(8) is None
    line = Summary(7, "judging", 0, 40_000, 40_000, None, "", seven).to_json()
    assert line["judging"]["stage"] == "score" and line["judging"]["done"] == 1_200
