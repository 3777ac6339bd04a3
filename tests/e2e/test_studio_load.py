"""The load test of the studio itself works: a few players, a few seconds, nothing fails."""

from __future__ import annotations

import pytest

from oracle.devnet.studio_load import measure_load

# It starts a devnet and a studio's process, and plays for some seconds.
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.mark.timeout(300)
def test_every_prompt_of_a_crowd_becomes_an_image() -> None:
    said: list[str] = []
    figures = measure_load(players=12, per_second=3, seconds=4, say=said.append)
    assert (figures.players, figures.asked, figures.errors) == (12, 12, 0), said
    assert 0 < figures.added_median <= figures.added_95
    assert figures.memory_end_bytes > 0 and figures.processor_share > 0
