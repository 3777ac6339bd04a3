"""Outages, lying nodes, reorgs, damaged files, defects: the daemon continues, or calls a human."""

from __future__ import annotations

import copy
import dataclasses
import os
import signal
from functools import partial
from typing import Any

import pytest
import requests
from sqlalchemy import select

from oracle.assembly.accounts import ledger_of
from oracle.assembly.daemon import open_daemon
from oracle.assembly.parts import work_dir
from oracle.chain.abi import competition_abi
from oracle.chain.state import Phase
from oracle.daemon.work_folder import hold_work_folder
from oracle.errors import NeedsHuman, RetryLater
from oracle.ledger.ledger import Step
from oracle.ledger.schema import writers
from oracle.ledger.standby import once_free
from oracle.sandbox.decoder import SandboxedDecoder
from scoring.digest import Digest
from scoring.judge import train
from scoring.submission.flags import Flag, InvalidSubmission
from scoring.submission.image import decode_submission
from tests.integration.competition_world import World, picture
from tests.integration.flaky_proxy import DROP_REQUEST, PASS, FlakyProxy
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration


def assertions(world: World, competition_id: int) -> int:
    """Transactions of the operator that asserted a ranking, found in the blocks themselves."""
    selector = competition_abi().functions["assertRanking"].selector
    found = 0
    for number in range(world.contract.client.latest_block().number + 1):
        block = world.anvil.rpc("eth_getBlockByNumber", hex(number), True)
        found += sum(t["input"].startswith("0x" + selector.hex()) for t in block["transactions"])
    return found


def test_a_node_that_drops_out_in_the_middle_is_tried_again_next_cycle(world: World) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        proxy.drop(DROP_REQUEST, "eth_getLogs", times=9)
        assert "did not answer" in world.cycle(daemon).failed[competition_id]
        proxy.drop(DROP_REQUEST, "eth_sendRawTransaction")
        assert competition_id in world.cycle(daemon).failed
        assert world.state(competition_id).phase is Phase.JUDGING
        proxy.drop(DROP_REQUEST, "eth_getBlockByNumber")
        with pytest.raises(RetryLater):
            world.cycle(daemon)
        proxy.heal()
        world.cycle(daemon)
        assert world.state(competition_id).phase is Phase.ASSERTED
        assert 'stage="train"} 1.0' in daemon.metrics.exposition().decode(), "judged once"
    assert assertions(world, competition_id) == 1


def test_a_node_that_hides_a_reveal_halts_the_competition_until_it_is_resumed(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr("oracle.daemon.trouble.DISAGREEMENTS", 3)
    monkeypatch.setattr("oracle.daemon.trouble.DISAGREES_SECONDS", 0)
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))

        def hide_the_last_log(method: str, params: list[Any]) -> object:
            if method != "eth_getLogs":
                return PASS
            request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            found = requests.post(world.anvil.url, json=request, timeout=10).json()["result"]
            reveals = [log for log in found if len(log["data"]) == 2 + 192]
            return {
                "result": [log for log in found if log is not reveals[-1]] if reveals else found
            }

        proxy.rule = hide_the_last_log
        for _ in range(2):
            assert "the logs hold" in world.cycle(daemon).failed[competition_id], "read again"
        assert daemon.cycle.ledger.halts() == {}
        assert "the logs hold" in world.cycle(daemon).halted[competition_id]
        proxy.heal()
        assert competition_id in world.cycle(daemon).halted, "only a human lets it go on"
        assert caplog.text.count("needs a human") == 1
        (problem,) = daemon.metrics.health.report().problems
        assert problem.startswith(f"competition {competition_id} needs a human: the logs hold")
        daemon.cycle.ledger.resume(competition_id)
        assert world.cycle(daemon).halted == {}
        assert "continues" in caplog.text
    assert world.state(competition_id).phase is Phase.ASSERTED


