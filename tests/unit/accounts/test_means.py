"""What a competition may take from its operator is known before there is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.accounts.means import CREATION_GAS, LATER_GAS, LEAST_BOND_WEI, Means
from oracle.accounts.plan import Plan
from scoring.spec import PROFILES

ETHER = 10**18
PLAN = Plan(
    image=b"",
    spec=PROFILES["fast"],
    ticket_price_wei=ETHER // 10,
    sale_seconds=1,
    open_seconds=1,
    reveal_seconds=1,
    judging_seconds=1,
    liveness_seconds=1,
    max_tickets=100,
)
MEANS = Means(max_fee_wei=10**9, max_deposit_wei=2 * ETHER, max_bond_wei=ETHER)


def test_a_competition_takes_its_deposit_and_gas_now_and_its_bond_and_gas_later() -> None:
    cost = MEANS.cost(PLAN)
    assert cost.now_wei == 2 * ETHER + CREATION_GAS * 10**9
    assert cost.later_wei == ETHER + LATER_GAS * 10**9
    assert MEANS.cost(PLAN, 5).now_wei == 2 * ETHER + CREATION_GAS * 5
    assert MEANS.cost(PLAN, 10**12) == cost, "no fee above the settings' is ever bid"


def test_no_bond_is_less_than_the_contracts_least() -> None:
    assert MEANS.cost(replace(PLAN, max_tickets=1)).bond_wei == LEAST_BOND_WEI


@pytest.mark.parametrize(
    ("means", "words"),
    [
        (
            replace(MEANS, max_deposit_wei=2 * ETHER - 1),
            "its deposit is 2 ETH where signer.max_deposit_eth allows 1.9",
        ),
        (
            replace(MEANS, max_bond_wei=ETHER - 1),
            "its bond may be 1 ETH where signer.max_bond_eth allows 0.9",
        ),
        (MEANS, ""),
    ],
)
def test_what_the_settings_do_not_allow_is_said(means: Means, words: str) -> None:
    against = means.against(PLAN)
    assert against.startswith(words) and bool(against) == bool(words)
