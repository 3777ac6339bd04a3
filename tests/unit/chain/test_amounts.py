"""Amounts of money: what is written can be read, and no wei is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.chain.amounts import format_eth, format_gwei, parse_amount

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("wei", "words"),
    [
        (0, "0 ETH"),
        (10**18, "1 ETH"),
        (10**16, "0.01 ETH"),
        (1, "0.000000000000000001 ETH"),
        (-(10**17), "-0.1 ETH"),
    ],
)
def test_amounts_are_exact(wei: int, words: str) -> None:
    assert format_eth(wei) == words


@given(st.integers(0, 2**128))
def test_what_a_person_reads_can_be_typed_back(wei: int) -> None:
    assert parse_amount(format_eth(wei)) == wei
    assert parse_amount(format_gwei(wei)) == wei


@pytest.mark.parametrize(
    ("text", "wei"),
    [(" 0.01eth", 10**16), (".5 gwei", 5 * 10**8), ("2.ETH", 2 * 10**18), ("500 wei", 500)],
)
def test_units_may_be_written_as_people_write_them(text: str, wei: int) -> None:
    assert parse_amount(text) == wei


@pytest.mark.parametrize("text", ["1", "eth", "-1eth", "0.1wei", "1.2.3eth", ".eth", "1 btc", ""])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it is not"):
        parse_amount(text)
