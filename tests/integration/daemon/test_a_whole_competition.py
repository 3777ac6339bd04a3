"""The daemon takes competitions from creation to every kind of end, under a clock that is moved."""

from __future__ import annotations

import pytest

from oracle.accounts.watch import competition_facts
from oracle.assembly.accounts import open_watch
from oracle.assembly.daemon import open_daemon
from oracle.chain.state import Phase, VoidReason
from oracle.ledger.ledger import Step
from scoring.submission.flags import Flag
from tests.integration.competition_world import PRICE_WEI, TARGET, World, picture
from tests.integration.flaky_proxy import DROP_REQUEST, FlakyProxy

pytestmark = pytest.mark.integration


def refund_everybody(world: World, competition_id: int, forfeited_wei: int = 0) -> None:
    """A stranger has every ticket refunded: every player gets its price and what was forfeited."""
    share = forfeited_wei // world.state(competition_id).sold
    stranger = world.deployed.players[-1]
    client = world.contract.client
    for ticket_id in range(1, world.state(competition_id).sold + 1):
        block = client.latest_block()
        player = world.contract.ticket(competition_id, ticket_id, block).player
        before = client.balance(player)
        world.deployed.act(stranger, world.contract.calls.refund(competition_id, ticket_id))
        assert client.balance(player) == before + PRICE_WEI + share


def void_reason(world: World, competition_id: int) -> VoidReason | None:
    history = world.contract.history(competition_id, world.contract.client.latest_block())
    return history.voided.reason if history.voided else None


def test_the_winner_is_paid_and_every_step_is_taken_once(world: World) -> None:
    competition_id = world.create()
    client = world.contract.client
    standings = list[str]()

    def look(stage: str, done: int, total: int) -> None:
        """What `judge status` says meanwhile."""
        if (stage, done) == ("score", total):
            with open_watch(world.settings()) as watch:
                standings.append(competition_facts(watch, competition_id)["judging"])

    with open_daemon(world.settings(), look) as daemon:
        world.play_until_asserted(daemon, competition_id, picture(1), picture(2))
        state = world.state(competition_id)
        assert state.phase is Phase.ASSERTED
        assert [line.split(",")[0] for line in standings] == ["score 2 of 2"]
        with open_watch(world.settings()) as watch:
            assert "judging" not in competition_facts(watch, competition_id), "it is over"
        winner = world.deployed.players[state.winner_ticket - 1].address
        before = client.balance(winner)
        world.to_time(state.liveness_ends)
        world.cycle(daemon)
        assert client.balance(winner) - before == state.pot - state.pot // 5
        world.cycle(daemon)
        sent = client.nonce(world.deployed.operator.address)
        assert sent == 6, "create, open, fix, pin, assert, finalize"
        assert set(daemon.cycle.ledger.steps(competition_id)) == set(Step) - {
            Step.VOID,
            Step.DISPUTED,
        }
        assert world.cycle(daemon).seen == 0, "what has ended is left alone"
        assert client.nonce(world.deployed.operator.address) == sent
        numbers = daemon.metrics.exposition().decode()
    # The second picture looks like the target, which is remarked and decides nothing.
    for flag in ("none", "like_target"):
        assert f'judge_entries_total{{flag="{flag}"}} 1.0' in numbers
    assert 'judge_fetches_total{outcome="ok"} 3.0' in numbers
    assert 'judge_transactions{state="confirmed"} 6.0' in numbers
    for stage in ("fetch", "train", "score", "publish"):
        assert f'judge_stage_seconds_count{{stage="{stage}"}} 1.0' in numbers


def test_too_few_reveals_void_and_refund(world: World) -> None:
    competition_id = world.create(min_revealed=2)
    with world.daemon() as daemon:
        world.buy(competition_id, 3)
        world.play_until_open(daemon, competition_id)
        world.commit(competition_id, picture(1))
        world.to_time(world.state(competition_id).open_ends)
        world.reveal(competition_id)
        world.to_time(world.state(competition_id).reveal_ends)
        world.cycle(daemon)
        assert void_reason(world, competition_id) is VoidReason.TOO_FEW_REVEALS
        refund_everybody(world, competition_id)
        world.cycle(daemon)
        assert Step.VOID in daemon.cycle.ledger.steps(competition_id)


