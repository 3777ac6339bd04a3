"""What an auditor is told can be missing, late or a lie: the vote is right, or there is none."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from oracle.auditing.auditor import Auditor
from oracle.chain.abi import quorum_abi
from oracle.chain.state import Phase
from oracle.errors import ContentNotStored, InvalidConfig, Mismatch, NeedsHuman, RetryLater
from oracle.judging.bundle import build_bundle, parse_digest
from oracle.judging.judgement import Judgement
from oracle.judging.search import SOUND_LOOKS
from oracle.store.embedded import EmbeddedStore
from oracle.voting.stage import VoteStage
from scoring.digest import Digest, sha256
from scoring.submission.flags import Flag
from tests.integration.competition_world import World, picture
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS, FlakyProxy
from tests.integration.lying_logs import changing_logs, with_other_salts
from tests.integration.quorum_on_chain import charter_of, deploy_quorum_on
from tests.integration.voting.voting_world import Courtroom, open_courtroom
from tests.tiny_specs import TINY_JUDGING

pytestmark = pytest.mark.integration

COMMITTED = "0x" + quorum_abi().events["VoteCommitted"].topic.hex()


@pytest.fixture
def proxy(room: Courtroom) -> Iterator[FlakyProxy]:
    with FlakyProxy(room.world.anvil.url) as proxy:
        yield proxy


def commits(room: Courtroom) -> int:
    """How many commitments the chain has seen."""
    logs = room.world.anvil.rpc("eth_getLogs", {"fromBlock": "0x0", "topics": [COMMITTED]})
    return len(logs)


def honest_judgement(room: Courtroom) -> Judgement:
    """What an honest recomputation gives; the case stays as it is, with nothing asserted."""
    before = room.world.anvil.snapshot()
    room.assert_wrongly()
    room.world.anvil.finalize()
    judgement = room.world.audit(room.competition_id, home="honest").judgement
    room.world.anvil.revert(before)
    assert judgement is not None
    return judgement


def lying_bundle(room: Courtroom, honest: Judgement, **lie: Any) -> Digest:
    """A bundle published by the operator, with every row changed."""
    bundle = build_bundle(honest)
    index = json.loads(bundle.blocks[bundle.digest])
    (page,) = map(parse_digest, index["pages"])
    rows = [row | lie for row in json.loads(bundle.blocks[page])["rows"]]
    put = room.world.store.put
    return put(rfc8785.dumps(index | {"pages": ["0x" + put(rfc8785.dumps({"rows": rows})).hex()]}))


# ------------------------------------------------------------------ the operator


@pytest.mark.parametrize(
    "lie",
    [
        {"score": "0", "rank": 1},
        {"flags": int(Flag.DISQUALIFIED | Flag.UNAVAILABLE)},
        {"ticket_id": 2},
    ],
    ids=["scores", "unavailable", "tickets"],
)
def test_nothing_in_the_operators_bundle_sways_the_vote(world: World, lie: dict[str, Any]) -> None:
    room = open_courtroom(world)
    honest = honest_judgement(room)
    room.assert_wrongly(lying_bundle(room, honest, **lie))
    room.dispute()
    world.to_time(room.windows.commit_ends - 60)  # its claims of what is lost would be followed
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(room.competition_id)
    assert vote.result.assertion.ranking_root == honest.tree.root
    assert vote.result.assertion.model_hash == honest.model_hash
    assert vote.result.winner.ticket_id == 1


@pytest.mark.parametrize("bundle", [b"{}", b"[" * 100_000, b'{"pages": ["0x12"]}', b"\xff"])
def test_a_bundle_that_is_none_changes_nothing(world: World, bundle: bytes) -> None:
    room = open_courtroom(world)
    room.assert_wrongly(world.store.put(bundle))
    room.dispute()
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(room.competition_id)
    assert vote.result.winner.ticket_id == 1


def test_what_cannot_be_found_is_looked_for_again_and_then_counts_as_not_shown(
    world: World,
) -> None:
    lost = sha256(picture(7))
    room = open_courtroom(world, picture(1), b"no image", lost)
    room.assert_wrongly()
    room.dispute()
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.RECOMPUTING
        assert commits(room) == 0
        middle = (room.windows.disputed_at + room.windows.commit_ends) // 2
        world.to_time(middle)
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(room.competition_id)
    assert vote.result.assertion.leaf_count == 3


def test_a_phantom_that_the_operator_crowned_loses_to_the_next_one(world: World) -> None:
    phantom = sha256(b"nothing has this digest")
    room = open_courtroom(world, picture(1), phantom)
    room.assert_wrongly()  # crowns ticket 2
    room.dispute()
    world.to_time((room.windows.disputed_at + room.windows.commit_ends) // 2)
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(room.competition_id)
    assert vote.result.winner.ticket_id == 1


@pytest.mark.parametrize("shown_before", [True, False])
def test_members_who_watched_count_what_was_shown_before_the_dispute_and_nothing_later(
    world: World, shown_before: bool
) -> None:
    withheld = picture(7)
    room = open_courtroom(world, picture(1), sha256(withheld))
    room.assert_wrongly()
    if shown_before:
        world.store.put(withheld)
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.UNDISPUTED
        world.anvil.advance(12)  # a dispute in the second of the look would not be after it
        room.dispute()
        world.store.put(withheld)
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(room.competition_id)
    rows = world.audit(room.competition_id, home="looks later").judgement
    assert rows is not None
    as_if_shown = rows.tree.root == vote.result.assertion.ranking_root
    assert as_if_shown == shown_before


def test_a_member_without_a_stake_has_no_vote(world: World) -> None:
    quorum = deploy_quorum_on(world.deployed, staked=False)
    room = open_courtroom(world, quorum=quorum)
    room.assert_wrongly()
    room.dispute()
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.NO_VOTE


def test_what_nobody_finds_is_called_lost_after_half_of_the_window(world: World) -> None:
    lost = sha256(picture(7))
    room = open_courtroom(world, picture(1), b"no image", lost)
    world.to_time(room.state.judging_ends - 600)  # so that the daemon gives it up
    with world.daemon(judge__give_up_after_seconds="0") as daemon:
        for _ in range(SOUND_LOOKS):
            world.cycle(daemon)
    world.anvil.finalize()
    room.dispute()
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.RECOMPUTING, "it may still be found"
        middle = (room.windows.disputed_at + room.windows.commit_ends) // 2
        world.to_time(middle)
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(room.competition_id)
    assert vote.result.assertion.ranking_root == room.state.ranking_root


def test_no_member_votes_for_a_ranking_by_a_target_that_the_spec_cannot_judge(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = open_courtroom(world, spec=replace(TINY_JUDGING, least_margin=1_000_000))
    room.assert_wrongly()
    room.dispute()
    with room.auditor(0) as member:
        reason = member.run().halted[room.competition_id]
        assert "this target cannot be judged" in reason
        assert member.stages[room.competition_id] is VoteStage.RECOMPUTING
        monkeypatch.setattr(Auditor, "audit", None)  # nothing is trained in vain again
        assert member.run().halted[room.competition_id] == reason
        assert commits(room) == 0
        world.to_time(room.windows.verdict_ends)
        assert room.stage(member) is VoteStage.NOT_WITH_VERDICT
    with world.daemon() as daemon:
        world.cycle(daemon)
    assert room.state.phase is Phase.VOID


# --------------------------------------------------------------- the own machine


def test_without_its_salt_a_vote_asks_for_a_human(room: Courtroom) -> None:
    with room.auditor(0) as auditor:
        room.stage(auditor)
        assert room.stage(auditor) is VoteStage.COMMITTED
    (kept,) = (room.world.folder / "auditor-0" / "votes").iterdir()
    data = kept.read_bytes()
    kept.unlink()
    with room.auditor(0) as auditor:
        report = auditor.run()
        assert "salt" in report.halted[1]
    changed = json.loads(data) | {"salt": "11" * 32}
    kept.write_text(json.dumps(changed))
    with room.auditor(0) as auditor:
        assert "not the one committed to" in auditor.run().halted[1]
    kept.write_text("{")
    with room.auditor(0) as auditor:
        assert "cannot be read" in auditor.run().failed[1]
    kept.write_bytes(data)
    room.world.to_time(room.windows.commit_ends)
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.REVEALING


def test_a_damaged_vote_that_was_never_sent_is_made_anew(room: Courtroom) -> None:
    with room.auditor(0) as auditor:
        room.world.anvil.finalize()
        state = room.state
        auditor.voter.recompute(state, auditor.voter.contract.client.finalized_block())
    (kept,) = (room.world.folder / "auditor-0" / "votes").iterdir()
    kept.write_bytes(kept.read_bytes()[:50])
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.COMMITTING
        assert room.stage(auditor) is VoteStage.COMMITTED
    assert commits(room) == 1


def test_where_the_salt_cannot_be_kept_nothing_is_recomputed_or_sent(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = room.world.folder / "auditor-0"
    home.mkdir()
    (home / "votes").write_text("a file where a folder should be")
    with monkeypatch.context() as watched, room.auditor(0) as auditor:
        watched.setattr(Auditor, "audit", lambda *_, **__: pytest.fail("hours for nothing"))
        report = auditor.run()
        assert "cannot be kept" in report.failed[1] and not report.halted
    assert commits(room) == 0


def test_a_member_whose_disk_takes_no_bundle_votes_all_the_same(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put = EmbeddedStore.put

    def put_no_page(store: EmbeddedStore, data: bytes) -> Digest:
        if data.startswith(b'{"rows"'):
            raise ContentNotStored("No space left on device", "make room")
        return put(store, data)

    monkeypatch.setattr(EmbeddedStore, "put", put_no_page)
    with room.auditor(0) as auditor:
        room.stage(auditor)
        room.stage(auditor)
    assert commits(room) == 1
    assert caplog.text.count("the recomputed bundle is not kept") == 1


def test_a_vote_on_a_full_disk_goes_on_once_there_is_room(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(path: Path, data: bytes) -> None:
        if path.suffix == ".json":  # the training had the last of the room
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as full, room.auditor(0) as auditor:
        full.setattr("oracle.sealed.votes.write_private", fill)
        assert room.stage(auditor) is VoteStage.RECOMPUTING
        trouble = auditor.ledger.troubles.all()[1]
        assert "No space left" in trouble.reason and "make room" in trouble.hint
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.COMMITTING
        assert room.stage(auditor) is VoteStage.COMMITTED
    assert commits(room) == 1


# ------------------------------------------------------------------ the contracts


def test_another_quorum_or_account_is_refused_before_anything_is_done(
    room: Courtroom,
) -> None:
    world = room.world
    for place, lie, words in (
        (0, {"chain__quorum": ""}, "quorum is not set"),
        (0, {"signer__key_file": ""}, "no key"),
        (0, {"signer__key_file": str(world.key_file)}, "not a member"),
    ):
        with pytest.raises(InvalidConfig, match=words), room.auditor(place, **lie):
            pass
    for address in (world.contract.address, world.deployed.players[0].address):
        with pytest.raises(Mismatch, match="AuditorQuorum"), room.auditor(0, chain__quorum=address):
            pass
    charter = charter_of(world.deployed)
    elsewhere = deploy_quorum_on(
        world.deployed,
        type(charter)(world.deployed.players[0].address, *charter.as_abi()[1:]),
    )
    address = elsewhere.contract.address
    with (
        pytest.raises(InvalidConfig, match="decides disputes of"),
        room.auditor(0, chain__quorum=address),
    ):
        pass


def test_a_second_voter_on_the_same_ledger_is_refused(room: Courtroom) -> None:
    refused = pytest.raises(NeedsHuman, match="another judge process")
    with room.auditor(0), refused, room.auditor(0):
        pass


# ------------------------------------------------------------------------ the node


@pytest.mark.parametrize("fate", [DROP_REQUEST, DROP_ANSWER], ids=["request", "answer"])
def test_a_commitment_whose_sending_breaks_off_is_sent_once(
    room: Courtroom, proxy: FlakyProxy, fate: object
) -> None:
    proxy.drop(fate, "eth_sendRawTransaction", times=2)
    with room.auditor(0, chain__rpc_url=proxy.url, chain__timeout_seconds="2") as auditor:
        for _ in range(5):
            room.world.anvil.finalize()
            with contextlib.suppress(RetryLater):
                auditor.run()
            room.world.settle()
        assert auditor.stages[1] is VoteStage.COMMITTED
    assert commits(room) == 1


@pytest.mark.parametrize(
    "answer",
    [{"result": "0x"}, {"result": "0x" + "ff" * 31}, {"result": 7}, b"[" * 5000],
    ids=["nothing", "cut short", "no text", "nested"],
)
def test_a_node_that_answers_nonsense_about_the_quorum_is_a_node_that_is_down(
    room: Courtroom, proxy: FlakyProxy, answer: object
) -> None:
    ballot_of = "0x" + quorum_abi().functions["ballotOf"].selector.hex()
    with room.auditor(0, chain__rpc_url=proxy.url) as auditor:

        def lie(method: str, params: list[Any]) -> Any:
            asked = params[0]["data"] if method == "eth_call" else ""
            return answer if asked.startswith(ballot_of) else PASS

        proxy.rule = lie
        report = auditor.run()
        assert 1 in report.failed and not report.halted
        assert commits(room) == 0
        proxy.heal()
        assert room.stage(auditor) is VoteStage.COMMITTING


def test_a_node_that_lies_about_the_seed_gets_no_vote(room: Courtroom, proxy: FlakyProxy) -> None:
    seed_block = hex(room.state.seed_block)
    with room.auditor(0, chain__rpc_url=proxy.url) as auditor:
        real = room.world.anvil.rpc("eth_getBlockByNumber", seed_block, False)

        def lie(method: str, params: list[Any]) -> Any:
            if method == "eth_getBlockByNumber" and params[0] == seed_block:
                return {"result": real | {"hash": "0x" + "12" * 32}}
            return PASS

        proxy.rule = lie
        report = auditor.run()
        assert "another seed" in report.failed[1]
        assert commits(room) == 0


def test_a_node_with_wrong_salts_gets_no_vote_until_it_is_right(
    room: Courtroom, proxy: FlakyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.daemon.trouble.DISAGREEMENTS", 2)
    monkeypatch.setattr("oracle.daemon.trouble.DISAGREES_SECONDS", 0)
    words = "does not open the last commitment"
    with room.auditor(0, chain__rpc_url=proxy.url) as auditor:
        proxy.rule = changing_logs(room.world.anvil.url, with_other_salts)
        assert words in auditor.run().failed[1], "read again"
        assert words in auditor.run().halted[1]
        proxy.heal()
        auditor.ledger.resume(1)
        assert room.stage(auditor) is VoteStage.COMMITTING
        (vote,) = auditor.voter.votes.of(1)
    assert vote.result.winner_salt == room.world.submissions[1][0].salt


def test_a_verdict_that_the_contract_refuses_is_said(room: Courtroom) -> None:
    with ExitStack() as machines:
        auditors = [machines.enter_context(room.auditor(place)) for place in (0, 1)]
        for auditor in auditors:
            assert room.stage(auditor) is VoteStage.COMMITTING
            (vote,) = auditor.voter.votes.of(1)
            # What votes are counted by does not hold the salt.
            wrong = replace(vote.result, winner_salt=b"\x01" * 32)
            auditor.voter.votes.save(replace(vote, result=wrong))
        room.world.to_time(room.windows.commit_ends)
        assert [room.stage(auditor) for auditor in auditors] == [VoteStage.REVEALING] * 2
        room.world.anvil.finalize()
        words = "refuses deliver: the first row names another image than ticket 1"
        assert words in auditors[0].run().failed[1]
    assert room.state.phase is Phase.DISPUTED


def test_a_node_that_lies_about_the_time_does_not_make_it_reveal_early(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with room.auditor(0) as auditor:
        room.stage(auditor)
        commit_ends = room.windows.commit_ends
        room.world.to_time(commit_ends)
        # As on any chain but the devnet, whose clock is moved.
        monkeypatch.setattr("oracle.voting.voter.DEVNET_CHAIN_ID", 1)
        auditor.voter.clock = lambda: commit_ends - 1
        assert room.stage(auditor) is VoteStage.COMMITTED
        # Nor one that lies about when the dispute was, once the window was read.
        (kept,) = (room.world.folder / "auditor-0" / "votes").iterdir()
        honest = kept.read_text()
        kept.write_text(json.dumps(json.loads(honest) | {"commit_ends": commit_ends + 60}))
        auditor.voter.clock = lambda: commit_ends
        assert room.stage(auditor) is VoteStage.COMMITTED
        kept.write_text(honest)
        assert room.stage(auditor) is VoteStage.REVEALING


def test_a_chain_that_is_down_is_waited_for(room: Courtroom, proxy: FlakyProxy) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            proxy.heal()
        room.world.anvil.finalize()
        if len(slept) > 2 and room.ballot(0).commitment != bytes(32):
            room.world.to_time(room.windows.verdict_ends)

    with room.auditor(0, chain__rpc_url=proxy.url, chain__timeout_seconds="1") as auditor:
        proxy.drop(DROP_REQUEST, "eth_getBlockByNumber")
        assert auditor.until_end(1, 3.5, sleep) == ""
        assert auditor.stages[1] is VoteStage.NOT_WITH_VERDICT
    assert slept[:2] == [3.5, 3.5]


def test_a_salt_never_reaches_a_log_or_an_error(
    room: Courtroom, caplog: pytest.LogCaptureFixture
) -> None:
    with room.auditor(0) as auditor:
        with caplog.at_level("DEBUG"):
            room.stage(auditor)
        (vote,) = auditor.voter.votes.of(1)
    assert vote.salt.hex() not in caplog.text + repr(vote)
