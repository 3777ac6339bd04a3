"""`judge vote` as a member of a quorum types it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from oracle.chain.state import Phase
from oracle.cli.main import main
from tests.integration.competition_world import World
from tests.integration.voting.voting_world import Courtroom, open_courtroom

pytestmark = pytest.mark.integration


@pytest.fixture
def room(world: World, monkeypatch: pytest.MonkeyPatch) -> Courtroom:
    """A wrong ranking that can be disputed."""
    monkeypatch.delenv("JUDGE_TEST_KUBO", raising=False)
    monkeypatch.chdir(world.folder)
    room = open_courtroom(world)
    room.assert_wrongly()
    return room


def judge(room: Courtroom, place: int, *arguments: object) -> Result:
    room.world.settle()
    room.world.anvil.finalize()
    command = []
    for name, value in room.flags(place).items():
        command += ["--set", f"{name}={value}"]
    return CliRunner().invoke(main, [*command, *map(str, arguments)])


def vote(room: Courtroom, place: int) -> dict[str, Any]:
    result = judge(room, place, "vote", 1, "--no-wait", "--json")
    assert result.exit_code == 0, result.stderr
    facts: dict[str, Any] = json.loads(result.stdout)
    return facts


def test_a_vote_goes_from_recomputing_to_the_fee_one_call_at_a_time(room: Courtroom) -> None:
    room.dispute()
    status = json.loads(judge(room, 0, "status", 1, "--json").stdout)
    assert (status["phase"], status["verdict"]) == ("disputed", "none")
    assert status["arbiter"] == room.quorum.contract.address
    assert int(status["paid_against_wei"]) == room.world.state(1).bond
    checks = json.loads(judge(room, 0, "check", "--json").stdout)
    assert [c["found"][:15] for c in checks if c["name"] == "quorum"] == ["2 of 3 auditors"]
    facts = vote(room, 0)
    assert facts["stage"] == "committing"
    assert facts["winner_ticket"] == 1
    assert facts["quorum"] == room.quorum.contract.address
    assert facts["auditor"] == room.quorum.members[0].address
    assert vote(room, 1)["result_hash"] == facts["result_hash"]
    assert vote(room, 0)["stage"] == "committed"
    room.world.to_time(room.windows.commit_ends)
    assert [vote(room, place)["stage"] for place in (0, 1, 0, 0)] == [
        "revealing",
        "revealing",
        "revealed",
        "decided",
    ]
    room.world.to_time(room.windows.reveal_ends)
    assert vote(room, 0)["stage"] == "claiming"
    done = judge(room, 0, "vote", 1)  # waits for the end, which has come
    assert done.exit_code == 0, done.stderr
    assert "stage          claimed" in done.stdout
    assert room.state.phase is Phase.FINAL


def test_what_cannot_be_voted_on_is_said_in_two_lines(room: Courtroom) -> None:
    refused = judge(room, 0, "vote", 1)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is not disputed: it is asserted" in refused.stderr
    missing = judge(room, 0, "vote", 9)
    assert missing.exit_code == 2 and "no competition 9" in missing.stderr
    other = room.world.create()
    foreign = judge(room, 0, "vote", other)
    assert foreign.exit_code == 2 and "decided by" in foreign.stderr


def test_a_vote_that_needs_a_human_ends_with_1_and_says_why(room: Courtroom) -> None:
    room.dispute()
    vote(room, 0)
    for kept in (room.world.folder / "auditor-0" / "votes").iterdir():
        kept.unlink()
    refused = judge(room, 0, "vote", 1)
    assert refused.exit_code == 1
    assert "salt" in refused.stdout
