"""On geth: a wrong ranking is disputed, replaced by the quorum, and the winner paid."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from oracle.assembly.accounts import open_disputer
from oracle.assembly.deployer import deploy_competition, deploy_quorum
from oracle.beacon.local import LocalBeacon
from oracle.chain.client import ChainClient
from oracle.chain.competition import CompetitionContract
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.chain.quorum import QuorumContract
from oracle.chain.state import Phase, Verdict
from oracle.deployment.book import competition_address
from oracle.settings.config import load_settings
from oracle.voting.stage import VoteStage
from tests.integration.beacon_on_chain import deploy_beacon_on
from tests.integration.competition_world import World, picture
from tests.integration.deployed_contract import Deployed
from tests.integration.quorum_on_chain import Quorum, charter_of
from tests.integration.second_client.geth import Geth
from tests.integration.voting.voting_world import Courtroom

# Four daemons take their turns, and every block is built and verified by a node.
pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def deployed(geth: Geth, tmp_path: Path) -> tuple[World, Quorum]:
    """What `judge deploy` puts on the chain and writes into its book; the members stake."""
    key = tmp_path / "deployer.key"
    key.touch(mode=0o600)
    key.write_text(geth.accounts[-1].key)
    flags = {
        "chain.rpc_url": geth.url,
        "chain.chain_id": str(DEVNET_CHAIN_ID),
        "ledger.url": f"sqlite:///{tmp_path}/deployer.sqlite",
        "signer.key_file": str(key),
    }
    settings, book = load_settings(None, {}, flags), tmp_path / "book.json"
    entry = deploy_competition(settings, book)
    assert entry.new and entry.address == competition_address()
    client = ChainClient.connect(geth.url, DEVNET_CHAIN_ID)
    contract = CompetitionContract(client, entry.address.contract, entry.block or 0)
    world = World(Deployed(geth, client, contract), tmp_path)
    charter = charter_of(world.deployed)
    placed = deploy_quorum(settings, book, charter)
    assert set(json.loads(book.read_text())["contracts"]) == {"Competition", "AuditorQuorum"}
    quorum = QuorumContract(client, placed.address.contract)
    found = quorum.charter(client.latest_block())
    members = tuple(a for m in found.members for a in geth.accounts if a.address == m)
    for member in members:
        world.deployed.act(member, quorum.calls.deposit(member.address, found.stake_wei))
    return world, Quorum(quorum, found, members)


def test_a_wrong_ranking_is_disputed_replaced_and_the_rightful_winner_paid(
    deployed: tuple[World, Quorum],
) -> None:
    world, quorum = deployed
    beacon = LocalBeacon()
    room = Courtroom(world, quorum)
    number = room.competition_id = world.create(
        arbiter=quorum.contract.address,
        verdict_seconds=quorum.charter.seconds,
        beacon=deploy_beacon_on(world.anvil, world.contract.client, beacon.network),
    )
    with world.daemon(beacon__relays="devnet") as daemon:
        world.play_until_seeding(daemon, number, picture(1), b"no image")
        world.to_time(beacon.network.time_of(room.state.beacon_round))
        world.cycle(daemon)
    assert room.state.phase is Phase.JUDGING, "the daemon pinned the seed from the beacon's round"
    room.assert_wrongly()
    world.anvil.finalize()

    assert world.audit(number).verdict == "mismatch", "an auditor sees the lie"
    flags = world.flags("watcher") | {"signer.key_file": str(_key(world, "watcher"))}
    with open_disputer(load_settings(None, {}, flags)) as disputer:
        disputer.dispute(world.audit(number))
    assert room.state.phase is Phase.DISPUTED

    winner = world.deployed.players[0].address
    before = world.contract.client.balance(winner)
    _vote(room)
    final = room.state
    assert (final.phase, final.winner_ticket) == (Phase.FINAL, 1)
    assert final.dispute.verdict is Verdict.REPLACED
    prize = final.pot - final.pot // 5 + final.deposit
    assert world.contract.client.balance(winner) - before == prize
    lost = final.bond + final.pot // 5
    latest = world.contract.client.latest_block()
    assert world.contract.claim(number, room.disputer.address, latest) == (
        final.bond + lost - lost // 2
    )
    call = world.contract.calls.claim_bond(number, room.disputer.address)
    world.deployed.act(room.disputer, call)
    history = world.contract.history(number, world.contract.client.latest_block())
    assert history.finalized is not None and history.funded[0].account == room.disputer.address


def _vote(room: Courtroom) -> None:
    """Three members' daemons recompute, vote, deliver, finalize and take their reward."""
    with ExitStack() as machines:
        auditors = [machines.enter_context(room.auditor(place)) for place in range(3)]

        def stages() -> list[VoteStage]:
            return [room.stage(auditor) for auditor in auditors]

        assert stages() == [VoteStage.COMMITTING] * 3
        assert stages() == [VoteStage.COMMITTED] * 3
        room.world.to_time(room.windows.commit_ends)
        assert stages() == [VoteStage.REVEALING] * 3
        while room.state.phase is not Phase.FINAL:
            assert VoteStage.NO_VERDICT not in stages()
        room.world.to_time(room.windows.reveal_ends)
        while set(stages()) != {VoteStage.CLAIMED}:
            assert room.world.anvil.time() < room.windows.verdict_ends


def _key(world: World, name: str) -> Path:
    path = world.folder / f"{name}.key"
    path.touch(mode=0o600)
    path.write_text(world.deployed.players[7].key)
    return path
