"""`geth --dev`: blocks come by themselves in real time, and become final an epoch later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oracle.chain.client import ChainClient
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.floors import DEVNET_FLOORS
from oracle.chain.state import Phase, Verdict
from oracle.deployment.blueprint import competition_blueprint
from oracle.deployment.deploy import deploy, deployment_policy, verify_deployment
from oracle.ledger.ledger import open_ledger
from oracle.ledger.transaction import TxStatus
from oracle.sending.sender import TransactionSender
from oracle.signing.signer import Signer, parse_key
from oracle.voting.stage import VoteStage
from tests.integration.competition_world import World, picture
from tests.integration.deployed_contract import deploy_on
from tests.integration.quorum_on_chain import charter_of, deploy_quorum_on
from tests.integration.second_client.geth import CONFIRMATIONS, DevGeth
from tests.integration.voting.voting_world import Courtroom

EPOCH = 32

# They wait, for an epoch and for every phase of a competition: no clock is moved here.
pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(1200)]


class RealTimeWorld(World):
    """Machines that count confirmations: this chain's finality is an epoch behind."""

    def flags(self, home: str = "operator") -> dict[str, str]:
        return super().flags(home) | {"chain.confirmations": str(CONFIRMATIONS)}


def test_a_deployment_is_mined_in_seconds_and_confirmed_with_its_epoch(dev_geth: DevGeth) -> None:
    client = ChainClient.connect(dev_geth.url, DEVNET_CHAIN_ID)
    blueprint = competition_blueprint(DEVNET_FLOORS)
    policy = deployment_policy(DEVNET_CHAIN_ID, blueprint)
    signer = Signer(parse_key(dev_geth.accounts[0].key, "devnet"), policy)
    ledger = open_ledger("sqlite://", DEVNET_CHAIN_ID, "deployer")
    sender = TransactionSender(client, signer, ledger)
    done = deploy(client, sender, DEVNET_CHAIN_ID, blueprint=blueprint)
    assert done.result is not None and done.result.status is TxStatus.MINED
    verify_deployment(client, done.address, client.latest_block(), blueprint)
    final = client.finalized_block()
    assert final.number % EPOCH == 0 and final.number < done.block_number
    assert client.block("safe").number > final.number, "safe is the newest block here"
    settled = sender.wait(done.result.key, timeout_seconds=120, until_final=True)
    ledger.close()
    assert settled.status is TxStatus.CONFIRMED
    final = client.finalized_block()
    assert final.number % EPOCH == 0 and final.number >= done.block_number


def test_a_competition_with_a_dispute_in_real_time(dev_geth: DevGeth, tmp_path: Path) -> None:
    """Blocks come while everybody works; one member of three is silent."""
    dev_geth.mine(CONFIRMATIONS)
    world = RealTimeWorld(deploy_on(dev_geth, DEVNET_FLOORS, CONFIRMATIONS), tmp_path)
    charter = replace(
        charter_of(world.deployed), commit_seconds=120, reveal_seconds=60, deliver_seconds=60
    )
    room = Courtroom(world, deploy_quorum_on(world.deployed, charter))
    room.competition_id = world.create(
        arbiter=room.quorum.contract.address,
        verdict_seconds=charter.seconds,
        sale_seconds=45,
        open_seconds=45,
        reveal_seconds=30,
        judging_seconds=300,
        liveness_seconds=120,
    )
    with world.daemon() as daemon:
        world.play_until_judging(daemon, room.competition_id, picture(1), b"no image")
    assert room.state.phase is Phase.JUDGING
    room.assert_wrongly()
    room.dispute()
    assert room.state.phase is Phase.DISPUTED
    winner = world.deployed.players[0].address
    before = world.contract.client.balance(winner)
    with room.auditor(0) as first, room.auditor(1) as second:
        for _ in range(2):
            room.stage(first), room.stage(second)
        assert {first.stages[1], second.stages[1]} == {VoteStage.COMMITTED}
        world.to_time(room.windows.commit_ends)
        while room.state.phase is not Phase.FINAL:
            assert VoteStage.NO_VERDICT not in (room.stage(first), room.stage(second))
        world.to_time(room.windows.reveal_ends)
        while {room.stage(first), room.stage(second)} != {VoteStage.CLAIMED}:
            assert dev_geth.time() < room.windows.verdict_ends + 300
    final = room.state
    assert (final.winner_ticket, final.dispute.verdict) == (1, Verdict.REPLACED)
    prize = final.pot - final.pot // 5 + final.deposit
    assert world.contract.client.balance(winner) - before == prize
    silent = room.quorum.members[2].address
    stake = room.quorum.contract.stake(silent, world.contract.client.latest_block()).amount
    assert stake == charter.stake_wei - charter.stake_wei // 10, "who did not vote pays"
