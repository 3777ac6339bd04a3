"""What players hear while an image is made: how far it is, not too often, and only forward."""

from __future__ import annotations

import dataclasses

import pytest

from oracle.studio.announcer import Announcer
from oracle.studio.progress import ProgressBoard
from oracle.studio.prompt import Prompt, State, TicketKey

pytestmark = pytest.mark.unit

PROMPT = Prompt(
    1, 7, 3, "key", "a tree", "0x" + "22" * 20, State.RUNNING, 0, 10**10, 1.0, None, None, None, ""
)


class Ears(Announcer):
    """Counts what was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[TicketKey] = []

    def tell(self, ticket: TicketKey) -> None:
        self.told.append(ticket)


def test_a_generator_that_tells_every_step_is_passed_on_a_few_times_a_second() -> None:
    ears, now = Ears(), [0.0]
    board = ProgressBoard(ears, clock=lambda: now[0])
    tell = board.follow(PROMPT)
    for step in range(1, 100):
        now[0] = step / 100  # a second in all
        tell(step / 100)
    assert board.share(PROMPT) == 0.99
    assert ears.told == [(1, 7)] * 3


@pytest.mark.parametrize("share", [0.0, -1.0, 1.0, 7.0, float("nan"), float("inf"), 0.3])
def test_what_is_no_share_or_goes_back_is_not_believed(share: float) -> None:
    board = ProgressBoard(Ears())
    tell = board.follow(PROMPT)
    tell(0.4)
    tell(share)
    assert board.share(PROMPT) == 0.4


def test_nothing_is_said_of_other_prompts_nor_after_the_end() -> None:
    board = ProgressBoard(Ears())
    assert board.share(PROMPT) is None
    board.follow(PROMPT)(0.5)
    assert board.share(dataclasses.replace(PROMPT, number=4)) is None
    board.forget(PROMPT)
    assert board.share(PROMPT) is None
