"""Auditors of a quorum vote on a disputed ranking; what they recompute takes its place."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from oracle.chain.abi import quorum_abi
from oracle.chain.state import Phase, Verdict
from oracle.voting.cycle import VotingCycle
from oracle.voting.stage import VoteStage
from tests.integration.competition_world import World
from tests.integration.quorum_on_chain import WINDOW_SECONDS
from tests.integration.voting.voting_world import Courtroom, open_courtroom

pytestmark = pytest.mark.integration


def quorum_calls(room: Courtroom) -> Counter[str]:
    """What was sent to the quorum, from the blocks themselves."""
    names = {"0x" + f.selector.hex(): name for name, f in quorum_abi().functions.items()}
    called: Counter[str] = Counter()
    anvil, quorum = room.world.anvil, room.quorum.contract.address.lower()
    for number in range(int(anvil.rpc("eth_blockNumber"), 16) + 1):
        for sent in anvil.rpc("eth_getBlockByNumber", hex(number), True)["transactions"]:
            if (sent["to"] or "").lower() == quorum and names[sent["input"][:10]] != "deposit":
                called[names[sent["input"][:10]]] += 1
    return called


def test_a_wrong_ranking_is_replaced_the_winner_paid_and_the_fee_shared(room: Courtroom) -> None:
    world = room.world
    winner = world.deployed.players[0].address
    before = world.contract.client.balance(winner)
    with ExitStack() as machines:
        auditors = [machines.enter_context(room.auditor(place)) for place in range(3)]

        def stages() -> list[VoteStage]:
            return [room.stage(auditor) for auditor in auditors]

        assert stages() == [VoteStage.COMMITTING] * 3
        assert stages() == [VoteStage.COMMITTED] * 3
        world.to_time(room.windows.commit_ends)
        assert stages() == [VoteStage.REVEALING] * 3
        assert stages() == [
            VoteStage.REVEALED,
            VoteStage.DECIDED,
            VoteStage.DECIDED,
        ]  # the first delivers
        assert room.state.phase is Phase.RESOLVED
        assert room.state.dispute.verdict is Verdict.REPLACED
        assert stages() == [VoteStage.DECIDED] * 3  # and finalizes
        final = room.state
        assert (final.phase, final.winner_ticket) == (Phase.FINAL, 1)
        assert world.contract.client.balance(winner) - before == (
            final.pot - final.pot // 5 + final.deposit
        )
        held = [world.contract.client.balance(member.address) for member in room.quorum.members]
        world.to_time(room.windows.reveal_ends)
        assert stages() == [VoteStage.CLAIMING] * 3
        assert stages() == [VoteStage.CLAIMED] * 3
    got = [
        world.contract.client.balance(member.address) - had
        for member, had in zip(room.quorum.members, held, strict=True)
    ]
    fee = (final.bond + final.pot // 5) // 2
    assert all(fee // 3 - 10**15 < amount <= fee // 3 + 2 for amount in got), "but for gas"
    assert quorum_calls(room) == {"commitVote": 3, "revealVote": 3, "deliver": 1, "claim": 3}
    assert world.store.get(final.bundle_digest, max_bytes=1 << 20), "the verdict's bundle"
    lost = final.bond + final.pot // 5
    block = world.contract.client.latest_block()
    claim = world.contract.claim(room.competition_id, room.disputer.address, block)
    assert claim == final.bond + lost - lost // 2


def test_where_the_first_auditor_is_silent_the_next_delivers_after_its_turn(
    room: Courtroom,
) -> None:
    with room.auditor(1) as second, room.auditor(2) as third:
        for auditor in (second, third):
            room.stage(auditor)
        room.world.to_time(room.windows.commit_ends)
        for auditor in (second, third):
            room.stage(auditor)
        assert room.stage(third) is VoteStage.REVEALED
        assert room.state.phase is Phase.DISPUTED, "the third waits for the second"
        room.world.to_time(room.windows.reveal_ends + 60)
        assert room.stage(third) is VoteStage.REVEALED
        assert room.state.phase is Phase.RESOLVED
        assert room.stage(third) is VoteStage.CLAIMING


def test_a_vote_that_meets_no_second_one_ends_without_a_verdict(room: Courtroom) -> None:
    with room.auditor(0) as alone:
        room.stage(alone)
        room.world.to_time(room.windows.commit_ends)
        room.stage(alone)
        assert room.stage(alone) is VoteStage.REVEALED
        room.world.to_time(room.windows.verdict_ends)
        assert room.stage(alone) is VoteStage.NO_VERDICT
    with room.world.daemon() as daemon:
        room.world.cycle(daemon)
    assert room.state.phase is Phase.VOID
    with room.auditor(0) as alone:
        assert room.stage(alone) is VoteStage.NO_VERDICT


def test_who_did_not_vote_in_time_does_nothing_more(room: Courtroom) -> None:
    room.world.to_time(room.windows.commit_ends)
    with room.auditor(0) as late:
        assert room.stage(late) is VoteStage.NOT_WITH_VERDICT
    assert quorum_calls(room) == {}


def test_a_competition_without_a_dispute_is_left_alone(world: World) -> None:
    room = open_courtroom(world)
    room.assert_wrongly()
    other = world.create()  # the operator is its own arbiter there
    with room.auditor(0) as auditor:
        assert room.stage(auditor) is VoteStage.UNDISPUTED
        assert auditor.stages[other] is VoteStage.FOREIGN
        world.to_time(room.state.liveness_ends)
        call = world.contract.calls.finalize(room.competition_id)
        world.deployed.act(world.deployed.players[0], call)
        assert room.stage(auditor) is VoteStage.NEVER_DISPUTED


def test_an_upheld_ranking_costs_the_disputer_the_bond(world: World) -> None:
    room = open_courtroom(world)
    with world.daemon() as daemon:
        world.cycle(daemon)
    world.anvil.finalize()
    assert room.state.phase is Phase.ASSERTED
    room.dispute()
    with room.auditor(0) as first, room.auditor(1) as second:
        for _ in range(2):
            room.stage(first), room.stage(second)
        world.to_time(room.windows.commit_ends)
        for _ in range(2):
            room.stage(first), room.stage(second)
        assert room.state.dispute.verdict is Verdict.UPHELD
        room.stage(first)
    assert room.state.phase is Phase.FINAL
    block = world.contract.client.latest_block()
    assert world.contract.credit(room.disputer.address, block) == 0
    bond, fee = room.state.bond, room.state.pot // 5
    credit = world.contract.credit(world.deployed.operator.address, block)
    assert credit == fee + room.state.deposit + bond + bond // 2 + bond % 2


def restarted(room: Courtroom, place: int, at: VoteStage) -> None:
    with room.auditor(place) as cycle:
        assert room.stage(cycle) is at


def test_a_machine_restarted_at_every_step_votes_once(
    room: Courtroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    recomputed: list[int] = []
    recompute = VotingCycle._do_long_work

    def counted(self: VotingCycle, state: object, block: object) -> None:
        recomputed.append(1)
        recompute(self, state, block)  # type: ignore[arg-type]

    monkeypatch.setattr(VotingCycle, "_do_long_work", counted)
    restarted(room, 0, VoteStage.COMMITTING)
    restarted(room, 1, VoteStage.COMMITTING)
    restarted(room, 0, VoteStage.COMMITTED)
    room.world.to_time(room.windows.commit_ends)
    restarted(room, 1, VoteStage.REVEALING)
    for stage in (VoteStage.REVEALING, VoteStage.REVEALED, VoteStage.DECIDED):
        restarted(room, 0, stage)
    room.world.to_time(room.windows.reveal_ends)
    restarted(room, 0, VoteStage.CLAIMING)
    restarted(room, 0, VoteStage.CLAIMED)
    assert len(recomputed) == 2
    assert quorum_calls(room) == {"commitVote": 2, "revealVote": 2, "deliver": 1, "claim": 1}


def test_windows_are_the_charters_counted_from_the_dispute(room: Courtroom) -> None:
    case = room.quorum.contract.case(1, room.world.contract.client.latest_block())
    assert case.commit_ends == 0
    with room.auditor(0) as auditor:
        room.stage(auditor)
    case = room.quorum.contract.case(1, room.world.contract.client.latest_block())
    windows = room.windows
    assert (case.commit_ends, case.reveal_ends) == (windows.commit_ends, windows.reveal_ends)
    assert windows.verdict_ends == windows.disputed_at + 3 * WINDOW_SECONDS


def test_no_part_of_the_vote_is_readable_by_others(room: Courtroom, tmp_path: Path) -> None:
    with room.auditor(0) as auditor:
        room.stage(auditor)
    (kept,) = (room.world.folder / "auditor-0" / "votes").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.parent.stat().st_mode & 0o077 == 0
