"""The operator's money: what is owed is fetched, and what is missing is said before it is due."""

from __future__ import annotations

import pytest

from oracle.chain.state import Phase
from tests.integration.competition_world import World, picture

pytestmark = pytest.mark.integration


def test_credit_is_withdrawn_by_itself_and_checkpoints_go_when_all_is_final(world: World) -> None:
    competition_id = world.create()
    operator = world.deployed.operator.address
    models = world.folder / "operator" / "models"
    with world.daemon(signer__withdraw_above_eth="0.001") as daemon:
        world.play_until_asserted(daemon, competition_id, picture(1), picture(2))
        assert len(list(models.iterdir())) == 1
        world.to_time(world.state(competition_id).liveness_ends)
        world.cycle(daemon)
        assert world.state(competition_id).phase is Phase.FINAL
        latest = world.contract.client.latest_block()
        owed = world.contract.credit(operator, latest)
        assert owed > 10**15
        world.cycle(daemon)  # sees the credit in a final block
        world.cycle(daemon)
        assert world.contract.credit(operator, world.contract.client.latest_block()) == 0
        assert list(models.iterdir()) == []
        numbers = daemon.metrics.exposition().decode()
        assert 'judge_account_eth{kind="credit"} 0.0' in numbers
        withdrawals = [
            key
            for number in range(1, 4)
            if daemon.cycle.ledger.transactions.find(key := f"withdraw:{number}")
        ]
        assert withdrawals == ["withdraw:1"], "one, however many cycles saw the credit"


def test_a_bond_that_the_account_cannot_pay_is_said_as_soon_as_it_is_ahead(world: World) -> None:
    competition_id = world.create()
    operator = world.deployed.operator.address
    with world.daemon() as daemon:
        world.play_until_seeding(daemon, competition_id, picture(1), picture(2))
        rich = world.contract.client.balance(operator)
        bond = world.state(competition_id).bond
        assert bond > 0
        world.anvil.set_balance(operator, bond // 2)
        world.cycle(daemon)
        (problem,) = (said for said in daemon.metrics.health.report().problems if "bonds" in said)
        assert operator in problem and f"competitions {competition_id} " in problem
        world.anvil.set_balance(operator, rich)
        world.cycle(daemon)
        assert daemon.metrics.health.report().problems == ()


def test_an_assertion_that_waits_for_money_is_a_matter_of_the_account_alone(world: World) -> None:
    competition_id = world.create()
    operator = world.deployed.operator.address
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        rich = world.contract.client.balance(operator)
        world.anvil.set_balance(operator, world.state(competition_id).bond // 2)
        assert world.cycle(daemon).failed == {}
        assert world.state(competition_id).phase is Phase.JUDGING
        (problem,) = daemon.metrics.health.report().problems
        assert operator in problem and "bonds" in problem
        world.anvil.set_balance(operator, rich)
        world.cycle(daemon)
    assert world.state(competition_id).phase is Phase.ASSERTED
