"""A node that is gone, late, overloaded, or answers with what is not so."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from oracle.chain.state import Phase
from tests.faults.arena import Arena
from tests.faults.fault import Fault, Inject
from tests.faults.rows.answers import late, status, trickle, truncated
from tests.faults.table import Seats
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS, Exchange, Rule

_SEND = "eth_sendRawTransaction"


def ruled(make: Callable[[Arena], Rule]) -> Inject:
    """The node under one rule, until it is over."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        arena.proxy.rule = make(arena)
        try:
            yield
        finally:
            arena.proxy.heal()

    return inject


def always(fate: Any, *methods: str) -> Inject:
    """One fate for these methods, or for all."""
    return ruled(lambda _: lambda method, __: fate if not methods or method in methods else PASS)


def sometimes(fate: Any, every: int) -> Inject:
    """One fate for each so many-th request."""

    def make(_: Arena) -> Rule:
        numbers = itertools.count(1)
        return lambda method, params: fate if next(numbers) % every == 0 else PASS

    return ruled(make)


def twice(exchange: Exchange) -> None:
    """The node gets the request a second time."""
    answer = exchange.forward()
    exchange.forward()
    exchange.reply(answer)


def nonsense(exchange: Exchange) -> None:
    """The right form, and a result of no use."""
    answer = json.loads(exchange.forward())
    exchange.reply(json.dumps({**answer, "result": "0xzz"}).encode())


def without_last_reveal(exchange: Exchange) -> None:
    """An answer about logs that lacks one."""
    answer = json.loads(exchange.forward())
    found = answer.get("result", [])
    reveals = [log for log in found if len(log["data"]) == 2 + 192]
    answer["result"] = [log for log in found if not reveals or log is not reveals[-1]]
    exchange.reply(json.dumps(answer).encode())


def as_of(head: int, method: str, params: list[Any], arena: Arena) -> Any:
    """What a node answers whose newest block is `head`."""
    if method == "eth_blockNumber":
        return {"result": hex(head)}
    moved = [_moved(one, head) for one in params]
    if method == "eth_getTransactionReceipt":
        found = arena.chain.anvil.rpc(method, *params)
        late_one = found is not None and int(found["blockNumber"], 16) > head
        return {"result": None if late_one else found}
    if moved == params:
        return PASS
    return {"result": arena.chain.anvil.rpc(method, *moved)}


def _moved(one: Any, head: int) -> Any:
    return (
        {"latest": hex(head), "finalized": hex(max(head - 2, 0))}.get(one, one)
        if isinstance(one, str)
        else one
    )


def frozen(arena: Arena) -> Rule:
    """The node stands still at the block that it has now."""
    head = arena.chain.head()
    return lambda method, params: as_of(head, method, params, arena)


def swapped(arena: Arena) -> Rule:
    """Behind one address two nodes take turns; one is twelve blocks behind."""
    numbers = itertools.count()

    def rule(method: str, params: list[Any]) -> Any:
        if next(numbers) % 2:
            return PASS
        return as_of(max(arena.chain.head() - 12, 1), method, params, arena)

    return rule


def not_final(arena: Arena) -> Rule:
    """The chain grows, and nothing becomes final any more."""
    final = hex(max(arena.chain.head() - 2, 0))

    def rule(method: str, params: list[Any]) -> Any:
        if params[:1] != ["finalized"]:
            return PASS
        return {"result": arena.chain.anvil.rpc(method, final, *params[1:])}

    return rule


