"""A stranger's dispute about a training without end keeps no member from its other votes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from oracle.voting.cycle import VotingCycle
from oracle.voting.stage import VoteStage
from scoring.spec import JudgingSpec
from tests.integration.competition_world import World, picture
from tests.integration.quorum_on_chain import deploy_quorum_on
from tests.integration.voting.voting_world import Courtroom
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration

ENDLESS = replace(TINY_COMPETITION, epochs=1_000, augmentations=20)
# After so many steps of one training this test has seen enough of it.
PATIENCE = 300


class TooPatient(Exception):
    """A training went on that had to end."""


@dataclass
class Court:
    """Two wrong rankings, of one quorum: a stranger's that has no end, and an honest one."""

    endless: Courtroom
    honest: Courtroom

    @property
    def world(self) -> World:
        return self.honest.world

    @contextmanager
    def member(self, watch: object) -> Iterator[VotingCycle]:
        """A member's daemon that looks after the others at every step; `watch` is told each."""
        with self.honest.auditor(0, daemon__interval_seconds="0.1") as cycle:
            cycle.interruptible._seconds = 0
            cycle.interruptible._progress = watch  # type: ignore[assignment]
            yield cycle


def open_court(world: World, *specs: JudgingSpec) -> list[Courtroom]:
    """Competitions of one quorum, all wrongly asserted."""
    quorum = deploy_quorum_on(world.deployed)
    rooms = [Courtroom(world, quorum) for _ in specs]
    for room, spec in zip(rooms, specs, strict=True):
        room.competition_id = world.create(
            spec=spec, arbiter=quorum.contract.address, verdict_seconds=quorum.charter.seconds
        )
    with world.daemon() as daemon:
        for room in rooms:
            world.buy(room.competition_id)
        world.to_time(max(room.state.terms.sale_ends for room in rooms))
        world.cycle(daemon)
        for room in rooms:
            world.commit(room.competition_id, picture(1), b"no image")
        world.to_time(max(room.state.open_ends for room in rooms))
        for room in rooms:
            world.reveal(room.competition_id)
        world.to_time(max(room.state.reveal_ends for room in rooms))
        world.cycle(daemon)
        world.anvil.mine(17)
        world.cycle(daemon)
        world.anvil.finalize()
    for room in rooms:
        room.assert_wrongly()
    return rooms


@pytest.fixture
def court(world: World) -> Court:
    return Court(*open_court(world, ENDLESS, TINY_COMPETITION))


def test_a_training_whose_window_is_over_ends_and_the_next_dispute_follows_at_once(
    court: Court, caplog: pytest.LogCaptureFixture
) -> None:
    court.endless.dispute()
    steps = 0

    def watch(stage: str, _done: int, total: int) -> None:
        nonlocal steps
        if stage != "train" or total < 1_000:
            return
        steps += 1
        if steps == 5:
            court.world.to_time(court.endless.windows.commit_ends - 60)
            court.honest.dispute()
        if steps == 20:
            court.world.to_time(court.endless.windows.commit_ends)
        if steps > PATIENCE:
            raise TooPatient

    with court.member(watch) as cycle:
        report = cycle.run()
        assert cycle.stages[court.endless.competition_id] is VoteStage.NOT_WITH_VERDICT
        assert cycle.stages[court.honest.competition_id] is VoteStage.COMMITTING
        assert not report.failed and not report.halted
        assert cycle.metrics.health.report().ok
    (told,) = (record for record in caplog.records if record.message == "given up")
    assert f"competition {court.endless.competition_id} is given up" in told.__dict__["reason"]
    assert 20 <= steps < 25


def test_scoring_whose_window_is_over_ends_too(court: Court) -> None:
    court.honest.dispute()
    scored: list[int] = []

    def watch(stage: str, done: int, _total: int) -> None:
        if stage == "look" and done == 1:
            court.world.to_time(court.honest.windows.commit_ends)
        if stage == "score":
            scored.append(done)

    with court.member(watch) as cycle:
        cycle.run()
        assert cycle.stages[court.honest.competition_id] is VoteStage.NOT_WITH_VERDICT
    assert not scored


def test_a_training_that_cannot_end_in_time_leaves_the_time_to_the_next_dispute(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.daemon.turns.MEASURED_SECONDS", 0.0)
    court.endless.dispute()
    steps = 0

    def watch(stage: str, _done: int, total: int) -> None:
        nonlocal steps
        if stage != "train" or total < 1_000:
            return
        steps += 1
        if steps == 20:
            court.world.to_time(court.endless.windows.commit_ends - 30)
            court.honest.dispute()
        if steps > PATIENCE:
            raise TooPatient

    with court.member(watch) as cycle:
        report = cycle.run()
        assert "others wait" in report.failed[court.endless.competition_id]
        assert cycle.stages[court.endless.competition_id] is VoteStage.RECOMPUTING
        assert cycle.stages[court.honest.competition_id] is VoteStage.COMMITTING
