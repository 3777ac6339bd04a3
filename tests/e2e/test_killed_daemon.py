"""A daemon that is killed after each of its steps still finishes a competition, exactly once."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from oracle.accounts.plan import Plan
from oracle.accounts.player import Player
from oracle.accounts.watch import Watch
from oracle.assembly.accounts import open_operator, open_player, open_watch
from oracle.chain.abi import competition_abi
from oracle.chain.state import Phase
from oracle.devnet.network import Devnet
from oracle.ledger.ledger import Step
from scoring.submission.prepare import encode_png
from tests.tiny_specs import TINY_COMPETITION

pytestmark = [pytest.mark.e2e, pytest.mark.slow]  # it starts the daemon eleven times

KILLED_AFTER = [step for step in Step if step not in (Step.VOID, Step.DISPUTED)]
ONCE = ("openTarget", "fixSeedBlock", "pinSeed", "assertRanking", "finalize")


def picture(seed: int) -> bytes:
    import numpy as np

    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return encode_png(blocks.repeat(64, axis=0).repeat(64, axis=1))


class Table:
    """Operator and players, who move when it is their turn; the clock follows them."""

    def __init__(self, devnet: Devnet, exit_stack: ExitStack) -> None:
        self._devnet = devnet
        with open_operator(devnet.settings("operator")) as operator:
            quorum = devnet.quorum_address
            plan = Plan(
                picture(0), TINY_COMPETITION, 10**16, 600, 3600, 1800, 3600, 3600, 2, arbiter=quorum
            )
            self.id, _ = operator.create(plan)
        self.players: list[Player] = []
        for name, account in zip(("ada", "ben"), devnet.player_accounts, strict=False):
            devnet.write_settings(name, account)
            player = exit_stack.enter_context(open_player(devnet.settings(name)))
            player.buy(self.id)
            self.players.append(player)
        self._moved: set[Phase] = set()

    def move(self, watch: Watch, may_end: bool) -> None:
        """Does what the phase asks of players and clock, once."""
        state = watch.contract.state(self.id, watch.contract.client.latest_block())
        waits = {
            Phase.SEEDING: not state.seed_block,
            Phase.ASSERTED: not may_end,
        }
        if state.phase in self._moved or waits.get(state.phase):
            return
        self._moved.add(state.phase)
        match state.phase:
            case Phase.SELLING:
                self._devnet.move_clock_to(state.terms.sale_ends)
            case Phase.OPEN:
                for number, player in enumerate(self.players, start=1):
                    player.submit(self.id, picture(number))
                self._devnet.move_clock_to(state.open_ends)
            case Phase.REVEALING:
                for player in self.players:
                    player.reveal(self.id)
                self._devnet.move_clock_to(state.reveal_ends)
            case Phase.SEEDING:
                self._devnet.anvil.mine(17)
            case Phase.ASSERTED:
                self._devnet.move_clock_to(state.liveness_ends)


def transactions_of(devnet: Devnet) -> Counter[str]:
    """What the operator's transactions called, from the blocks themselves."""
    functions = competition_abi().functions.items()
    names = {"0x" + item.selector.hex(): name for name, item in functions}
    called: Counter[str] = Counter()
    head = int(devnet.anvil.rpc("eth_blockNumber"), 16)
    for number in range(head + 1):
        block = devnet.anvil.rpc("eth_getBlockByNumber", hex(number), True)
        for sent in block["transactions"]:
            if sent["from"].lower() == devnet.operator_account.address.lower():
                called[names.get(sent["input"][:10], "another")] += 1
    return called


@pytest.mark.timeout(1200)
def test_a_daemon_killed_after_every_step_finishes_once(tmp_path: Path) -> None:
    to_be_killed = list(KILLED_AFTER)
    with Devnet(tmp_path / "devnet") as devnet, ExitStack() as exit_stack:
        table = Table(devnet, exit_stack)
        watch = exit_stack.enter_context(open_watch(devnet.settings("operator")))
        devnet.start_daemon()
        ends = time.monotonic() + 540
        while to_be_killed:
            assert time.monotonic() < ends, f"the daemon never came to {to_be_killed[0].name}"
            if to_be_killed[0] in watch.ledger.steps(table.id):
                devnet.kill_daemon()
                to_be_killed.pop(0)
                devnet.start_daemon()
            table.move(watch, may_end=Step.ASSERTED not in to_be_killed)
            time.sleep(0.01)
        time.sleep(3)  # a few cycles more, in which nothing may happen
        devnet.stop_daemon()
        called = transactions_of(devnet)
        assert {name: called[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
        assert called["withdraw"] == 1, "the credit of bond and deposit, by itself"
        assert called.total() == len(ONCE) + 5, "creation, and the three contracts' own"
        final = watch.contract.state(table.id, watch.contract.client.latest_block())
        assert final.phase is Phase.FINAL
        log = (devnet.folder / "daemon.log").read_text()
        assert '"message": "stopped"' in log
        assert "Traceback" not in log
        assert devnet.operator_account.key.removeprefix("0x") not in log
