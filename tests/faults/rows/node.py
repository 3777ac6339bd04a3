"""A node that is gone, late, overloaded, or answers with what is not so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from oracle.chain.state import Phase
from tests.faults.arena import Arena
from tests.faults.fault import Fault, Inject
from tests.faults.table import Seats
from tests.integration.flaky_proxy import DROP_ANSWER, DROP_REQUEST, PASS, Rule


def ruled(rule: Rule) -> Inject:
    """The node under one rule, until it is over."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        arena.proxy.rule = rule
        try:
            yield
        finally:
            arena.proxy.heal()

    return inject


def always(fate: Any, *methods: str) -> Inject:
    """One fate for these methods, or for all."""
    return ruled(lambda method, params: fate if not methods or method in methods else PASS)


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
        "node-drops-answers",
        "Every answer to a send is lost: what was sent is on the chain, and nobody says so.",
        always(DROP_ANSWER, "eth_sendRawTransaction"),
        Phase.OPENING,
        ends_with=Phase.ASSERTED,
        quick=True,
    ),
    Fault(
        "node-of-another-chain",
        "The address serves another chain for a while.",
        ruled(lambda method, _: {"result": "0x539ff"} if method == "eth_chainId" else PASS),
        Phase.REVEALING,
        says="serves chain 342527 now",
    ),
)
