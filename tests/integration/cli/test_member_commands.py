"""`judge stake | seat | vote` at the edges: too early, too late, twice, or with nothing to get."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from oracle.cli.main import main
from oracle.voting.stage import VoteStage
from tests.integration.competition_world import World
from tests.integration.voting.voting_world import Courtroom, open_courtroom

pytestmark = pytest.mark.integration

DAY = 86_400


@pytest.fixture
def room(world: World, monkeypatch: pytest.MonkeyPatch) -> Courtroom:
    """A wrong ranking that can be disputed."""
    monkeypatch.chdir(world.folder)
    room = open_courtroom(world)
    room.assert_wrongly()
    return room


def judge(room: Courtroom, place: int, *arguments: object) -> Result:
    room.world.settle()
    room.world.anvil.finalize()
    flags = [part for item in room.flags(place).items() for part in ("--set", "=".join(item))]
    return CliRunner().invoke(main, [*flags, *map(str, arguments)])


def refused(room: Courtroom, place: int, *arguments: object) -> str:
    """What a command that changes nothing says, on two lines."""
    done = judge(room, place, *arguments)
    assert done.exit_code in (1, 2), done.output
    assert done.stdout == "" and "Traceback" not in done.stderr
    return done.stderr


def test_a_stake_comes_out_after_its_exit_and_not_a_second_sooner(room: Courtroom) -> None:
    assert "complete" in refused(room, 0, "stake")
    assert "ask first: judge stake --leave" in refused(room, 0, "stake", "--withdraw")
    assert judge(room, 0, "stake", "--leave").exit_code == 0
    again = refused(room, 0, "stake", "--leave")
    assert "is leaving" in again and "judge stake --withdraw" in again
    block = room.world.contract.client.latest_block()
    due = room.quorum.contract.stake(room.quorum.members[0].address, block).exits_at
    room.world.to_time(due - 60)
    assert "this is possible from" in refused(room, 0, "stake", "--withdraw")
    room.world.to_time(due)
    done = judge(room, 0, "stake", "--withdraw", "--json")
    assert json.loads(done.stdout)["amount"] == "1 ETH"
    for option in ("--withdraw", "--leave"):
        assert "has no stake" in refused(room, 0, "stake", option)


def test_a_seat_changes_hands_after_a_month_and_not_before(room: Courtroom) -> None:
    member = room.quorum.members[0].address
    successor = room.world.deployed.players[5].address
    unscheduled = refused(room, 1, "seat", member)
    assert "nobody is scheduled" in unscheduled and f"judge seat {member} --to" in unscheduled
    assert "cannot take the seat" in refused(
        room, 0, "seat", member, "--to", room.quorum.members[1].address
    )
    assert judge(room, 0, "seat", member, "--to", successor).exit_code == 0
    assert "this is possible from" in refused(room, 1, "seat", member)
    room.world.anvil.advance(30 * DAY)
    assert judge(room, 1, "seat", member).exit_code == 0
    assert "nobody is scheduled" in refused(room, 1, "seat", member)
    assert "is not a member" in refused(room, 0, "vote", room.competition_id)


def meaning(room: Courtroom, place: int, stage: VoteStage) -> str:
    """What `judge vote` says about the stage that it has come to."""
    done = judge(room, place, "vote", room.competition_id, "--no-wait", "--json")
    facts = json.loads(done.stdout)
    assert facts["stage"] == stage.value, facts
    said: str = facts["meaning"]
    return said


def test_a_vote_says_what_comes_next_and_when(room: Courtroom) -> None:
    room.dispute()
    for place in (0, 1):
        assert "not final yet" in meaning(room, place, VoteStage.COMMITTING)
    assert "revealed from 20" in meaning(room, 0, VoteStage.COMMITTED)
    room.world.to_time(room.windows.commit_ends)
    for place in (0, 1):
        assert "not final yet" in meaning(room, place, VoteStage.REVEALING)
    assert "can be delivered until 20" in meaning(room, 0, VoteStage.REVEALED)
    early = meaning(room, 0, VoteStage.DECIDED)
    assert "can be claimed from 20" in early, "a second too early"
    room.world.to_time(room.windows.reveal_ends)
    assert "not final yet" in meaning(room, 0, VoteStage.CLAIMING)
    for _ in range(2):
        assert "nothing is left to do" in meaning(room, 0, VoteStage.CLAIMED)
    silent = meaning(room, 2, VoteStage.NOT_WITH_VERDICT)
    assert "no vote of yours" in silent and "a tenth" in silent


def test_without_a_verdict_a_vote_says_that_there_is_nothing_to_claim(room: Courtroom) -> None:
    room.dispute()
    for _ in range(2):
        judge(room, 0, "vote", room.competition_id, "--no-wait")
    room.world.to_time(room.windows.commit_ends)
    for _ in range(2):
        judge(room, 0, "vote", room.competition_id, "--no-wait")
    room.world.to_time(room.windows.verdict_ends)
    alone = meaning(room, 0, VoteStage.NO_VERDICT)
    assert "no fee to claim" in alone and "loses nothing" in alone
