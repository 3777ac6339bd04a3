"""A competition whose ranking could never be asserted is not created."""

from __future__ import annotations

import pytest

from oracle.accounts.plan import Plan
from oracle.assembly.accounts import open_operator
from oracle.errors import BadInput
from tests.integration.competition_world import TARGET, World
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration
ETHER = 10**18


def plan_for(ticket_price_wei: int) -> Plan:
    """Ten tickets at most."""
    return Plan(TARGET, TINY_COMPETITION, ticket_price_wei, 600, 3600, 1800, 3600, 3600, 1, 10)


def test_a_bond_above_what_the_signer_may_send_is_refused_before_anything_is_kept(
    world: World,
) -> None:
    said = r"its bond may be 0\.2 ETH where signer\.max_bond_eth allows 0\.1 ETH"
    settings = world.settings(signer__max_bond_eth="0.1")
    with open_operator(settings) as operator, pytest.raises(BadInput, match=said):
        operator.create(plan_for(2 * ETHER // 10))
    assert not list((world.folder / "operator").glob("targets/*"))


def test_a_bond_that_the_account_could_not_pay_is_refused(world: World) -> None:
    operator = world.deployed.operator.address
    rich = world.contract.client.balance(operator)
    world.create(ticket_price_wei=ETHER // 10)  # its bond may be a tenth of an ether
    try:
        world.anvil.set_balance(operator, 3 * ETHER // 10)
        with pytest.raises(BadInput) as caught:
            world.create(ticket_price_wei=ETHER // 10)
    finally:
        world.anvil.set_balance(operator, rich)
    assert "0.2 ETH for its deposit, 0.1 ETH for its bond" in caught.value.what
    assert "with 0.1 ETH for the bonds of others" in caught.value.what
    assert caught.value.hint.startswith("send it 0.1")
