"""A cycle looks at what has not ended, once each, whatever a lagging node counts."""

from __future__ import annotations

import pytest

from oracle.daemon.unfinished import Unfinished

pytestmark = pytest.mark.unit


def test_what_had_ended_before_the_start_is_left_out() -> None:
    assert Unfinished({1, 3, 9}).up_to(5) == [2, 4, 5]


def test_what_is_closed_stays_closed_and_new_ones_come_in() -> None:
    unfinished = Unfinished()
    assert unfinished.up_to(3) == [1, 2, 3]
    unfinished.close(2)
    unfinished.close(2)
    assert unfinished.up_to(3) == [1, 3]
    assert unfinished.up_to(4) == [1, 3, 4]


def test_a_node_that_lags_behind_is_not_asked_for_what_it_does_not_know() -> None:
    unfinished = Unfinished()
    assert unfinished.up_to(3) == [1, 2, 3]
    assert unfinished.up_to(1) == [1]
    unfinished.close(1)
    assert unfinished.up_to(3) == [2, 3]


def test_an_end_is_found_even_where_its_number_is_not_counted_yet() -> None:
    unfinished = Unfinished({4})
    assert unfinished.up_to(2) == [1, 2]
    assert unfinished.up_to(4) == [1, 2, 3]
