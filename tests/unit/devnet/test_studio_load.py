"""What `judge bench studio` counts as the studio's own time, and which goals it holds up."""

from __future__ import annotations

import dataclasses

import pytest

from oracle.devnet.studio_load import Drawing, LoadFigures, added_seconds
from oracle.devnet.studio_players import AskedAt

pytestmark = pytest.mark.unit

GOOD = LoadFigures(
    players=1000,
    asked=300,
    seconds=60,
    images_per_second=5,
    added_median=0.01,
    added_95=0.02,
    answered_median=0.01,
    answered_95=0.02,
    drawing_median=0.05,
    errors=0,
    disk_wait_median=0.001,
    memory_begin_bytes=100 << 20,
    memory_middle_bytes=200 << 20,
    memory_end_bytes=200 << 20,
    processor_share=0.4,
    sessions_per_second=100,
)


ASKED = AskedAt(ticket=1, index=4, sent=100.0, answered=100.1, ready=101.0, shown=101.2)
OWN = Drawing(1, 4, 100.5, 100.75)


def test_the_generators_time_is_not_the_studios_whoever_it_draws_for() -> None:
    before = Drawing(2, 4, 99.5, 100.25)
    assert added_seconds(ASKED, []) == pytest.approx(1.0)
    assert added_seconds(ASKED, [OWN]) == pytest.approx(0.75)
    assert added_seconds(ASKED, [before, OWN]) == pytest.approx(0.5)
    others = [Drawing(2, 4, 90, 100), Drawing(2, 5, 101, 102)]
    assert added_seconds(ASKED, [*others, OWN]) == pytest.approx(0.75)


def test_what_is_drawn_while_an_image_is_being_kept_excuses_nothing() -> None:
    after = [Drawing(1, 5, 100.75, 100.9), Drawing(2, 4, 100.9, 101.5)]
    assert added_seconds(ASKED, [OWN, *after]) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, []),
        ({"added_95": 0.0211}, ["adds 21.1 ms"]),
        ({"errors": 1}, ["1 requests"]),
        ({"memory_end_bytes": 220 << 20}, ["memory still grew"]),
    ],
)
def test_a_missed_goal_is_named(change: dict[str, float], words: list[str]) -> None:
    missed = dataclasses.replace(GOOD, **change).missed()  # type: ignore[arg-type]
    assert len(missed) == len(words)
    assert all(word in said for word, said in zip(words, missed, strict=True))
