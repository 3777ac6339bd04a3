"""What happens on a healthy chain: reorganisations, high fees, an empty account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from oracle.chain.state import Phase
from tests.faults.arena import Arena
from tests.faults.chain import RICH_WEI
from tests.faults.fault import Fault, Inject
from tests.faults.table import Seats

_NOT_FINAL = 2  # newest blocks that a chain may still replace
_SPIKE_WEI = 500 * 10**9


class Reorganiser:
    """Takes each transaction of some accounts off the chain once, while it is not final."""

    def __init__(self, arena: Arena, of_operator: bool) -> None:
        self.done: set[str] = set()
        self._arena = arena
        self._of_operator = of_operator

    def look(self) -> None:
        head = self._arena.chain.head()
        for number in range(max(head - _NOT_FINAL + 1, 0), head + 1):
            new = [call for call in map(self._call, self._sent(number)) if call not in self.done]
            if new:
                self.done.update(new)
                self._arena.chain.anvil.reorg(head - number + 1)
                return

    def _sent(self, number: int) -> list[dict[str, Any]]:
        operator = self._arena.chain.operator.address.lower()
        return [
            sent
            for sent in self._arena.chain.block(number)["transactions"]
            if (sent["from"].lower() == operator) == self._of_operator
        ]

    def _call(self, sent: dict[str, Any]) -> str:
        # What is done, in which competition, and for a player by whom.
        return sent["from"] + sent["input"][:74]


def reorganised(of_operator: bool, at_least: int) -> Inject:
    """Each transaction goes once; at least so many must have."""

    @contextmanager
    def inject(arena: Arena, seats: Seats) -> Iterator[None]:
        reorganiser = Reorganiser(arena, of_operator)
        arena.hooks.append(reorganiser.look)
        try:
            yield
        finally:
            arena.hooks.remove(reorganiser.look)
        assert len(reorganiser.done) >= at_least, f"only {len(reorganiser.done)} were taken back"

    return inject


@contextmanager
def money_short(arena: Arena, seats: Seats) -> Iterator[None]:
    """The account cannot pay the bonds that are ahead."""
    address, anvil = arena.chain.operator.address, arena.chain.anvil
    anvil.set_balance(address, 10**15)
    try:
        yield
    finally:
        anvil.set_balance(address, RICH_WEI)


@contextmanager
def fee_spike(arena: Arena, seats: Seats) -> Iterator[None]:
    """Every block asks for more than the operator's cap."""

    def spike() -> None:
        arena.chain.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(_SPIKE_WEI))

    arena.hooks.append(spike)
    try:
        yield
    finally:
        arena.hooks.remove(spike)
        arena.chain.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))


FAULTS = (
    Fault(
        "reorg-own",
        "Each of the operator's transactions is reorganised away once.",
        reorganised(of_operator=True, at_least=8),
        Phase.SELLING,
        ends_with=Phase.FINAL,
    ),
    Fault(
        "reorg-players",
        "Each ticket, commitment and reveal is reorganised away once.",
        reorganised(of_operator=False, at_least=8),
        Phase.SELLING,
        ends_with=Phase.SEEDING,
    ),
    Fault(
        "money-short",
        "The account holds less than the bonds that are ahead.",
        money_short,
        Phase.REVEALING,
        says="send it",
    ),
    Fault(
        "fee-spike",
        "Every block asks for more than the fee cap.",
        fee_spike,
        Phase.OPENING,
        says="fee cap",
    ),
)
