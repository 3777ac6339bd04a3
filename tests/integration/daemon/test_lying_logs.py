"""Salts and commitments are in logs alone: what a node gets wrong of them costs nobody anything."""

from __future__ import annotations

import pytest

from oracle.chain.abi import competition_abi
from oracle.chain.calls import Call
from oracle.chain.commitments import hash_submission
from oracle.chain.state import Phase
from oracle.daemon.schedule import Daemon
from oracle.ledger.ledger import Step
from scoring.digest import sha256
from tests.integration.competition_world import Submission, World, picture
from tests.integration.flaky_proxy import DROP_REQUEST, FlakyProxy
from tests.integration.lying_logs import (
    changing_logs,
    with_other_salts,
    without_the_last_commitment_of_ticket_1,
)

pytestmark = pytest.mark.integration


def test_a_wrong_salt_in_one_answer_does_not_cost_the_deposit(world: World) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        proxy.rule = changing_logs(world.anvil.url, with_other_salts)
        failed = world.cycle(daemon).failed[competition_id]
        assert "does not open the last commitment" in failed
        proxy.heal()
        assert world.cycle(daemon).failed == {}
    assert world.state(competition_id).phase is Phase.ASSERTED


def keep_another_assertion(daemon: Daemon, competition_id: int, **changed: object) -> None:
    """The ledger holds what was published with other arguments, and nothing was sent."""
    ledger, assert_ranking = daemon.cycle.ledger, competition_abi().functions["assertRanking"]
    facts = dict(ledger.steps(competition_id)[Step.BUNDLE_PINNED].data)
    kept = assert_ranking.decode_arguments(bytes.fromhex(facts["calldata"])) | changed
    arguments = [tuple(v.values()) if isinstance(v, dict) else v for v in kept.values()]
    facts["calldata"] = assert_ranking.encode_call(*arguments).hex()
    ledger.record_step(competition_id, Step.BUNDLE_PINNED, facts)


def play_until_published(
    world: World, proxy: FlakyProxy, daemon: Daemon, competition_id: int
) -> None:
    """All is judged, and the assertion is not sent yet."""
    world.play_until_judging(daemon, competition_id, picture(1), picture(2))
    proxy.drop(DROP_REQUEST, "eth_estimateGas")
    assert competition_id in world.cycle(daemon).failed
    proxy.heal()
    assert Step.ASSERTION_SENT not in daemon.cycle.ledger.steps(competition_id)


def test_a_wrong_salt_that_is_kept_already_is_read_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        play_until_published(world, proxy, daemon, competition_id)
        keep_another_assertion(daemon, competition_id, winnerSalt=b"\x01" * 32)
        assert world.cycle(daemon).failed == {}
    assert "the winner's salt was wrong" in caplog.text
    assert world.state(competition_id).phase is Phase.ASSERTED
    world.anvil.finalize()
    assert world.audit(competition_id).verdict == "ok"


def test_an_assertion_that_the_contract_refuses_is_a_problem_until_it_is_taken(
    world: World,
) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        play_until_published(world, proxy, daemon, competition_id)
        right = daemon.cycle.ledger.steps(competition_id)[Step.BUNDLE_PINNED].data
        keep_another_assertion(daemon, competition_id, proof=[b"\x01" * 32])
        for _ in range(2):
            why = world.cycle(daemon).failed[competition_id]
            assert "refuses assertRanking: the winner's proof does not lead" in why
        health = daemon.metrics.health
        assert str(competition_id) in health.report().detail["failing"]
        # Near the deadline, or once it lasts, it is red.
        world.to_time(world.state(competition_id).judging_ends - 500)
        world.cycle(daemon)
        (problem,) = (said for said in health.report().problems if "refuses" in said)
        assert problem.startswith(f"competition {competition_id} fails")
        daemon.cycle.ledger.record_step(competition_id, Step.BUNDLE_PINNED, right)
        assert world.cycle(daemon).failed == {}
    assert world.state(competition_id).phase is Phase.ASSERTED


def test_a_ranking_that_was_asserted_elsewhere_meanwhile_is_no_problem(world: World) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        play_until_published(world, proxy, daemon, competition_id)
        facts = daemon.cycle.ledger.steps(competition_id)[Step.BUNDLE_PINNED].data
        data, value = bytes.fromhex(facts["calldata"]), int(facts["value_wei"])
        world.deployed.act(world.deployed.operator, Call(world.contract.address, data, value))
        # In no final block yet.
        assert daemon.cycle.run().failed == {}


def play_with_a_copy(world: World, competition_id: int) -> None:
    """Ticket 1 commits first, and then, after ticket 2, to the image that ticket 2 committed to."""
    domain, calls = world.contract.domain, world.contract.calls
    first = world.deployed.players[0]
    early = hash_submission(
        domain, competition_id, 1, first.address, sha256(b"early"), sha256(b"salt")
    )
    world.deployed.act(first, calls.commit_submission(competition_id, 1, early))
    submissions = world.submissions.setdefault(competition_id, [])
    for ticket, image in ((2, picture(1)), (3, picture(2)), (1, picture(1))):
        player, salt = world.deployed.players[ticket - 1], sha256(bytes([ticket]))
        digest = world.store.put(image)
        sealed = hash_submission(domain, competition_id, ticket, player.address, digest, salt)
        world.deployed.act(player, calls.commit_submission(competition_id, ticket, sealed))
        submissions.append(Submission(player, ticket, digest, salt))
    world.to_time(world.state(competition_id).open_ends)
    world.reveal(competition_id)
    world.to_time(world.state(competition_id).reveal_ends)


def test_a_copy_does_not_become_the_original_where_a_commitment_is_hidden(world: World) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        world.buy(competition_id, 3)
        world.play_until_open(daemon, competition_id)
        play_with_a_copy(world, competition_id)
        world.cycle(daemon)
        world.anvil.mine(17)
        world.cycle(daemon)
        world.anvil.finalize()
        proxy.rule = changing_logs(world.anvil.url, without_the_last_commitment_of_ticket_1)
        failed = world.cycle(daemon).failed[competition_id]
        assert "reveal of ticket 1 does not open the last commitment" in failed
        proxy.heal()
        world.cycle(daemon)
        world.anvil.finalize()
    assert world.state(competition_id).phase is Phase.ASSERTED
    assert world.audit(competition_id).verdict == "ok"
