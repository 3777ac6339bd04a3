"""Members who are shown different things: which of them agree all the same, and who wins.

Every member has a store of its own and reads the others'. `private` is the store of somebody who
serves only whom it wants to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from oracle.assembly.voter import open_watch_daemon
from oracle.judging.search import SOUND_LOOKS
from oracle.sealed.votes import SealedVote
from oracle.store.embedded import EmbeddedStore
from oracle.store.gateway import GatewayStore
from oracle.voting.cycle import VotingCycle
from oracle.voting.stage import VoteStage
from oracle.voting.watcher import LOOK_AGAIN_SECONDS
from scoring.digest import Digest, sha256
from scoring.submission.flags import Flag
from scoring.submission.image import MAX_IMAGE_BYTES
from tests.integration.competition_world import World, picture
from tests.integration.voting.voting_world import Courtroom, open_courtroom

pytestmark = pytest.mark.integration

LATE = picture(7)


@dataclass
class Members:
    """A quorum's machines, of which each is told whom it can read."""

    room: Courtroom

    @property
    def private(self) -> EmbeddedStore:
        return EmbeddedStore(self.room.world.folder / "private")

    @contextmanager
    def member(self, place: int, *reads: str) -> Iterator[VotingCycle]:
        """A member's daemon that reads its own store, what all read, and the stores `reads`."""
        folder = self.room.world.folder
        stores = (f"member-{place}", "content", *reads)
        url = ",".join(f"dir:{folder / name}" for name in stores)
        with self.room.auditor(place, store__url=url) as cycle:
            yield cycle

    def look(self, cycle: VotingCycle) -> None:
        """One more look, some minutes later."""
        self.room.world.anvil.advance(LOOK_AGAIN_SECONDS)
        assert self.room.stage(cycle) is VoteStage.UNDISPUTED

    def dispute(self) -> None:
        self.room.world.anvil.advance(12)
        self.room.dispute()

    def vote(self, cycle: VotingCycle) -> SealedVote:
        """What a member commits to."""
        assert self.room.stage(cycle) is VoteStage.COMMITTING
        (vote,) = cycle.voter.votes.of(self.room.competition_id)
        return vote

    def result(self, cycle: VotingCycle) -> bytes:
        return self.vote(cycle).result.hash

    def shows_late(self, vote: SealedVote) -> bool:
        """Whether a vote gives `LATE` a score: its own machine's bundle says so."""
        assert vote.result.winner.rank == 1
        return vote.result.winner.image_digest == sha256(LATE)


@pytest.fixture
def members(world: World) -> Members:
    """One image is there for all, and one is late; with both, the late one wins."""
    room = open_courtroom(world, b"no image", sha256(LATE))
    return Members(room)


def test_what_one_member_was_shown_the_others_find_where_it_pinned_it(members: Members) -> None:
    members.private.put(LATE)
    members.room.assert_wrongly()
    with (
        members.member(0, "private") as first,
        members.member(1, "member-0") as second,
        members.member(2, "member-1") as third,
    ):
        for cycle in (first, second, third):
            members.look(cycle)
        members.private.remove(sha256(LATE))
        members.dispute()
        votes = [members.vote(cycle) for cycle in (first, second, third)]
    assert len({vote.result.hash for vote in votes}) == 1
    assert all(members.shows_late(vote) for vote in votes)


