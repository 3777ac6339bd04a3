"""What follows from a competition's state alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.assembly.cycle_bench import STANDING_STATE
from oracle.chain.state import Phase, next_boundary

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("phase", [Phase.FINAL, Phase.VOID])
def test_nothing_is_due_after_the_end_however_much_time_was_left(phase: Phase) -> None:
    now = STANDING_STATE.terms.sale_ends - 1
    going_on = replace(STANDING_STATE, phase=Phase.SELLING)
    assert next_boundary(going_on, now) == STANDING_STATE.terms.sale_ends
    assert next_boundary(replace(STANDING_STATE, phase=phase), now) is None
