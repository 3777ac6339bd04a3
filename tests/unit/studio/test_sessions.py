"""A studio's sessions: who holds a token, for how long, and what is kept of it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event, func, select

from oracle.errors import NoSession
from oracle.studio.schema import open_studio_engine, sessions
from oracle.studio.sessions import Session, SessionBook

pytestmark = pytest.mark.unit

SHORT = Session(1, 7, "0x" + "11" * 20, 100)
LONG = Session(1, 8, "0x" + "22" * 20, 200)


@pytest.fixture
def engine() -> Engine:
    return open_studio_engine(None)


def kept(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(sessions)).scalar_one()


def test_a_token_opens_its_own_session_until_it_ends(engine: Engine) -> None:
    book = SessionBook(engine)
    short, long = book.open(SHORT, 10), book.open(LONG, 10)
    assert book.find(short, 99) == SHORT
    assert book.find(long, 100) == LONG
    with pytest.raises(NoSession):
        book.find(short, 100)


def test_a_token_that_nobody_was_given_opens_nothing(engine: Engine) -> None:
    book = SessionBook(engine)
    book.open(SHORT, 10)
    with pytest.raises(NoSession):
        book.find("guessed", 10)


def test_sessions_that_are_over_are_forgotten_when_another_opens(engine: Engine) -> None:
    book = SessionBook(engine)
    book.open(SHORT, 10)
    book.open(LONG, 99)
    assert kept(engine) == 2
    book.open(LONG, 100)
    assert kept(engine) == 2


def test_a_session_that_was_used_costs_no_look_into_the_book_and_still_ends(
    engine: Engine,
) -> None:
    book = SessionBook(engine)
    token = book.open(SHORT, 10)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert [book.find(token, now) for now in (10, 11, 12)] == [SHORT] * 3
    assert sum(words.startswith("SELECT") for words in asked) == 1
    with pytest.raises(NoSession):
        book.find(token, 100)


def test_a_token_that_was_refused_is_looked_for_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, another = SessionBook(engine), SessionBook(engine)
    token = "0" * 43
    with pytest.raises(NoSession):
        book.find(token, 10)
    monkeypatch.setattr("secrets.token_urlsafe", lambda length: token)
    another.open(SHORT, 10)
    assert book.find(token, 10) == SHORT
