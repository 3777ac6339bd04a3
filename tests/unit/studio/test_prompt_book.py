"""An index is reserved once, used once or given back, whatever is killed at which instant."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from oracle.chain.commitments import Domain
from oracle.errors import BadInput, LimitReached, OneAtATime, QueueFull
from oracle.studio.book import PromptBook
from oracle.studio.log import PromptRecord, first_hash, head_of, read_records
from oracle.studio.prompt import Prompt, State
from oracle.studio.schema import open_studio_engine
from scoring.digest import sha256

pytestmark = pytest.mark.unit
DOMAIN = Domain(31337, "0x" + "11" * 20)
PLAYER = "0x" + "22" * 20
LIMIT = 5
# The whole proof: JUDGE_TEST_KILLS=10000 (minutes).
KILLS = int(os.environ.get("JUDGE_TEST_KILLS", "300"))


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_studio_engine(None)
    yield engine
    engine.dispose()


@pytest.fixture
def book(engine: Engine) -> PromptBook:
    return PromptBook(engine, DOMAIN, clock=iter(range(10**9)).__next__)


def reserve(
    book: PromptBook, ticket: int, key: str, text: str = "a red house", waiting: int = 500
) -> Prompt:
    return book.reserve(
        1, ticket, key, text, player=PLAYER, limit=LIMIT, ends_at=10**10, most_waiting=waiting
    )


def claim_next(book: PromptBook) -> Prompt | None:
    """The prompt whose turn it is, as a worker takes it."""
    for prompt in book.waiting():
        if prompt.state is State.QUEUED and book.claim(prompt):
            return prompt
    return None


def finish(book: PromptBook, prompt: Prompt) -> Prompt:
    assert prompt.index is not None
    image = sha256(f"{prompt.ticket_id}:{prompt.number}".encode())
    record = PromptRecord(
        ticket_id=prompt.ticket_id,
        index=prompt.index,
        time=1,
        backend="sketch",
        model_digest="",
        parameters={},
        seed=1,
        prompt_sha256=sha256(prompt.text.encode()),
        image_sha256=image,
    )
    return book.finish(prompt, record, b"signature")


def test_the_same_key_again_is_the_same_prompt_and_counts_once(book: PromptBook) -> None:
    first = reserve(book, 1, "key")
    assert reserve(book, 1, "key") == first
    assert len(book.of_ticket(1, 1)) == 1
    with pytest.raises(BadInput, match="another prompt"):
        reserve(book, 1, "key", "a blue house")


def test_a_ticket_has_one_prompt_on_its_way_and_others_are_not_held_up(book: PromptBook) -> None:
    reserve(book, 1, "a")
    with pytest.raises(OneAtATime):
        reserve(book, 1, "b")
    assert reserve(book, 2, "b").index == 0


def test_the_prompt_after_the_last_is_refused(book: PromptBook) -> None:
    for number in range(LIMIT):
        assert reserve(book, 1, f"{number}").index == number
        claimed = claim_next(book)
        assert claimed is not None
        finish(book, claimed)
    with pytest.raises(LimitReached, match="all 5 prompts"):
        reserve(book, 1, "one more")


def test_a_cancelled_and_a_failed_prompt_give_their_index_back(book: PromptBook) -> None:
    assert book.cancel(reserve(book, 1, "a"))
    second = reserve(book, 1, "b")
    assert second.index == 0
    claimed = claim_next(book)
    assert claimed is not None
    assert not book.cancel(second)  # its image is being made
    assert book.fail(claimed, "the generator is down")
    assert reserve(book, 1, "c").index == 0
    states = [prompt.state for prompt in book.of_ticket(1, 1)]
    assert states == [State.CANCELLED, State.FAILED, State.QUEUED]


def test_a_full_queue_says_so_and_counts_nothing(book: PromptBook) -> None:
    reserve(book, 1, "a", waiting=1)
    with pytest.raises(QueueFull):
        reserve(book, 2, "a", waiting=1)
    assert book.of_ticket(1, 2) == ()


def test_tickets_take_turns(book: PromptBook) -> None:
    for ticket in (3, 1, 2):
        reserve(book, ticket, "a")
    assert tuple(prompt.ticket for prompt in book.waiting()) == ((1, 3), (1, 1), (1, 2))
    claimed = claim_next(book)
    assert claimed is not None and claimed.ticket_id == 3
    finish(book, claimed)
    reserve(book, 3, "b")  # asks again at once, and waits for the others
    assert tuple(prompt.ticket for prompt in book.waiting()) == ((1, 1), (1, 2), (1, 3))


def test_the_log_is_a_chain_that_begins_with_its_competition(book: PromptBook) -> None:
    for ticket in (1, 2):
        reserve(book, ticket, "a")
        claimed = claim_next(book)
        assert claimed is not None
        finish(book, claimed)
    lines = book.log(1)
    position = book.position(1)
    assert [record.ticket_id for record in read_records(lines)] == [1, 2]
    assert position.length == 2
    assert position.head == head_of(first_hash(DOMAIN, 1), lines)
    assert position.head != head_of(first_hash(DOMAIN, 2), lines)
    assert position.head != head_of(first_hash(DOMAIN, 1), reversed(lines))


class Killed(Exception):
    """The process died here."""


@pytest.mark.timeout(300 + KILLS // 5)
def test_kills_at_random_instants_neither_lose_nor_double_an_index(tmp_path: Path) -> None:
    """Kills at random between any two steps of any prompt; a new process takes the file over.

    SQLite's own promise, that a transaction is whole or not at all, is what makes a step.
    """
    chance = random.Random(20261128)
    path = tmp_path / "studio.sqlite"
    clock = iter(range(10**9)).__next__
    kills, promised = 0, {}  # receipts that a player has seen, by ticket and index
    engine = open_studio_engine(None)
    assert not path.exists()
    book = PromptBook(engine, DOMAIN, clock=clock)
    step = 0
    while kills < KILLS:
        try:
            step += 1
            ticket = chance.randrange(1, 40_000 // 10)
            _one_prompt(book, ticket, f"key {step}", chance, promised)
        except Killed:
            kills += 1
            book = PromptBook(engine, DOMAIN, clock=clock)
            book.recover()
            while (prompt := claim_next(book)) is not None:
                finish(book, prompt)
    records = read_records(book.log(1))
    assert book.position(1).length == len(records)
    used: dict[int, list[int]] = {}
    for record in records:
        used.setdefault(record.ticket_id, []).append(record.index)
    assert all(indices == list(range(len(indices))) for indices in used.values())
    assert max(map(len, used.values())) <= LIMIT
    by_place = {(record.ticket_id, record.index): record.image_sha256 for record in records}
    assert promised.items() <= by_place.items()
    engine.dispose()


def _one_prompt(
    book: PromptBook,
    ticket: int,
    key: str,
    chance: random.Random,
    promised: dict[tuple[int, int], bytes],
) -> None:
    """A prompt to its end; the next may be drawn before it is finished, as the worker has it."""

    def maybe_die() -> None:
        if chance.random() < 0.3:
            raise Killed

    def drawn(ticket: int) -> Iterator[Prompt]:
        try:
            reserve(book, ticket, key)
        except LimitReached:
            return
        maybe_die()
        claimed = claim_next(book)
        assert claimed is not None
        maybe_die()
        if chance.random() < 0.1:
            book.fail(claimed, "the generator is down")
            maybe_die()
            return
        yield claimed

    running = list(drawn(ticket))
    if chance.random() < 0.3:
        running += drawn(10_000 + ticket)
    for claimed in running:
        done = finish(book, claimed)
        maybe_die()
        assert done.index is not None and done.image_digest is not None
        promised[done.ticket_id, done.index] = done.image_digest
