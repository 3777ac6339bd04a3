"""A cycle asks the chain about open competitions only, however many have ended."""

from __future__ import annotations

import pytest

from oracle.assembly.cycle_bench import measure

pytestmark = pytest.mark.unit


def test_ended_competitions_cost_no_read_of_the_chain() -> None:
    few, many = measure((0, 200), still_open=3, rounds=2)
    assert few.chain_reads == many.chain_reads == 7  # chain, two blocks, count, the three open ones


def test_every_open_competition_is_read_once_a_cycle() -> None:
    (figures,) = measure((20,), still_open=7, rounds=3)
    assert figures.chain_reads == 11