def test_served_to_one_member_in_the_last_moment_it_counts_for_that_one_only(
    members: Members,
) -> None:
    members.room.assert_wrongly()
    with ExitStack() as machines:
        first = machines.enter_context(members.member(0, "private"))
        others = [machines.enter_context(members.member(n, "member-0")) for n in (1, 2)]
        for cycle in others:
            members.look(cycle)
        members.private.put(LATE)
        members.look(first)
        members.dispute()
        alone = members.vote(first)
        results = {members.result(cycle) for cycle in others}
    assert members.shows_late(alone)
    assert len(results) == 1 and alone.result.hash not in results, "the majority's view wins"


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        ("before the assertion", True),
        ("before the dispute", True),
        ("after the dispute", False),
        ("after half of the commit window", False),
    ],
)
def test_members_who_watched_agree_about_what_came_late(
    members: Members, moment: str, counts: bool
) -> None:
    room = members.room
    with members.member(0) as first, members.member(1) as second:
        both = (first, second)
        for now in ("before the assertion", "before the dispute"):
            if now == moment:
                room.world.store.put(LATE)
            for cycle in both:
                members.look(cycle)
            if now == "before the assertion":
                room.assert_wrongly()
        members.dispute()
        if moment == "after the dispute":
            room.world.store.put(LATE)
        votes = [members.vote(first)]
        if moment == "after half of the commit window":
            room.world.to_time((room.windows.disputed_at + room.windows.commit_ends) // 2 + 60)
            room.world.store.put(LATE)
        votes.append(members.vote(second))
    assert votes[0].result.hash == votes[1].result.hash
    assert [members.shows_late(vote) for vote in votes] == [counts, counts]


def test_who_did_not_watch_can_vote_against_those_who_did_and_is_told_so(
    members: Members, caplog: pytest.LogCaptureFixture
) -> None:
    members.room.assert_wrongly()
    with ExitStack() as machines:
        first, second, third = (machines.enter_context(members.member(n)) for n in range(3))
        for cycle in (first, second):
            members.look(cycle)
        members.dispute()
        members.room.world.store.put(LATE)
        results = {members.result(cycle) for cycle in (first, second)}
        assert "did not watch" not in caplog.text
        unwatched = members.vote(third)
    assert len(results) == 1 and unwatched.result.hash not in results
    assert members.shows_late(unwatched)
    assert "this machine did not watch before the dispute" in caplog.text


def test_judge_watch_serves_what_it_pinned_as_a_gateway(members: Members) -> None:
    room = members.room
    folder = room.world.folder
    members.private.put(LATE)
    url = f"dir:{folder / 'member-0'},dir:{folder / 'content'},dir:{folder / 'private'}"
    flags = {**room.flags(0), "store.url": url}
    settings = room.world.settings(
        "auditor-0", **{name.replace(".", "__"): value for name, value in flags.items()}
    )
    with open_watch_daemon(settings) as daemon, daemon.api:
        room.world.anvil.finalize()
        daemon.cycle.run()
        members.private.remove(sha256(LATE))
        gateway = GatewayStore(daemon.api.url, deadline_seconds=30)
        assert gateway.get(sha256(LATE), max_bytes=1 << 20) == LATE


# ------------------------------------------------------------- the operator's bundle


def assert_without_late(members: Members) -> Digest:
    """The operator's daemon gives the late image up; returns the digest of its bundle."""
    room = members.room
    room.world.to_time(room.state.judging_ends - 600)
    with room.world.daemon(judge__give_up_after_seconds="0") as daemon:
        for _ in range(SOUND_LOOKS):
            room.world.cycle(daemon)
    room.world.anvil.finalize()
    return Digest(room.state.bundle_digest)


def test_an_operators_bundle_that_only_one_member_can_read_splits_nobody(
    members: Members,
) -> None:
    room = members.room
    with members.member(0, "private") as first, members.member(1) as second:
        for cycle in (first, second):
            members.look(cycle)
        bundle = assert_without_late(members)
        members.private.put(room.world.store.get(bundle, max_bytes=1 << 20))
        room.world.store.remove(bundle)
        for cycle in (first, second):
            members.look(cycle)
        room.world.store.put(LATE)  # its player hid it until now
        for cycle in (first, second):
            members.look(cycle)
        members.dispute()
        votes = [members.vote(cycle) for cycle in (first, second)]
    roots = {vote.result.assertion.ranking_root for vote in votes}
    assert roots == {room.state.ranking_root}, "it was rightly called unavailable"
    assert votes[0].result.hash == votes[1].result.hash


def test_a_bundle_that_calls_a_shown_image_unavailable_does_not_help_a_wrong_ranking(
    members: Members,
) -> None:
    room = members.room
    with members.member(0) as first, members.member(1) as second:
        for cycle in (first, second):
            members.look(cycle)
        room.assert_wrongly(false_bundle(room))
        for cycle in (first, second):
            members.look(cycle)
        room.world.store.put(LATE)
        for cycle in (first, second):
            members.look(cycle)
        members.dispute()
        votes = [members.vote(cycle) for cycle in (first, second)]
    assert all(members.shows_late(vote) for vote in votes)
    assert votes[0].result.hash == votes[1].result.hash


def false_bundle(room: Courtroom) -> Digest:
    """A bundle that calls the second ticket's image unavailable, whatever the ranking says."""
    import rfc8785

    put = room.world.store.put
    flags = int(Flag.DISQUALIFIED | Flag.UNAVAILABLE)
    page = put(rfc8785.dumps({"rows": [{"ticket_id": 2, "flags": flags}]}))
    index = {"version": 2, "pages": ["0x" + page.hex()], "spec": {}, "seed": "", "model_hash": ""}
    return put(rfc8785.dumps(index))


# --------------------------------------------------------------- other ways to differ


def test_a_file_too_large_that_is_taken_away_gets_the_same_flag_from_everybody(
    world: World,
) -> None:
    large = bytes(MAX_IMAGE_BYTES + 1)
    room = open_courtroom(world, picture(1), sha256(large))
    members = Members(room)
    world.store.put(large)
    room.assert_wrongly()
    with members.member(0) as first, members.member(1) as second:
        for cycle in (first, second):
            members.look(cycle)
        members.dispute()
        with_it = members.result(first)
        for folder in ("content", "member-0", "member-1"):
            EmbeddedStore(world.folder / folder).remove(sha256(large))
        assert members.result(second) == with_it


def test_members_settings_change_nothing_in_a_vote(members: Members) -> None:
    room = members.room
    room.world.store.put(LATE)
    room.assert_wrongly()
    room.dispute()
    address = room.world.contract.address
    with members.member(0) as first:
        expected = members.result(first)
    for place, other in ((1, {"chain__contract": address.lower()}), (2, {"judge__threads": "2"})):
        with room.auditor(place, **other) as cycle:
            assert members.result(cycle) == expected, other


def test_a_look_that_ends_in_the_block_of_the_dispute_is_none(members: Members) -> None:
    room = members.room
    room.assert_wrongly()
    with members.member(0) as first:
        room.world.anvil.finalize()
        state, block = room.state, room.world.contract.client.finalized_block()
        room.world.anvil.advance(12)
        room.dispute()
        # The chain's newest block is the dispute's, and the member still works on the one before.
        first.voter.watcher.look(state, block)
        seen = first.voter.watcher.arrivals.of(room.competition_id)
        assert seen.passes[-1] >= room.windows.disputed_at
        assert not seen.looked(room.state.reveal_ends, room.windows.disputed_at)
