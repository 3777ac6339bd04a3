"""What a cycle looks at follows from logs that are read once, and from nothing old."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, cast

import pytest

from oracle.assembly.cycle_bench import STANDING_STATE
from oracle.chain.competition import CompetitionContract
from oracle.chain.events import (
    CompetitionCreated,
    CompetitionFinalized,
    CompetitionVoided,
    Event,
    VoidReason,
)
from oracle.chain.wire import Block, Position
from oracle.daemon.roll import Roll
from oracle.ledger.ledger import Ledger, Step, open_ledger

pytestmark = pytest.mark.unit

OPERATOR, OTHER = "0x" + "22" * 20, "0x" + "33" * 20


class Chain:
    """Blocks whose hashes follow from a number and the name of a fork, and the logs in them."""

    def __init__(self) -> None:
        self.client = self
        self.fork = 0
        self.start_block = 0
        self.created_in: dict[int, int] = {}
        self.events: list[Event] = []
        self.asked: list[tuple[int, int]] = []
        self.hidden: set[int] = set()  # numbers whose creation the node does not tell

    def at(self, number: int) -> Block:
        return Block(number, bytes([self.fork]) + number.to_bytes(31, "big"), bytes(32), 0, None)

    block = at

    def is_canonical(self, number: int, block_hash: bytes) -> bool:
        return self.at(number).hash == block_hash

    def turns(self, first: int, block: Block) -> list[Event]:
        self.asked.append((first, block.number))
        return [
            event
            for event in self.events
            if first <= event.position.block_number <= block.number
            and not (isinstance(event, CompetitionCreated) and event.competition_id in self.hidden)
        ]

    def create(self, number: int, block: int, operator: str = OPERATOR) -> None:
        terms = replace(STANDING_STATE.terms)
        self.events.append(
            CompetitionCreated(number, Position(block, number), bytes(32), operator, terms)
        )

    def end(self, number: int, block: int, final: bool = True) -> None:
        place: Any = (number, Position(block, number), bytes(32))
        self.events.append(
            CompetitionFinalized(*place, 1, OPERATOR, 1, 1)
            if final
            else CompetitionVoided(*place, VoidReason(1))
        )


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def ledger() -> Ledger:
    return open_ledger("sqlite://", 1, "0x" + "11" * 20)


def roll_of(chain: Chain, ledger: Ledger, operator: str | None = OPERATOR) -> Roll:
    return Roll(cast(CompetitionContract, chain), ledger, operator)


def test_strangers_competitions_and_ended_ones_are_never_looked_at(
    chain: Chain, ledger: Ledger
) -> None:
    chain.create(1, 10), chain.create(2, 11, OTHER), chain.create(3, 12)
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(20))
    assert (roll.own(3), roll.anybodys(3)) == ([1, 3], [1, 2, 3])
    assert chain.created_in == {1: 10, 2: 11, 3: 12}
    chain.end(1, 25)
    roll.sync(chain.at(30))
    assert roll.own(3) == [1, 3], "once more, so that its end is noted"
    roll.close(1)
    assert (roll.own(3), roll.anybodys(3)) == ([3], [2, 3])
    assert chain.asked == [(0, 20), (21, 30)], "no block twice"


def test_many_that_end_together_are_each_looked_at_once_more(chain: Chain, ledger: Ledger) -> None:
    many = range(1, 31)
    for number in many:
        chain.create(number, 10)
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(20))
    for number in many:
        chain.end(number, 25)
    roll.sync(chain.at(30))
    assert roll.own(30) == list(many), "their checkpoints have to be deleted"
    assert ledger.ended() == frozenset()


def test_many_that_ended_before_anybody_looked_are_only_noted(chain: Chain, ledger: Ledger) -> None:
    for number in range(1, 31):
        chain.create(number, 10), chain.end(number, 15)
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(20))
    assert (roll.own(30), ledger.ended()) == ([], frozenset(range(1, 31)))


def test_after_a_restart_no_log_is_read_again(chain: Chain, ledger: Ledger) -> None:
    chain.create(1, 10), chain.create(2, 11)
    chain.end(2, 15)
    roll_of(chain, ledger).sync(chain.at(20))
    again = roll_of(chain, ledger)
    again.sync(chain.at(20))
    assert chain.asked == [(0, 20)]
    assert again.own(2) == [1, 2], "the end of the second was told, and not noted yet"
    ledger.record_step(2, Step.FINALIZED)
    assert roll_of(chain, ledger).own(2) == [1]


def test_a_finalized_competition_that_is_reorganised_away_is_looked_at_again(
    chain: Chain, ledger: Ledger
) -> None:
    chain.create(1, 10)
    chain.end(1, 15)
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(20))
    roll.close(1)
    assert roll.own(1) == []
    chain.fork, chain.events = 1, chain.events[:1]
    roll.sync(chain.at(21))
    assert roll.own(1) == [1]


@pytest.mark.parametrize("is_written", [True, False])
def test_a_disk_that_fails_in_the_middle_leaves_nothing_known_twice_or_missing(
    chain: Chain, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    roll = roll_of(chain, ledger)
    chain.create(1, 10)
    advance = ledger.roll.advance

    def fail(*told: Any) -> None:
        if is_written:
            advance(*told)
        raise OSError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(ledger.roll, "advance", fail)
        with pytest.raises(OSError):
            roll.sync(chain.at(20))
    chain.create(2, 25)
    roll.sync(chain.at(30))
    assert roll.own(2) == [1, 2]
    assert [known.competition_id for known in ledger.roll.known()] == [1, 2]


def test_a_node_that_hides_a_creation_hides_no_competition(chain: Chain, ledger: Ledger) -> None:
    chain.create(1, 10), chain.create(2, 11)
    chain.hidden = {2}
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(20))
    assert roll.own(2) == [1, 2]
    roll.close(2)
    assert roll.own(2) == [1]


def test_a_node_that_lags_behind_undoes_nothing(chain: Chain, ledger: Ledger) -> None:
    chain.create(1, 10), chain.create(2, 15)
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(20))
    roll.sync(chain.at(12))
    assert roll.own(1) == [1]
    assert chain.asked == [(0, 20)]


def test_a_hundred_thousand_events_are_taken_in_within_a_minute(
    chain: Chain, ledger: Ledger
) -> None:
    for number in range(1, 50_001):
        chain.create(number, 10 * number)
        if number < 49_990:
            chain.end(number, 10 * number + 5, final=number % 3 > 0)
    began = time.process_time()
    roll = roll_of(chain, ledger)
    roll.sync(chain.at(500_010))
    assert roll.own(50_000) == list(range(49_990, 50_001))
    assert time.process_time() - began < 60
    assert len(ledger.ended()) == 49_989
    assert len(chain.asked) == 6, "piece by piece"
    began = time.process_time()
    roll.sync(chain.at(500_011))
    assert time.process_time() - began < 1
