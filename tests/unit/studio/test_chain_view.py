"""How old what a studio knows of the chain may be, and who waits for the node."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from oracle.chain.state import Phase
from oracle.errors import ChainUnavailable
from oracle.studio.chain_view import ChainView

pytestmark = pytest.mark.unit


class Node:
    """A contract and its client in one: counts what is asked, and can be slow or gone."""

    def __init__(self) -> None:
        self.client = self
        self.number = 1
        self.asked: list[str] = []
        self.gone = False
        self.answers = threading.Event()
        self.answers.set()
        self.phase = Phase.OPEN

    def latest_block(self) -> Any:
        self._ask("block")
        return SimpleNamespace(number=self.number, hash=bytes([self.number]), timestamp=self.number)

    def state(self, competition_id: int, block: Any) -> Any:
        self._ask(f"state {competition_id}")
        return SimpleNamespace(
            phase=self.phase,
            terms=SimpleNamespace(prompt_limit=100),
            open_ends=block.timestamp + 3600,
        )

    def _ask(self, what: str) -> None:
        assert self.answers.wait(10)
        self.asked.append(what)
        if self.gone:
            raise ChainUnavailable("the node did not answer", "check rpc_url")


class Desk:
    """A view of a node, and the clock on the wall."""

    def __init__(self) -> None:
        self.node, self.now = Node(), 0.0
        self.view = ChainView(cast(Any, self.node), clock=lambda: self.now)

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < ends
            time.sleep(0.005)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_within_a_second_the_node_is_asked_once_for_all(desk: Desk) -> None:
    for _ in range(50):
        state, block = desk.view.state(7)
    assert (block.timestamp, state.open_ends) == (1, 3601)
    assert desk.node.asked == ["block", "state 7"]


def test_while_prompts_come_in_nobody_waits_for_a_slow_node(desk: Desk) -> None:
    desk.view.state(7)
    desk.node.number, desk.now = 2, 1.5
    desk.node.answers.clear()  # the node takes its time
    assert desk.view.state(7)[1].timestamp == 1, "what is known, at once"
    desk.node.answers.set()
    desk.until(lambda: desk.view.state(7)[1].timestamp == 2)
    # The competition was read beside, too.
    assert desk.node.asked == ["block", "state 7"] * 2


def test_after_a_pause_nothing_old_is_told(desk: Desk) -> None:
    desk.view.state(7)
    desk.node.number, desk.now = 2, 2.0
    assert desk.view.state(7)[1].timestamp == 2


def test_a_node_that_is_gone_is_said_within_two_seconds(desk: Desk) -> None:
    desk.view.latest()
    desk.node.gone, desk.now = True, 1.5
    assert desk.view.latest().timestamp == 1
    desk.until(lambda: len(desk.node.asked) == 2)
    desk.now = 2.0
    with pytest.raises(ChainUnavailable):
        desk.view.latest()


def test_a_session_is_opened_by_what_the_chain_says_now(desk: Desk) -> None:
    desk.view.state(7)
    desk.node.number = 2
    assert desk.view.state(7, fresh=True)[1].timestamp == 2


def test_the_end_of_the_hour_is_read_until_it_is_fixed(desk: Desk) -> None:
    desk.node.phase = Phase.OPENING
    assert desk.view.prompts_end(7) == (100, 3601)
    desk.node.number, desk.node.phase, desk.now = 2, Phase.OPEN, 10.0
    assert desk.view.prompts_end(7) == (100, 3602)
    desk.node.gone, desk.now = True, 100.0
    assert desk.view.prompts_end(7) == (100, 3602), "known without a node"


def test_an_end_that_a_reorganisation_moved_is_told_once_it_was_read(desk: Desk) -> None:
    desk.view.state(7)
    assert desk.view.prompts_end(7) == (100, 3601)
    desk.node.number, desk.now = 5, 10.0
    desk.view.state(7)  # somebody asks for a prompt
    assert desk.view.prompts_end(7) == (100, 3605)


def test_numbers_that_nobody_created_fill_no_memory(desk: Desk) -> None:
    desk.node.phase = Phase.NONE
    for number in (7, 7):
        desk.view.state(number)
    assert desk.node.asked == ["block", "state 7", "state 7"]
