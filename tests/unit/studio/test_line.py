"""What a waiting player hears of the queue: the right place, in whatever order threads tell it."""

from __future__ import annotations

import dataclasses

import pytest

from oracle.studio.announcer import Announcer
from oracle.studio.line import WaitingLine
from oracle.studio.prompt import Prompt, State, TicketKey

pytestmark = pytest.mark.unit


class Ears(Announcer):
    """Remembers who was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[TicketKey] = []

    def tell(self, ticket: TicketKey) -> None:
        self.told.append(ticket)

    def since(self) -> list[TicketKey]:
        told, self.told = sorted(set(self.told)), []
        return told


def prompt(ticket: int, number: int = 1, queued_at: float = 1.0) -> Prompt:
    words = "a tree"
    player = "0x" + "22" * 20
    return Prompt(
        *(1, ticket, number, f"key{number}", words, player, State.QUEUED, 0, 10**10, queued_at),
        *(None, None, None, ""),
    )


def test_whoever_came_first_is_ahead_and_everybody_who_moves_up_is_told() -> None:
    ears = Ears()
    line = WaitingLine(ears)
    line.joined([prompt(7, queued_at=2.0), prompt(8, queued_at=1.0), prompt(9, queued_at=3.0)])
    assert [line.place((1, ticket)) for ticket in (8, 7, 9)] == [0, 1, 2]
    assert ears.since() == [(1, 7), (1, 8), (1, 9)]
    line.left(prompt(7))
    assert [line.place((1, ticket)) for ticket in (8, 7, 9)] == [0, None, 1]
    assert ears.told[0] == (1, 7), "whoever has an image hears of it first"
    assert ears.since() == [(1, 7), (1, 9)]


def test_a_prompt_that_was_made_before_its_asking_was_told_does_not_wait_for_ever() -> None:
    line = WaitingLine(Ears())
    line.left(prompt(7))
    line.joined([prompt(7)])
    assert line.place((1, 7)) is None and len(line) == 0


def test_the_end_of_an_old_prompt_does_not_take_a_new_one_out() -> None:
    line = WaitingLine(Ears())
    line.joined([prompt(7, number=2)])
    line.left(prompt(7, number=1))
    assert line.place((1, 7)) == 0


def test_asking_again_for_a_prompt_that_is_done_is_no_place_in_the_queue() -> None:
    line = WaitingLine(Ears())
    line.joined([dataclasses.replace(prompt(7), state=State.DONE)])
    assert len(line) == 0


def test_every_waiting_prompt_has_its_turn_once_and_in_order() -> None:
    line = WaitingLine(Ears())
    assert line.take() is None
    line.joined([prompt(7, queued_at=2.0), prompt(8, queued_at=1.0)])
    assert [line.take(), line.take()] == [prompt(8, queued_at=1.0), prompt(7, queued_at=2.0)]
    line.joined([prompt(7, queued_at=2.0)])  # its player asks again with the same key
    assert line.take() is None
    line.left(prompt(8))
    line.joined([prompt(8, number=2, queued_at=3.0)])
    assert line.take() == prompt(8, number=2, queued_at=3.0)


def test_what_was_taken_in_vain_has_its_turn_again() -> None:
    line = WaitingLine(Ears())
    line.joined([prompt(7, queued_at=1.0), prompt(8, queued_at=2.0)])
    assert line.take() == prompt(7)
    line.left(prompt(7))
    assert line.take() == prompt(8, queued_at=2.0)
    line.again([prompt(7), prompt(8, queued_at=2.0), prompt(9, queued_at=3.0)])
    assert line.take() == prompt(8, queued_at=2.0)
    assert line.take() == prompt(9, queued_at=3.0)
    assert line.take() is None, "prompt 7 has come to its end"
