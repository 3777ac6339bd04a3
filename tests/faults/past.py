"""A long past on a real node: how long the daemon takes to catch up, and each cycle after that.

`python -m tests.faults.past [--competitions 10000]`. Each competition sells four tickets, is voided
and refunded: ten events. Ends well when the goals below hold.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import click
import requests

from oracle.assembly.daemon import open_daemon
from oracle.chain.calls import Call
from oracle.chain.state import ZERO_ADDRESS, Terms
from oracle.settings.config import load_settings
from scoring.digest import sha256
from tests.faults.chain import CHAIN_ID, RICH_WEI, FaultChain

TICKETS = 4
GOING_ON = 5
SALE_SECONDS = 600
PRICE_WEI = 10**15
BLOCK_OF = 500  # transactions
MOST_FIRST_SECONDS = 30.0
MOST_LATER_SECONDS = 1.0
# Of the daemon's memory between a fresh one and one that has caught up.
MOST_GROWTH_MIB = 100.0


@dataclass(frozen=True)
class PastFigures:
    """What one run measured, by the clock on the wall."""

    competitions: int
    events: int
    first_seconds: float
    later_seconds: float  # the median of five
    restart_seconds: float  # the first cycle of a daemon that knows the past
    status_seconds: float  # of `judge status`, its start included
    growth_mib: float


class Crowd:
    """Sends many transactions in few requests, from accounts that the node signs for."""

    def __init__(self, chain: FaultChain) -> None:
        self.chain = chain
        self._session = requests.Session()
        self._session.trust_env = False
        self._nonces: dict[str, int] = {}
        chain.anvil.rpc("anvil_impersonateAccount", chain.operator.address)
        for account in (chain.operator.address, *chain.players):
            chain.anvil.set_balance(account, 10 * RICH_WEI)

    def act(self, calls: Iterable[tuple[str, Call]]) -> None:
        """Mines what everybody sends, in blocks. Raises AssertionError where any of it fails."""
        anvil = self.chain.anvil
        anvil.set_automine(False)
        remaining = iter(calls)
        while batch := list(islice(remaining, BLOCK_OF)):
            sent = self._ask("eth_sendTransaction", [[self._numbered(*item)] for item in batch])
            anvil.mine()
            (last,) = self._ask("eth_getTransactionReceipt", [[sent[-1]]])
            receipts = self._ask("eth_getBlockReceipts", [[last["blockNumber"]]])[0]
            good = [receipt for receipt in receipts if receipt["status"] == "0x1"]
            assert len(good) == len(batch), f"{len(batch) - len(good)} transactions failed"
        anvil.set_automine(True)

    def _numbered(self, sender: str, call: Call) -> dict[str, str]:
        """A transaction with its nonce: the node takes up the requests of a batch side by side."""
        nonce = self._nonces.get(sender)
        if nonce is None:
            nonce = int(self.chain.anvil.rpc("eth_getTransactionCount", sender, "latest"), 16)
        self._nonces[sender] = nonce + 1
        return _transaction(sender, call) | {"nonce": hex(nonce)}

    def _ask(self, method: str, each: list[list[Any]]) -> list[Any]:
        requests_ = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, params in enumerate(each)
        ]
        answers = self._session.post(self.chain.anvil.url, json=requests_, timeout=120).json()
        refused = [answer for answer in answers if "result" not in answer]
        assert not refused, refused[0]
        return [answer["result"] for answer in sorted(answers, key=lambda answer: answer["id"])]


def make_past(chain: FaultChain, count: int) -> None:
    """So many voided and refunded competitions, and a few that go on."""
    crowd, calls, operator = Crowd(chain), chain.contract.calls, chain.operator.address
    players = [chain.players[n % len(chain.players)] for n in range(TICKETS)]
    numbers = range(1, count + 1)
    # Long enough that all of them are sold to before any sale ends.
    sale_ends = chain.anvil.time() + SALE_SECONDS + 20 * count
    terms = [_terms(chain, number, sale_ends) for number in numbers]
    crowd.act((operator, calls.create_competition(each)) for each in terms)
    crowd.act((player, calls.buy_ticket(n, PRICE_WEI)) for n in numbers for player in players)
    opening = chain.contract.opening_seconds(chain.contract.client.latest_block())
    chain.anvil.set_time(sale_ends + opening + 1)
    crowd.act((operator, calls.void_competition(n)) for n in numbers)
    crowd.act(
        (player, calls.refund(n, ticket))
        for n in numbers
        for ticket, player in enumerate(players, start=1)
    )
    later = chain.anvil.time() + 10**6
    going_on = range(count + 1, count + GOING_ON + 1)
    crowd.act((operator, calls.create_competition(_terms(chain, n, later))) for n in going_on)
    chain.anvil.finalize()


def measure(chain: FaultChain, count: int, folder: Path) -> PastFigures:
    """Catches up, goes on, starts again, and asks for the status as a person would."""
    flags = _flags(chain, folder)
    with open_daemon(load_settings(None, {}, flags)) as daemon:
        before = _memory_mib()
        first = _seconds(daemon.cycle.run)
        growth = _memory_mib() - before
        later = []
        for _ in range(5):
            chain.anvil.mine()
            later.append(_seconds(daemon.cycle.run))
    with open_daemon(load_settings(None, {}, flags)) as daemon:
        restart = _seconds(daemon.cycle.run)
        assert daemon.cycle.run().seen == GOING_ON
    settings = [word for name, value in flags.items() for word in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "oracle", *settings, "status", "--json"]
    started = time.monotonic()
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    status = time.monotonic() - started
    assert len(json.loads(answer.stdout)) >= GOING_ON
    events = count * (2 + 2 * TICKETS)
    return PastFigures(count, events, first, statistics.median(later), restart, status, growth)


def _terms(chain: FaultChain, number: int, sale_ends: int) -> Terms:
    return Terms(
        target_commitment=sha256(b"target %d" % number),
        spec_digest=sha256(b"spec"),
        ticket_price=PRICE_WEI,
        sale_ends=sale_ends,
        open_seconds=3600,
        reveal_seconds=3600,
        judging_seconds=3600,
        liveness_seconds=3600,
        verdict_seconds=86_400,
        min_revealed=1,
        max_tickets=TICKETS,
        arbiter=chain.arbiter,
        studio=ZERO_ADDRESS,
        prompt_limit=0,
        beacon=ZERO_ADDRESS,
    )


def _transaction(sender: str, call: Call) -> dict[str, str]:
    return {
        "from": sender,
        "to": call.to or "",
        "data": "0x" + call.data.hex(),
        "value": hex(call.value_wei),
        "gas": hex(600_000),
    }


def _flags(chain: FaultChain, folder: Path) -> dict[str, Any]:
    key_file = folder / "operator.key"
    key_file.touch(mode=0o600)
    key_file.write_text(chain.operator.key)
    return {
        "chain.rpc_url": chain.anvil.url,
        "chain.chain_id": str(CHAIN_ID),
        "chain.contract": chain.contract.address,
        "store.url": f"dir:{folder / 'content'}",
        "judge.work_dir": str(folder / "work"),
        "judge.threads": "1",
        "ledger.url": f"sqlite:///{folder}/ledger.sqlite",
        "signer.key_file": str(key_file),
        "api.port": "0",
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _memory_mib() -> float:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@click.command()
@click.option("--competitions", default=10_000, show_default=True)
def main(competitions: int) -> None:
    """Makes a past, measures, and holds it to the goals."""
    folder = Path(tempfile.mkdtemp(prefix="judge-past-"))
    with FaultChain("--gas-limit", str(2 * 10**9)) as chain:
        seconds = _seconds(lambda: make_past(chain, competitions))
        click.echo(f"{competitions} past competitions made in {seconds:.0f} s", err=True)
        figures = measure(chain, competitions, folder)
    click.echo(json.dumps(asdict(figures), indent=2))
    assert figures.first_seconds < MOST_FIRST_SECONDS, figures
    assert figures.later_seconds < MOST_LATER_SECONDS, figures
    assert figures.growth_mib < MOST_GROWTH_MIB, figures


if __name__ == "__main__":
    main()