def test_another_chains_answers_stop_the_cycle_and_leave_nothing_behind(world: World) -> None:
    competition_id = world.create()
    with FlakyProxy(world.anvil.url) as proxy, world.daemon(chain__rpc_url=proxy.url) as daemon:
        world.buy(competition_id)
        world.to_time(world.state(competition_id).terms.sale_ends)
        asked = len(proxy.seen)
        proxy.rule = lambda method, params: {"result": "0x539"} if method == "eth_chainId" else PASS
        with pytest.raises(RetryLater, match="serves chain 1337 now"):
            world.cycle(daemon)
        assert proxy.seen[asked:] == ["eth_chainId"], "nothing else is asked of such a node"
        assert "serves chain 1337" in daemon.metrics.health.report().problems[0]
        proxy.heal()
        world.cycle(daemon)
        assert daemon.metrics.health.report().problems == ()
    assert world.state(competition_id).phase is Phase.OPEN


def test_an_assertion_that_is_reorganised_away_is_sent_again_and_stands_once(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        daemon.cycle.run()
        assert world.state(competition_id).phase is Phase.ASSERTED
        world.anvil.reorg(1)
        assert world.state(competition_id).phase is Phase.JUDGING
        daemon.cycle.run()
        world.cycle(daemon)
        assert world.state(competition_id).phase is Phase.ASSERTED
        assert 'stage="train"} 1.0' in daemon.metrics.exposition().decode()
    assert assertions(world, competition_id) == 1


def test_a_restart_while_the_assertion_waits_sends_the_same_one(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))
        world.anvil.set_automine(False)
        daemon.cycle.run()
    with world.daemon() as daemon:
        daemon.cycle.run()
        assert 'stage="train"}' not in daemon.metrics.exposition().decode(), "not judged again"
        world.anvil.set_automine(True)
        world.anvil.finalize()
        world.cycle(daemon)
    assert world.state(competition_id).phase is Phase.ASSERTED
    assert assertions(world, competition_id) == 1


def killed_after_training(world: World, competition_id: int) -> None:
    """The state that a kill between training and publishing leaves."""
    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1), picture(2))

        def killed(block: bytes) -> Digest:
            raise KeyboardInterrupt

        store = copy.copy(daemon.cycle.steps.judging.store)
        store.put = killed  # type: ignore[method-assign]
        judging = dataclasses.replace(daemon.cycle.steps.judging, store=store)
        daemon.cycle.steps.judging = judging
        with pytest.raises(KeyboardInterrupt):
            world.cycle(daemon)
        done = set(daemon.cycle.ledger.steps(competition_id))
        assert Step.TRAINED in done and Step.SCORED not in done


def kept_model_hash(world: World, competition_id: int) -> bytes:
    with world.daemon() as daemon:
        trained = daemon.cycle.ledger.steps(competition_id)[Step.TRAINED]
    return bytes.fromhex(trained.data["model_hash"])


def test_a_kept_model_is_taken_up_again(world: World) -> None:
    competition_id = world.create()
    killed_after_training(world, competition_id)
    with world.daemon() as daemon:
        trained = daemon.cycle.ledger.steps(competition_id)[Step.TRAINED]
        assert len(trained.data["model_hash"]) == 64
        world.cycle(daemon)
        world.cycle(daemon)
    assert world.state(competition_id).model_hash.hex() == trained.data["model_hash"]


@pytest.mark.parametrize("harm", ["damaged", "replaced", "gone"])
def test_a_kept_model_that_is_not_the_ledgers_is_trained_again(world: World, harm: str) -> None:
    competition_id = world.create()
    killed_after_training(world, competition_id)
    (path,) = (world.folder / "operator" / "models").glob("*.checkpoint")
    wanted = kept_model_hash(world, competition_id)
    if harm == "damaged":
        path.write_bytes(path.read_bytes()[:-1])
    elif harm == "replaced":
        path.unlink()
        train(decode_submission(picture(9)), TINY_COMPETITION, bytes(32), checkpoint=path)
    else:
        path.unlink()
    with world.daemon() as daemon:
        world.cycle(daemon)
        world.cycle(daemon)
    assert world.state(competition_id).model_hash == wanted


def test_a_machine_that_does_not_reproduce_its_own_training_stops(world: World) -> None:
    competition_id = world.create()
    killed_after_training(world, competition_id)
    (path,) = (world.folder / "operator" / "models").glob("*.checkpoint")
    path.unlink()
    with world.daemon() as daemon:
        ledger = daemon.cycle.ledger
        ledger.record_step(competition_id, Step.TRAINED, {"model_hash": "11" * 32})
        assert "training again gave another model" in world.cycle(daemon).halted[competition_id]


