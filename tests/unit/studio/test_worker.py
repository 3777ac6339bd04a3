"""Words that make the generator fail in a way nobody foresaw hold up nobody else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from oracle.chain.commitments import Domain
from oracle.studio.announcer import Announcer
from oracle.studio.book import PromptBook
from oracle.studio.prompt import State
from oracle.studio.schema import open_studio_engine
from oracle.studio.worker import Rhythm, Worker

pytestmark = pytest.mark.unit


class BrokenMaker:
    """Fails on some words as foreign code does; for the others it is never asked here."""

    def make(self, prompt: Any) -> Any:
        raise ZeroDivisionError("in the generator")


def test_a_defect_gives_the_index_back_and_the_next_prompt_has_its_turn() -> None:
    engine = open_studio_engine(None)
    book = PromptBook(engine, Domain(31337, "0x" + "11" * 20))
    for ticket in (1, 2):
        book.reserve(
            1,
            ticket,
            "key",
            "a tree",
            player="0x" + "22" * 20,
            limit=3,
            ends_at=10**10,
            most_waiting=9,
        )
    studio = SimpleNamespace(
        book=book,
        announcer=Announcer(),
        is_over=lambda prompt: False,
        queue_changed=lambda: None,
    )
    worker = Worker(cast(Any, studio), cast(Any, BrokenMaker()), Rhythm(1.0))
    assert worker.work_once() and worker.work_once() and not worker.work_once()
    for ticket in (1, 2):
        (prompt,) = book.of_ticket(1, ticket)
        assert (prompt.state, prompt.index) == (State.FAILED, None)
        assert "ZeroDivisionError" in prompt.reason
    engine.dispose()