def at_this_machines_time(make: Callable[[Arena], Rule]) -> Inject:
    """As `ruled`, with the chain at this machine's time: only then a block's age means anything."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        if arena.chain.anvil.time() < time.time():
            arena.chain.anvil.set_time(int(time.time()))
        arena.chain.anvil.finalize()
        ends = time.monotonic() + 20
        while arena.health().status != 200:
            assert time.monotonic() < ends, f"red before there was a fault: {arena.health()}"
            time.sleep(0.1)
        with ruled(make)(arena, seats):
            yield

    return inject


_TWO_NODES = {"chain.rpc_urls": ["{node}"]}

FAULTS = (
    Fault(
        "node-gone",
        "The node takes no request at all.",
        always(DROP_REQUEST),
        Phase.OPENING,
        says="the node does not answer",
        quick=True,
    ),
    Fault(
        "node-loses-requests",
        "Every fourth request is lost.",
        sometimes(DROP_REQUEST, 4),
        Phase.OPENING,
        ends_with=Phase.ASSERTED,
    ),
    Fault(
        "node-loses-answers",
        "Every answer to a send is lost: what was sent is on the chain, and nobody says so.",
        always(DROP_ANSWER, _SEND),
        Phase.OPENING,
        ends_with=Phase.ASSERTED,
        quick=True,
    ),
    Fault(
        "node-takes-twice",
        "The node gets everything that is sent twice.",
        always(twice, _SEND),
        Phase.OPENING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "node-late",
        "Every answer comes after the time-out.",
        always(late(1.5)),
        Phase.SEEDING,
        says="the node does not answer",
    ),
    Fault(
        "node-trickles",
        "Answers come a byte at a time.",
        always(trickle),
        Phase.OPENING,
        says="the node does not answer",
    ),
    Fault(
        "node-truncates",
        "Every third answer breaks off in the middle.",
        sometimes(truncated, 3),
        Phase.OPENING,
        ends_with=Phase.ASSERTED,
    ),
    Fault(
        "node-talks-nonsense",
        "Every answer has the right form, and a result of no use.",
        always(nonsense),
        Phase.OPENING,
        says="the node does not answer",
    ),
    Fault(
        "node-hides-a-log",
        "Answers about logs lack one reveal.",
        always(without_last_reveal, "eth_getLogs"),
        Phase.SEEDING,
        says="the logs hold",
    ),
    Fault(
        "node-429",
        "Every answer is 429, without Retry-After.",
        always(status(429)),
        Phase.OPENING,
        says="HTTP status 429",
    ),
    Fault(
        "node-429-retry-after",
        "Every fourth answer is 429 with Retry-After.",
        sometimes(status(429, {"Retry-After": "1"}), 4),
        Phase.OPENING,
        ends_with=Phase.ASSERTED,
    ),
    Fault(
        "node-503",
        "A web server answers 503 in the node's place.",
        always(status(503)),
        Phase.SEEDING,
        says="HTTP status 503",
    ),
    Fault(
        "node-of-another-chain",
        "The address serves another chain for a while.",
        ruled(
            lambda _: lambda method, __: {"result": "0x539ff"} if method == "eth_chainId" else PASS
        ),
        Phase.REVEALING,
        says="serves chain 342527 now",
    ),
    Fault(
        "nodes-swapped",
        "Two nodes take turns behind one address; one is twelve blocks behind.",
        ruled(swapped),
        Phase.OPENING,
        ends_with=Phase.ASSERTED,
    ),
    Fault(
        "node-frozen",
        "The node stands still and answers as if nothing were wrong.",
        at_this_machines_time(frozen),
        Phase.SELLING,
        says="the newest block is",
        settings={"daemon.head_late_seconds": 6},
    ),
    Fault(
        "node-not-final",
        "The chain grows, and nothing becomes final any more.",
        at_this_machines_time(not_final),
        Phase.SELLING,
        says="the newest final block is",
        settings={"daemon.final_late_seconds": 8},
    ),
    Fault(
        "one-node-of-two-gone",
        "One of two nodes takes no request at all.",
        always(DROP_REQUEST),
        Phase.OPENING,
        ends_with=Phase.FINAL,
        settings=_TWO_NODES,
    ),
    Fault(
        "one-node-of-two-frozen",
        "One of two nodes stands still.",
        ruled(frozen),
        Phase.OPENING,
        ends_with=Phase.FINAL,
        settings=_TWO_NODES,
    ),
)
