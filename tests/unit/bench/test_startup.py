"""`judge bench start` times what a newcomer tries first, and says which command is late."""

from __future__ import annotations

import sys

import pytest

from scoring.bench.startup import COMMAND_SECONDS, HELP_SECONDS, Start, measure_starts
from scoring.errors import ScoringError

pytestmark = pytest.mark.unit


def test_help_metrics_and_prepare_are_timed_as_a_newcomer_runs_them() -> None:
    starts = measure_starts((sys.executable, "-m", "oracle"), [(), ("status",)])
    assert [start.words for start in starts] == [
        "--help", "status --help", "metrics", "prepare --out",
    ]  # fmt: skip
    assert [start.goal_seconds for start in starts] == [
        *[HELP_SECONDS] * 2,
        *[COMMAND_SECONDS] * 2,
    ]
    assert all(start.seconds > 0.01 for start in starts)


def test_a_command_that_fails_is_no_quick_one() -> None:
    with pytest.raises(ScoringError, match="ended with 3") as refusal:
        measure_starts(
            (sys.executable, "-c", "import sys; print('no', file=sys.stderr); exit(3)"), [()]
        )
    assert refusal.value.hint == "no"


def test_a_late_command_is_called_late() -> None:
    assert Start("metrics", 1.01, 1.0).is_late and not Start("metrics", 1.0, 1.0).is_late
