"""Bids rise enough to replace what is stuck, and never above the cap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.chain.fees import Bid, Lacking, SendingPolicy, above, bid
from oracle.chain.node_errors import lacking
from oracle.chain.wire import Fees

pytestmark = pytest.mark.unit

wei = st.integers(0, 10**12)


def test_a_first_bid_survives_the_base_fee_doubling() -> None:
    assert bid(Fees(10, 3), SendingPolicy(max_fee_cap_wei=100)) == Bid(23, 3)


def test_a_first_bid_above_the_cap_waits_at_the_cap() -> None:
    assert bid(Fees(1000, 300), SendingPolicy(max_fee_cap_wei=100)) == Bid(100, 100)


def test_both_fees_are_raised() -> None:
    policy = SendingPolicy(max_fee_cap_wei=10**6, bump_percent=20)
    assert bid(Fees(10, 3), policy, Bid(1000, 100)) == Bid(1200, 120)


def test_a_tip_of_nothing_is_raised_too() -> None:
    policy = SendingPolicy(max_fee_cap_wei=10**6, bump_percent=20)
    assert bid(Fees(10, 0), policy, Bid(1000, 0)) == Bid(1200, 1)


def test_a_market_that_rose_further_is_followed() -> None:
    policy = SendingPolicy(max_fee_cap_wei=10**6)
    assert bid(Fees(10_000, 500), policy, Bid(1000, 100)) == Bid(20_500, 500)


def test_a_raise_is_cut_at_the_cap_while_nodes_would_still_take_it() -> None:
    policy = SendingPolicy(max_fee_cap_wei=112, bump_percent=50)
    assert bid(Fees(1, 1), policy, Bid(100, 10)) == Bid(112, 15)


@pytest.mark.parametrize("before", [Bid(102, 1), Bid(112, 1), Bid(101, 108)])
def test_nothing_is_bid_when_the_cap_leaves_no_room(before: Bid) -> None:
    assert bid(Fees(1, 1), SendingPolicy(max_fee_cap_wei=112), before) is None


@given(wei, wei, wei, wei, st.integers(10, 10**12), st.integers(0, 200))
def test_every_bid_is_valid_and_replaces_the_one_before(
    base: int, tip: int, fee_before: int, tip_before: int, cap: int, percent: int
) -> None:
    before = Bid(max(fee_before, tip_before), tip_before)
    offer = bid(Fees(base, tip), SendingPolicy(max_fee_cap_wei=cap, bump_percent=percent), before)
    if offer is not None:
        assert offer.priority_fee_wei <= offer.max_fee_wei <= cap
        assert offer.max_fee_wei * 10 >= before.max_fee_wei * 11
        assert offer.priority_fee_wei * 10 >= before.priority_fee_wei * 11
        assert offer.priority_fee_wei > before.priority_fee_wei


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("transaction underpriced", Lacking(tip=True)),
        ("transaction underpriced: tip needed 7, tip permitted 1", Lacking(True, tip_wei=7)),
        ("gas tip cap 0, minimum needed 25", Lacking(True, tip_wei=25)),
        (
            "max fee per gas less than block base fee: address 0x12, maxFeePerGas: 1, baseFee: 875",
            Lacking(False, fee_wei=875),
        ),
        ("gas price below current base fee", Lacking(False)),
    ],
)
def test_a_refusal_says_what_is_lacking(words: str, found: Lacking) -> None:
    assert lacking(words) == found


def test_what_is_lacking_is_raised_and_the_rest_left() -> None:
    assert above(Bid(10**9, 0), Lacking(True)) == Bid(125 * 10**7, 10**8)
    assert above(Bid(10**9, 10**9), Lacking(True, tip_wei=3 * 10**9)) == Bid(3 * 10**9, 3 * 10**9)
    assert above(Bid(10**9, 5), Lacking(False, fee_wei=8 * 10**9)) == Bid(10**10, 5)