def test_a_defect_met_in_one_competition_does_not_stop_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = world.create(), world.create()
    with world.daemon() as daemon:

        def explode(data: bytes) -> Any:
            raise RuntimeError("a defect")

        world.buy(second, 1)
        world.play_until_judging(daemon, first, picture(1))
        judging = dataclasses.replace(daemon.cycle.steps.judging, decode=explode)
        daemon.cycle.steps.judging = judging
        for _ in range(3):
            assert world.cycle(daemon).failed[first] == "RuntimeError: a defect"
        assert caplog.text.count("Traceback") == 1
        assert world.state(second).target_digest == world.state(first).target_digest, "opened too"
        world.to_time(world.state(first).judging_ends)
        world.cycle(daemon)
    assert world.state(first).phase is Phase.VOID


def test_an_image_that_decodes_only_once_is_tried_again(world: World) -> None:
    competition_id = world.create()
    with world.daemon() as daemon, SandboxedDecoder() as decoder:
        asked: list[bytes] = []

        def flaky(data: bytes) -> Any:
            asked.append(data)
            if len(asked) == 3:  # target, first pass, second pass
                raise InvalidSubmission(Flag.CORRUPT)
            return decoder.decode(data)

        world.play_until_judging(daemon, competition_id, picture(1))
        judging = dataclasses.replace(daemon.cycle.steps.judging, decode=flaky)
        daemon.cycle.steps.judging = judging
        assert "decoded once" in world.cycle(daemon).failed[competition_id]
        assert world.cycle(daemon).failed == {}
    assert world.state(competition_id).winner_ticket == 1


def test_a_second_daemon_on_the_same_ledger_is_refused(world: World) -> None:
    with world.daemon(), pytest.raises(NeedsHuman, match="another judge process"), world.daemon():
        pass


@pytest.mark.parametrize("standby", [False, True])
def test_who_may_not_work_in_the_folder_does_not_take_the_right_to_send(
    world: World, monkeypatch: pytest.MonkeyPatch, standby: bool
) -> None:
    settings = world.settings()

    def fence() -> int | None:
        with ledger_of(settings, world.contract) as ledger, ledger._engine.connect() as connection:
            found: int | None = connection.execute(select(writers.c.fence)).scalar()
            return found

    def stop(_: float) -> None:
        raise InterruptedError

    monkeypatch.setattr("oracle.assembly.daemon.once_free", partial(once_free, sleep=stop))
    with world.daemon():
        pass
    before = fence()
    # As after a database lost its lock with the connection: the ledger looks free.
    with hold_work_folder(work_dir(settings)):
        refused = pytest.raises(InterruptedError if standby else NeedsHuman)
        with refused, open_daemon(settings, standby=standby):
            pass
    assert before is not None and fence() == before


def test_a_bond_above_the_signers_limit_calls_a_human(world: World) -> None:
    competition_id = world.create()
    with world.daemon(signer__max_bond_eth="0") as daemon:
        world.play_until_judging(daemon, competition_id, picture(1))
        assert "at most 0 wei" in world.cycle(daemon).halted[competition_id]
    with world.daemon() as daemon:
        daemon.cycle.ledger.resume(competition_id)
        world.cycle(daemon)
    assert world.state(competition_id).phase is Phase.ASSERTED


def test_a_stop_in_the_middle_of_a_training_is_quick_and_loses_nothing(world: World) -> None:
    competition_id = world.create(spec=dataclasses.replace(TINY_COMPETITION, epochs=10_000))

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "train" and done > 1:
            os.kill(os.getpid(), signal.SIGTERM)

    with world.daemon() as daemon:
        world.play_until_judging(daemon, competition_id, picture(1))
    with open_daemon(world.settings(), stop) as daemon:
        daemon.run()
        done = set(daemon.cycle.ledger.steps(competition_id))
    assert Step.FETCHED in done
    assert Step.TRAINED not in done
    assert world.state(competition_id).phase is Phase.JUDGING
