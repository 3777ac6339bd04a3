"""What a member's daemon says of itself: what is due, what it lacks, and what needs a human."""

from __future__ import annotations

import pytest
import requests

from oracle.assembly.voter import open_watch_daemon
from oracle.auditing.auditor import Auditor
from oracle.devnet.anvil import free_port
from oracle.errors import ChainUnavailable, Undecidable
from oracle.health import Deadline
from oracle.voting.gas_money import GasMoney
from oracle.voting.stage import VoteStage
from tests.integration.voting.voting_world import Courtroom

pytestmark = pytest.mark.integration


def test_a_voter_knows_what_is_due_next(room: Courtroom) -> None:
    number, windows = room.competition_id, room.windows
    with room.auditor(0) as auditor:
        health = auditor.metrics.health
        assert room.stage(auditor) is VoteStage.COMMITTING
        assert health.next_deadline == Deadline(number, "commit a vote", windows.commit_ends)
        assert room.stage(auditor) is VoteStage.COMMITTED
        assert health.next_deadline == Deadline(number, "reveal the vote", windows.reveal_ends)
        room.world.to_time(windows.commit_ends)
        assert room.stage(auditor) is VoteStage.REVEALING
        assert room.stage(auditor) is VoteStage.REVEALED
        assert health.next_deadline is None
        assert "judge_missed_deadlines_total{" not in auditor.metrics.exposition().decode()


def test_a_vote_whose_window_closes_is_a_deadline_missed_once(room: Courtroom) -> None:
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.COMMITTING
        assert room.stage(auditor) is VoteStage.COMMITTED
        room.world.to_time(room.windows.reveal_ends)
        for _ in range(2):
            assert room.stage(auditor) is VoteStage.NOT_WITH_VERDICT
        numbers = auditor.metrics.exposition().decode()
    assert 'judge_missed_deadlines_total{step="reveal the vote"} 1.0' in numbers


def test_gas_that_a_member_cannot_pay_is_said_while_there_is_time(room: Courtroom) -> None:
    member = room.quorum.members[0].address
    rich = room.world.contract.client.balance(member)
    with room.auditor(0) as auditor:
        room.world.anvil.set_balance(member, 10**13)
        auditor.run()
        (problem,) = (p for p in auditor.metrics.health.report().problems if "gas" in p)
        assert problem.startswith(f"{member} holds 0.00001 ETH, and the gas of 1 open vote may")
        assert 'judge_account_eth{kind="balance"} 1e-05' in auditor.metrics.exposition().decode()
        room.world.anvil.set_balance(member, rich)
        assert room.stage(auditor) in (VoteStage.COMMITTING, VoteStage.COMMITTED)
        assert auditor.metrics.health.report().problems == ()


def test_a_node_that_tells_no_money_keeps_nobody_from_voting(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise ChainUnavailable("no balance", "ask another node")

    with room.auditor(0) as auditor:
        monkeypatch.setattr(GasMoney, "look_after", refuse)
        assert room.stage(auditor) is VoteStage.COMMITTING
        assert room.stage(auditor) is VoteStage.COMMITTED
    assert [record.message for record in caplog.records].count("money not read") == 1


def test_a_halted_vote_stays_halted_over_a_restart_until_a_human_resumes_it(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Undecidable("the target cannot be judged", "abstain")

    number = room.competition_id
    with monkeypatch.context() as changed, room.auditor(0) as auditor:
        changed.setattr(Auditor, "audit", refuse)
        reason = auditor.run().halted[number]
    with room.auditor(0) as auditor:
        assert auditor.run().halted[number] == reason
        assert f"competition {number} needs a human: {reason}" in (
            auditor.metrics.health.report().problems
        )
        auditor.ledger.resume(number)
        assert room.stage(auditor) is VoteStage.COMMITTING
        assert auditor.metrics.health.report().problems == ()


def test_a_members_daemon_serves_health_on_a_port_of_its_own(room: Courtroom) -> None:
    port = free_port()
    settings = room.world.settings("auditor-0", **room.flags(0), **{"api.health_port": str(port)})
    with open_watch_daemon(settings) as daemon, requests.Session() as session:
        session.trust_env = False
        daemon.cycle.run()
        answer = session.get(f"http://127.0.0.1:{port}/healthz", timeout=20)
        assert answer.status_code == 200
        assert answer.json()["next_deadline"]["step"] in ("commit a vote", "reveal the vote")
