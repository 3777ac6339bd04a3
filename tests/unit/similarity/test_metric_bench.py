"""The benchmark of metrics counts what it says it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scoring.similarity import bench
from scoring.similarity.bench import (
    OVERALL,
    QUESTIONS,
    draw_rows,
    measure_bench,
    measure_row,
    ranked,
)
from scoring.similarity.bench_cases import HONEST, STRANGE, BenchCase, BenchTarget, make_targets
from scoring.similarity.errors import UnknownMetric
from scoring.similarity.metric import Direction
from scoring.submission.image import Pixels
from tests.unit.similarity.pictures import photo, save

pytestmark = pytest.mark.unit


class FirstSample:
    """Reads a distance from the first sample, so that tests can say what is near."""

    name = "first sample"
    source = "a test"
    direction = Direction.LOWER
    range = (0.0, 255.0)

    def __call__(self, a: Pixels, b: Pixels) -> float:
        return float(b[0, 0, 0])


def silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def target(**distances: int) -> BenchTarget:
    cases = [BenchCase(kind, np.full((2, 2, 3), d, np.uint8)) for kind, d in distances.items()]
    return BenchTarget("t", np.zeros((2, 2, 3), np.uint8), tuple(cases))


def test_a_metric_that_orders_everything_right_holds_all() -> None:
    kinds = dict(zip((*HONEST, *STRANGE), range(len(HONEST) + len(STRANGE)), strict=True))
    row = measure_row("x", FirstSample(), [target(**kinds)], silent)
    assert row.held == dict.fromkeys([*QUESTIONS, OVERALL], 1.0)
    assert row.constraints == len(HONEST) - 1 + len(HONEST) * len(STRANGE)


def test_a_tie_is_half_and_a_wrong_order_nothing() -> None:
    row = measure_row("x", FirstSample(), [target(blur=5, flat=5, static=1, unrelated=9)], silent)
    assert row.held["blur"] == pytest.approx((0.5 + 0 + 1) / 3)
    assert row.held["before flat"] == 0.5
    assert row.held["before static"] == 0
    assert "crop" not in row.held


def test_targets_get_every_kind_of_case(gallery: Path) -> None:
    save(photo("cell"), gallery / "rocket.parody" / "one.png")
    save(photo("cell"), gallery / "rocket.variation" / "one.png")
    targets = make_targets(gallery, 3)
    assert len(targets) == 3
    assert targets[0].name == "rocket", "a target with real parodies comes first"
    for made in targets:
        kinds = {case.kind for case in made.cases} | {"variation"}
        assert kinds == {*HONEST, *STRANGE}
        assert all(case.pixels.shape == (256, 256, 3) for case in made.cases)
    parodies = [case for case in targets[0].cases if case.kind == "parody"]
    assert len(parodies) == 1


def test_the_benchmark_ranks_and_says_what_it_left_out(gallery: Path, tmp_path: Path) -> None:
    targets = make_targets(gallery, 1)
    rows, problems = measure_bench(targets, ["rmse", "histogram", "lpips"], tmp_path, silent)
    assert rows == ranked(rows)
    assert {row.name for row in rows} == {"rmse", "histogram"}
    assert problems[0][0] == "lpips"
    by_name = {row.name: row for row in rows}
    assert by_name["histogram"].held["rotation"] > by_name["rmse"].held["rotation"]
    assert by_name["histogram"].held["copies first"] < by_name["rmse"].held["copies first"]
    picture = draw_rows(rows)
    assert picture.shape[1] == 1180
    with pytest.raises(UnknownMetric):
        measure_bench(targets, ["nothing"], tmp_path, silent)


def test_the_benchmark_takes_every_metric_when_none_is_named(tmp_path: Path) -> None:
    labels = [label for label, _, _ in bench._contenders([], tmp_path)]
    assert {"ssim", "aggregate", "autoencoder", "dps squeezenet mean", "lpips"} <= set(labels)
    assert "dps" not in labels
