"""Entries without a file cost a judging its cut-off and no more, whatever the gateway does."""

from __future__ import annotations

import pytest

from oracle.assembly.phantom_bench import GatewayAnswer, measure
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("answer", GatewayAnswer)
def test_twelve_phantoms_of_fifteen_entries_are_judged_in_time(answer: GatewayAnswer) -> None:
    figures = measure(
        15, 12, TINY_COMPETITION, window_seconds=600, store_seconds=3.0, answer=answer
    )
    assert figures.unavailable == 12, "and the three images have a score"
    assert figures.in_time
    assert figures.prefetch_seconds < 10, "no image waited for the phantoms before it"
    assert figures.after_cut_off_seconds < 120
