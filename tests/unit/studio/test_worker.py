"""The worker goes on, whatever happened to the last prompt, and loses none."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Engine, event

from oracle.chain.commitments import Domain
from oracle.errors import ChainUnavailable, ContentNotStored
from oracle.studio import worker as worker_module
from oracle.studio.announcer import Announcer
from oracle.studio.backends.base import Model
from oracle.studio.book import PromptBook
from oracle.studio.errors import BookUnavailable
from oracle.studio.line import WaitingLine
from oracle.studio.log import PromptRecord, read_records
from oracle.studio.maker import Made, RawImage
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

    def draw(self, prompt: Any, progress: Any) -> Any:
        raise ZeroDivisionError("in the generator")


class Painter:
    """Makes an image of everything."""

    def draw(self, prompt: Prompt, progress: Any) -> RawImage:
        return RawImage(b"", Model("none", sha256(b"")), 1, 0.0, 0.0)

    def finish(self, prompt: Prompt, drawn: RawImage) -> Made:
        assert prompt.index is not None
        words = sha256(prompt.text.encode())
        image = sha256(f"{prompt.ticket_id}/{prompt.index}".encode())
        record = PromptRecord(
            prompt.ticket_id, prompt.index, 1, "sketch", "", {}, 1, words, image, prompt.text
        )
        return Made(record, b"signature")

    def tidy_up(self) -> None:
        """Everything is where it belongs."""


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
    )
    return Worker(cast(Any, studio), cast(Any, maker), Rhythm(1.0))


@contextmanager
def working(worker: Worker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


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


def test_a_node_that_is_silent_for_a_moment_takes_nobodys_turn(engine: Engine) -> None:
    book = PromptBook(engine, DOMAIN)
    for ticket in range(1, 6):
        reserve(book, ticket)
    worker = worker_of(book, Painter())
    answers = iter([None, None, False, None, False])

    def is_over(_: object) -> bool:
        answer = next(answers)
        if answer is None:
            raise ChainUnavailable("the node does not answer", "check it")
        return answer

    worker._studio.is_over = is_over  # type: ignore[method-assign]
    with working(worker):
        wait_until(lambda: not book.waiting())
    assert [book.of_ticket(1, ticket)[0].state for ticket in range(1, 6)] == [State.DONE] * 5


def test_a_defect_gives_the_index_back_and_the_next_prompt_has_its_turn(engine: Engine) -> None:
    book = PromptBook(engine, DOMAIN)
    for ticket in (1, 2):
        reserve(book, ticket)
    with working(worker_of(book, BrokenMaker())):
        wait_until(lambda: not book.waiting())
    for ticket in (1, 2):
        (prompt,) = book.of_ticket(1, ticket)
        assert (prompt.state, prompt.index) == (State.FAILED, None)
        assert "ZeroDivisionError" in prompt.reason


class SlowShelf(Painter):
    """Keeps no image before the next prompt is being drawn."""

    def __init__(self) -> None:
        self.drawing = {ticket: threading.Event() for ticket in (1, 2, 3)}

    def draw(self, prompt: Prompt, progress: Any) -> RawImage:
        self.drawing[prompt.ticket_id].set()
        return super().draw(prompt, progress)

    def finish(self, prompt: Prompt, drawn: RawImage) -> Made:
        if prompt.ticket_id < 3:
            assert self.drawing[prompt.ticket_id + 1].wait(30)
        return super().finish(prompt, drawn)


def test_the_next_prompt_is_drawn_while_an_image_is_being_kept(engine: Engine) -> None:
    book = PromptBook(engine, DOMAIN)
    for ticket in (1, 2, 3):
        reserve(book, ticket)
    with working(worker_of(book, SlowShelf())):
        wait_until(lambda: book.position(1).length == 3)
    assert [record.ticket_id for record in read_records(book.log(1))] == [1, 2, 3]


class BrokenShelf(Painter):
    """Draws, and fails when it keeps."""

    def finish(self, prompt: Prompt, drawn: RawImage) -> Made:
        raise ContentNotStored("an image cannot be kept", "make room")


def test_an_image_that_cannot_be_kept_gives_its_index_back(engine: Engine) -> None:
    book = PromptBook(engine, DOMAIN)
    reserve(book, 1)
    with working(worker_of(book, BrokenShelf())):
        wait_until(lambda: not book.waiting())
    (prompt,) = book.of_ticket(1, 1)
    assert (prompt.state, prompt.index) == (State.FAILED, None)
    assert prompt.reason == "an image cannot be kept; it was not counted"


class LateShelf(Painter):
    """Has told of every image when it finds no room for it."""

    def tidy_up(self) -> None:
        raise ContentNotStored("an image cannot be kept", "make room")


def test_an_image_that_is_not_kept_though_it_can_be_drawn_again_stays_promised(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    book = PromptBook(engine, DOMAIN)
    for ticket in (1, 2):
        reserve(book, ticket)
    with working(worker_of(book, LateShelf())):
        wait_until(lambda: not book.waiting())
    states = [prompt.state for ticket in (1, 2) for prompt in book.of_ticket(1, ticket)]
    assert states == [State.DONE, State.DONE]
    assert caplog.text.count("image not kept") == 2


def test_a_prompt_that_was_taken_back_makes_no_image_though_its_turn_had_come(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = PromptBook(engine, DOMAIN)
    reserve(book, 1)
    claim = book.claim
    monkeypatch.setattr(book, "claim", lambda prompt: book.cancel(prompt) and claim(prompt))
    with working(worker_of(book, Painter())):
        wait_until(lambda: not book.waiting())
    (prompt,) = book.of_ticket(1, 1)
    assert (prompt.state, prompt.index, prompt.image_digest) == (State.CANCELLED, None, None)
    assert book.position(1).length == 0


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
    with working(worker_of(book, Painter())):
        wait_until(lambda: "could not be worked on" in caplog.text)
        assert book.position(1).length < len(tickets)
        disk.is_full = False
        wait_until(lambda: book.position(1).length == len(tickets))
    assert [(p.state, p.index) for t in tickets for p in book.of_ticket(1, t)] == [
        (State.DONE, 0)
    ] * len(tickets)


def wait_until(there: Any) -> None:
    ends = time.monotonic() + 30
    while not there():
        assert time.monotonic() < ends
        time.sleep(0.01)
