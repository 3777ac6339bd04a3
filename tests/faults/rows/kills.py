"""A daemon that is killed: after each step, and inside each of its sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes

from oracle.assembly.accounts import open_watch
from oracle.chain.state import Phase
from oracle.ledger.ledger import Step
from tests.faults.arena import Arena
from tests.faults.fault import Fault, Inject
from tests.faults.table import Seats
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS

_SENDS = 5  # openTarget, fixSeedBlock, pinSeed, assertRanking, finalize


class Killer:
    """Kills the daemon once at each call of one competition, where a request shows it."""

    def __init__(self, arena: Arena, seats: Seats, method: str, fate: object) -> None:
        self.done: set[str] = set()
        self._arena, self._seats = arena, seats
        self._method, self._fate = method, fate
        self._killed = threading.Event()
        self._runs = True

    def rule(self, method: str, params: list[Any]) -> Any:
        """On the proxy's thread: what the daemon asks for just now may be its last request."""
        if method != self._method:
            return PASS
        data = _calldata(method, params)
        if data[4:36] != self._seats.id.to_bytes(32, "big") or data[:4].hex() in self.done:
            return PASS
        if not self._runs:
            return DROP_REQUEST  # it is still starting; it will come again
        self.done.add(data[:4].hex())
        self._runs = False
        if self._fate is not DROP_ANSWER:
            self._arena.kill_daemon()
        self._killed.set()
        return self._fate

    def look_after(self) -> None:
        """On the harness's thread: starts the daemon again."""
        if self._killed.is_set():
            self._killed.clear()
            self._arena.restart_daemon()
            self._runs = True


def _calldata(method: str, params: list[Any]) -> bytes:
    if method == "eth_sendRawTransaction":
        return bytes(TypedTransaction.from_bytes(HexBytes(params[0])).as_dict()["data"])
    return bytes.fromhex(params[0]["data"].removeprefix("0x"))


def at_each(method: str, fate: object) -> Inject:
    """A kill at the first such request of every call."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        killer = Killer(arena, seats, method, fate)
        arena.proxy.rule = killer.rule
        arena.hooks.append(killer.look_after)
        try:
            yield
        finally:
            arena.hooks.remove(killer.look_after)
            arena.proxy.heal()
            killer.look_after()
        assert len(killer.done) == _SENDS, "it was not killed at every send"

    return inject


@contextmanager
def after_each_step(arena: Arena, seats: Seats) -> Iterator[None]:
    """A kill as soon as the ledger has a new step of the first competition."""
    known: set[Step] = set()

    def kill() -> None:
        with open_watch(arena.settings()) as watch:
            steps = set(watch.ledger.steps(seats.id))
        if steps - known:
            known.update(steps)
            arena.restart_daemon()

    arena.hooks.append(kill)
    try:
        yield
    finally:
        arena.hooks.remove(kill)
    assert Step.TRAINED in known and Step.ASSERTION_SENT in known


FAULTS = (
    Fault(
        "killed-after-steps",
        "The daemon is killed whenever its ledger has a new step.",
        after_each_step,
        Phase.SELLING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "killed-before-intent",
        "It is killed when it is about to plan each of its transactions.",
        at_each("eth_estimateGas", DROP_REQUEST),
        Phase.SELLING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "killed-before-sending",
        "It is killed with each transaction signed and written down, and not sent.",
        at_each("eth_sendRawTransaction", DROP_REQUEST),
        Phase.SELLING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "killed-after-sending",
        "It is killed when each transaction was sent, and it was not told so.",
        at_each("eth_sendRawTransaction", DROP_ANSWER),
        Phase.SELLING,
        ends_with=Phase.FINAL,
    ),
)
