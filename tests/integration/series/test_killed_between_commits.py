"""A daemon that is killed at any point creates a day's competition once."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import event

from oracle.daemon.schedule import Daemon
from oracle.ledger.series_book import DayState
from tests.integration.series.series_world import SeriesWorld

pytestmark = pytest.mark.integration


class Killed(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


def run_until_commit(series: SeriesWorld, daemon: Daemon, number: int) -> int:
    """Cycles, but dies before the ledger's commit of that number; returns how many there were."""
    engine, seen = daemon.cycle.ledger._engine, 0

    def commit(_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed

    event.listen(engine, "commit", commit)
    try:
        with suppress(Killed):
            series.cycles(daemon, 3)
    finally:
        event.remove(engine, "commit", commit)
    return seen


@pytest.mark.slow  # a daemon for every commit of a creation, each started twice
def test_a_kill_before_any_commit_creates_no_day_twice(series: SeriesWorld) -> None:
    world = series.world
    series.add("01", 1)
    series.add("02", 2)
    number, last = 0, False
    while not last:
        number += 1
        home, before = f"operator{number}", world.anvil.snapshot()
        with world.daemon(home, **series.flags()) as daemon:
            last = run_until_commit(series, daemon, number) < number
        with world.daemon(home, **series.flags()) as daemon:
            series.cycles(daemon, 3)
            days = series.days(daemon)
        assert series.created() == [(1, series.first_opens)], f"killed before commit {number}"
        assert (days[1].state, days[1].competition_id) == (DayState.CREATED, 1)
        world.anvil.revert(before)
    assert number > 5, "else nothing was killed in the middle"
