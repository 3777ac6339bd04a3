"""Whoever decides disputes is named, can decide, and is not the operator."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.chain.state import Phase
from oracle.errors import BadInput
from tests.integration.competition_world import World
from tests.integration.quorum_on_chain import Quorum, charter_of, deploy_quorum_on

pytestmark = pytest.mark.integration


@pytest.fixture
def quorum(world: World) -> Quorum:
    return deploy_quorum_on(world.deployed)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on any chain but the devnet."""
    monkeypatch.setattr("oracle.accounts.operator.DEVNET_CHAIN_ID", 1)


def test_a_quorum_can_be_named(world: World, quorum: Quorum) -> None:
    number = world.create(arbiter=quorum.contract.address, verdict_seconds=quorum.charter.seconds)
    assert world.state(number).terms.arbiter == quorum.contract.address


def test_an_operator_is_its_own_arbiter_on_a_devnet_only(
    world: World, elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arbiter in ("", world.deployed.operator.address):
        with pytest.raises(BadInput, match="own arbiter") as caught:
            world.create(arbiter=arbiter)
        assert "--arbiter" in caught.value.hint
    assert world.state(1).phase is Phase.NONE
    assert not (world.folder / "operator" / "targets").exists(), "no secret of no competition"
    monkeypatch.undo()
    assert world.state(world.create()).terms.arbiter == world.deployed.operator.address


def test_an_account_of_somebody_else_can_be_named(world: World, elsewhere: None) -> None:
    other = world.deployed.players[8].address
    assert world.state(world.create(arbiter=other)).terms.arbiter == other


def test_a_quorum_that_could_not_decide_is_refused(world: World, quorum: Quorum) -> None:
    seconds = quorum.charter.seconds
    with pytest.raises(BadInput, match=f"needs {seconds} seconds") as caught:
        world.create(arbiter=quorum.contract.address, verdict_seconds=seconds - 1)
    assert f"--verdict {seconds}s" in caught.value.hint
    charter = replace(charter_of(world.deployed), competition=world.deployed.players[0].address)
    foreign = deploy_quorum_on(world.deployed, charter)
    with pytest.raises(BadInput, match="decides disputes of"):
        world.create(arbiter=foreign.contract.address, verdict_seconds=seconds)
    assert world.state(1).phase is Phase.NONE
