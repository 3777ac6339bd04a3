"""The daemon pins the seed from the beacon's round once that has come; audits follow it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oracle.accounts.remarks import remarks_for_buyers
from oracle.beacon.local import LocalBeacon
from oracle.beacon.rounds import SignedRound
from oracle.chain.state import Phase, VoidReason
from oracle.errors import BeaconUnavailable, ChainDisagrees
from tests.integration.beacon_on_chain import deploy_beacon_on
from tests.integration.competition_world import World, picture

pytestmark = pytest.mark.integration

DEVNET = {"beacon__relays": "devnet"}


def deploy_beacon(world: World, beacon: LocalBeacon) -> str:
    """The verifier of a network's rounds."""
    return deploy_beacon_on(world.anvil, world.contract.client, beacon.network)


def test_the_seed_comes_from_the_round_and_not_before_its_time(world: World) -> None:
    number = world.create(beacon=deploy_beacon(world, LocalBeacon()))
    assert not any("seed" in said for said in remarks_for_buyers(world.contract, number))
    with world.daemon(**DEVNET) as daemon:
        world.play_until_seeding(daemon, number, picture(1), picture(2))
        state = world.state(number)
        comes = LocalBeacon().network.time_of(state.beacon_round)
        assert comes - state.reveal_ends in (60, 61, 62)
        world.cycle(daemon)
        assert world.state(number).phase is Phase.SEEDING, "the round has not come"
        world.to_time(comes)
        world.cycle(daemon)
        assert world.state(number).phase is Phase.JUDGING
        world.cycle(daemon)
    state = world.state(number)
    assert state.phase is Phase.ASSERTED
    world.anvil.finalize()
    assert world.audit(number).verdict == "ok"
    history = world.contract.history(number, world.contract.client.latest_block())
    assert history.seed is not None
    assert history.seed.source == LocalBeacon().fetch_round(state.beacon_round).randomness
    with pytest.raises(ChainDisagrees, match="than round .* of the beacon gives"):
        latest = world.contract.client.latest_block()
        world.contract.seed(replace(state, entries_hash=b"\x11" * 32), latest)


def test_relays_that_are_down_are_asked_again_until_the_deadline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.create(beacon=deploy_beacon(world, LocalBeacon()))
    asked: list[int] = []

    def down(self: LocalBeacon, number: int) -> SignedRound:
        asked.append(number)
        raise BeaconUnavailable("no relay answers", "name more of them")

    monkeypatch.setattr(LocalBeacon, "fetch_round", down)
    with world.daemon(**DEVNET) as daemon:
        world.play_until_seeding(daemon, number, picture(1), picture(2))
        world.to_time(LocalBeacon().network.time_of(world.state(number).beacon_round))
        for _ in range(2):
            assert "no relay answers" in world.cycle(daemon).failed[number]
        assert asked == [world.state(number).beacon_round] * 2
        world.to_time(world.state(number).judging_ends)
        world.cycle(daemon)
    history = world.contract.history(number, world.contract.client.latest_block())
    assert history.voided is not None and history.voided.reason is VoidReason.SEED_MISSING


def test_buyers_are_told_of_a_beacon_with_another_key(world: World) -> None:
    number = world.create(beacon=deploy_beacon(world, LocalBeacon(secret=3)))
    said = remarks_for_buyers(world.contract, number)
    assert any("another network than drand's quicknet" in remark for remark in said)
    assert any("operator is its own arbiter" in remark for remark in said)
