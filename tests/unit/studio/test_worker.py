"""The worker goes on, whatever happened to the last prompt, and loses none."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine, event

from oracle.chain.commitments import Domain
from oracle.studio import worker as worker_module
from oracle.studio.announcer import Announcer
from oracle.studio.book import PromptBook
from oracle.studio.errors import BookUnavailable
from oracle.studio.line import WaitingLine
from oracle.studio.log import PromptRecord
from oracle.studio.maker import Made
from oracle.studio.progress import ProgressBoard
from oracle.studio.prompt import Prompt, State
from oracle.studio.schema import open_studio_engine
from oracle.studio.worker import Rhythm, Worker
from scoring.digest import sha256

pytestmark = pytest.mark.unit
DOMAIN = Domain(31337, "0x" + "11" * 20)
TEXT = "a tree " * 140


class BrokenMaker:
    """Fails on some words as foreign code does; for the others it is never asked here."""

    def make(self, prompt: Any, progress: Any) -> Any:
        raise ZeroDivisionError("in the generator")


class Painter:
    """Makes an image of everything."""

    def make(self, prompt: Prompt, progress: Any) -> Made:
        assert prompt.index is not None
        words = sha256(prompt.text.encode())
        image = sha256(f"{prompt.ticket_id}/{prompt.index}".encode())
        record = PromptRecord(
            prompt.ticket_id, prompt.index, 1, "sketch", "", {}, 1, words, image, prompt.text
        )
        return Made(record, b"signature", 0.0, 0.0)


class Disk:
    """The disk under the studio's database, which may be full."""

    def __init__(self, engine: Engine) -> None:
        self.is_full = False
        event.listen(engine, "checkout", self._set)

    def _set(self, connection: Any, _record: object, _proxy: object) -> None:
        # Less than there is means: no page more than now.
        connection.execute(f"PRAGMA max_page_count={1 if self.is_full else 1 << 30}")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_studio_engine(tmp_path / "studio.sqlite")
    yield engine
    engine.dispose()


def worker_of(book: PromptBook, maker: object) -> Worker:
    announcer = Announcer()
    studio = SimpleNamespace(
        book=book,
        announcer=announcer,
        progress=ProgressBoard(announcer),
        is_over=lambda prompt: False,
        line=WaitingLine(announcer),
        wake=threading.Event(),
    )
    return Worker(cast(Any, studio), cast(Any, maker), Rhythm(1.0))


def reserve(book: PromptBook, ticket: int) -> Prompt:
    return book.reserve(
        1,
        ticket,
        "key",
        TEXT,
        player="0x" + "22" * 20,
        limit=3,
        ends_at=10**10,
        most_waiting=99,
    )


def test_a_defect_gives_the_index_back_and_the_next_prompt_has_its_turn(engine: Engine) -> None:
    book = PromptBook(engine, DOMAIN)
    for ticket in (1, 2):
        reserve(book, ticket)
    worker = worker_of(book, BrokenMaker())
    assert worker.work_once() and worker.work_once() and not worker.work_once()
    for ticket in (1, 2):
        (prompt,) = book.of_ticket(1, ticket)
        assert (prompt.state, prompt.index) == (State.FAILED, None)
        assert "ZeroDivisionError" in prompt.reason


def test_a_full_disk_takes_no_prompt_and_says_so_without_showing_words(engine: Engine) -> None:
    disk, book = Disk(engine), PromptBook(engine, DOMAIN)
    disk.is_full = True
    with pytest.raises(BookUnavailable, match="full") as refusal:
        for ticket in range(1, 50):
            reserve(book, ticket)
    assert "tree" not in refusal.value.what and "nothing was counted" in refusal.value.hint
    taken = len(book.waiting())
    disk.is_full = False
    assert reserve(book, taken + 1).index == 0, "what was refused was kept in part"
    assert len(book.waiting()) == taken + 1


def test_images_that_a_full_disk_does_not_let_us_write_down_are_made_when_there_is_room(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker_module, "_PAUSE_AFTER_TROUBLE_SECONDS", 0.02)
    disk, book = Disk(engine), PromptBook(engine, DOMAIN)
    tickets = range(1, 21)
    for ticket in tickets:
        reserve(book, ticket)
    disk.is_full = True
    worker = worker_of(book, Painter())
    worker.start()
    try:
        wait_until(lambda: "could not be worked on" in caplog.text)
        assert book.position(1).length < len(tickets)
        disk.is_full = False
        wait_until(lambda: book.position(1).length == len(tickets))
    finally:
        worker.stop()
    assert [(p.state, p.index) for t in tickets for p in book.of_ticket(1, t)] == [
        (State.DONE, 0)
    ] * len(tickets)


def wait_until(there: Any) -> None:
    ends = time.monotonic() + 30
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.01)