def test_a_lost_target_secret_is_told_once_and_voids(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    competition_id = world.create(home="another machine")
    world.buy(competition_id)
    with world.daemon() as daemon:
        world.play_until_open(daemon, competition_id)
        world.cycle(daemon)
        assert caplog.text.count("tried again next cycle") == 1
        assert world.state(competition_id).phase is Phase.OPENING
        world.to_time(world.state(competition_id).terms.sale_ends + 3600)
        world.cycle(daemon)
    assert void_reason(world, competition_id) is VoidReason.TARGET_NOT_OPENED
    refund_everybody(world, competition_id)


def test_a_damaged_target_secret_voids_as_well(world: World) -> None:
    competition_id = world.create()
    (secret,) = (world.folder / "operator" / "targets").glob("*.png")
    secret.write_bytes(b"another image")
    with world.daemon() as daemon:
        world.to_time(world.state(competition_id).terms.sale_ends)
        report = world.cycle(daemon)
        assert "does not hold the image" in report.failed[competition_id]
        world.to_time(world.state(competition_id).terms.sale_ends + 3600)
        world.cycle(daemon)
    assert void_reason(world, competition_id) is VoidReason.TARGET_NOT_OPENED


def test_a_silent_oracle_loses_the_competition_and_strangers_refund(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
    world.to_time(world.state(competition_id).judging_ends)
    call = world.contract.calls.void_competition(competition_id)
    world.deployed.act(world.deployed.players[-1], call)
    assert void_reason(world, competition_id) is VoidReason.ORACLE_SILENT
    refund_everybody(world, competition_id, world.state(competition_id).deposit)


def test_a_daemon_that_comes_back_too_late_voids_instead_of_judging(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
    world.to_time(world.state(competition_id).judging_ends)
    with world.daemon() as daemon:
        world.cycle(daemon)
        assert Step.TRAINED not in daemon.cycle.ledger.steps(competition_id)
    assert void_reason(world, competition_id) is VoidReason.ORACLE_SILENT


def test_a_seed_that_was_not_pinned_in_time_voids(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_seeding(daemon, competition_id, picture(1))
        world.to_time(world.state(competition_id).judging_ends)
        world.cycle(daemon)
    assert void_reason(world, competition_id) is VoidReason.SEED_MISSING


def test_when_everybody_is_disqualified_all_get_their_money_back(world: World) -> None:
    competition_id = world.create()
    client, operator = world.contract.client, world.deployed.operator.address
    with world.daemon() as daemon:
        world.play_until_asserted(daemon, competition_id, b"no image", TARGET)
        state = world.state(competition_id)
        assert (state.phase, state.winner_ticket) == (Phase.ASSERTED, 0)
        world.to_time(state.liveness_ends)
        world.cycle(daemon)
        assert void_reason(world, competition_id) is VoidReason.NO_WINNER
        assert world.contract.credit(operator, client.latest_block()) == state.bond + state.deposit
        refund_everybody(world, competition_id)
        numbers = daemon.metrics.exposition().decode()
    assert f'judge_entries_total{{flag="{Flag.TARGET_COPY.name.lower()}"}} 1.0' in numbers


def test_dry_mode_does_the_work_once_and_sends_nothing(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
    operator = world.deployed.operator.address
    before = world.contract.client.nonce(operator)
    with world.daemon("watcher", signer__key_file="") as daemon:
        for _ in range(2):
            report = world.cycle(daemon)
            assert (report.failed, report.halted) == ({}, {})
        steps = daemon.cycle.ledger.steps(competition_id)
        assert Step.BUNDLE_PINNED in steps
        assert Step.ASSERTION_SENT not in steps
        assert 'stage="train"} 1.0' in daemon.metrics.exposition().decode()
    assert world.contract.client.nonce(operator) == before
    assert world.state(competition_id).phase is Phase.JUDGING


def test_a_watcher_that_computes_something_else_halts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.daemon.trouble.DISAGREEMENTS", 1)
    monkeypatch.setattr("oracle.daemon.trouble.DISAGREES_SECONDS", 0)
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        with world.daemon("watcher", signer__key_file="") as watcher:
            world.cycle(watcher)
            ledger = watcher.cycle.ledger
            facts = dict(ledger.steps(competition_id)[Step.BUNDLE_PINNED].data)
            ledger.record_step(
                competition_id, Step.BUNDLE_PINNED, facts | {"ranking_root": "00" * 32}
            )
            world.cycle(daemon)
            assert "this daemon computed" in world.cycle(watcher).halted[competition_id]


def test_other_competitions_go_on_in_the_middle_of_a_training(world: World) -> None:
    first, second = world.create(), 0
    seen = set()

    def sale_ends_meanwhile(stage: str, done: int, total: int) -> None:
        if stage == "train" and world.state(second).phase is Phase.SELLING:
            world.to_time(world.state(second).terms.sale_ends)
        seen.add((stage, world.state(second).phase))

    settings = world.settings(daemon__interval_seconds="0.1")
    with open_daemon(settings, sale_ends_meanwhile) as daemon:
        world.play_until_judging(daemon, first, picture(1))
        second = world.create()
        world.cycle(daemon)
    assert ("train", Phase.OPENING) in seen
    assert ("score", Phase.OPEN) in seen
    assert world.state(first).phase is Phase.ASSERTED


def test_trouble_in_such_a_pass_does_not_break_the_judging_off(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy:

        def outage(stage: str, done: int, total: int) -> None:
            if stage == "train":
                proxy.drop(DROP_REQUEST, "eth_getBlockByNumber")
            else:
                proxy.heal()

        settings = world.settings(chain__rpc_url=proxy.url, daemon__interval_seconds="0.1")
        with open_daemon(settings, outage) as daemon:
            world.play_until_asserted(daemon, competition_id, picture(1))
    assert "pass failed" in caplog.text
    assert world.state(competition_id).phase is Phase.ASSERTED


def test_somebody_elses_competition_is_left_alone(world: World) -> None:
    competition_id = world.create()
    stranger = world.folder / "stranger.key"
    stranger.touch(mode=0o600)
    stranger.write_text(world.deployed.players[0].key)
    world.to_time(world.state(competition_id).terms.sale_ends)
    with world.daemon("stranger", signer__key_file=str(stranger)) as daemon:
        assert world.cycle(daemon).seen == 0
        assert world.cycle(daemon).seen == 0
    assert world.state(competition_id).phase is Phase.OPENING
