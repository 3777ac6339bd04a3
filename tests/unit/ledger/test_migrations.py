"""Databases of earlier versions, written by those versions' own code, say what they said then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from oracle.chain.commitments import Domain
from oracle.errors import InvalidConfig, NeedsHuman
from oracle.ledger.database import LEDGER
from oracle.ledger.ledger import Ledger, Step, open_ledger
from oracle.ledger.series_book import DayState, SeriesDay
from oracle.ledger.transaction import TxStatus
from oracle.ledger.upgrading import Format
from oracle.studio.book import PromptBook
from oracle.studio.prompt import State
from oracle.studio.schema import BOOK, open_studio_engine
from scoring.digest import Digest

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
WRITTEN = Path(__file__).resolve().parents[2] / "vectors" / "ledgers"
FORMATS = sorted(int(path.stem.removeprefix("ledger-")) for path in WRITTEN.glob("ledger-*.sql"))


def laid(written: str, folder: Path) -> Path:
    path = folder / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((WRITTEN / written).read_text())
    return path


def opened(path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{path}", 1, CONTRACT)


@pytest.fixture(params=FORMATS)
def old_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return laid(f"ledger-{request.param}.sql", tmp_path)


def test_every_format_but_the_present_one_was_written_down() -> None:
    assert list(range(1, int(LEDGER.revision))) == FORMATS


def test_an_old_ledger_keeps_every_step_under_its_name(old_ledger: Path) -> None:
    for _ in range(2):  # migrated, and then opened as it is
        with closing(opened(old_ledger)) as ledger:
            assert set(ledger.steps(1)) == set(Step) - {Step.VOID}
            assert set(ledger.steps(3)) == {Step.DISCOVERED, Step.ENTRIES_FINAL, Step.SEEDED}
            for number in (1, 2, 3, 4):
                for step, record in ledger.steps(number).items():
                    assert record.data == {"step": step.name}
            assert ledger.ended() == {1, 2}
            halt = ledger.halted(3)
            assert halt is not None and halt.reason == "two readings differ"


def test_an_old_ledger_keeps_what_was_sent(old_ledger: Path) -> None:
    with closing(opened(old_ledger)) as ledger:
        sender = "0x" + "aa" * 20
        (pending,) = ledger.transactions.unsettled(sender)
        assert (pending.key, pending.call.value_wei) == ("1:assert", 2**255)
        assert [attempt.raw for attempt in pending.attempts] == [b"raw"]
        settled = ledger.transactions.find("2:void")
        assert settled is not None and settled.status is TxStatus.CONFIRMED
        assert ledger.transactions.taken_nonces(sender) == {4}


def test_an_old_ledger_keeps_what_players_handed_over(old_ledger: Path) -> None:
    with closing(opened(old_ledger)) as ledger:
        assert ledger.pins.total_bytes() == 786_432
        (given,) = ledger.reveals.waiting(4)
        assert (given.ticket_id, given.salt) == (9, b"\x03" * 32)
        assert given.receipt is not None and given.receipt.prompt_index == 3


def test_the_days_of_a_series_are_kept(tmp_path: Path) -> None:
    with closing(opened(laid("ledger-3.sql", tmp_path))) as ledger:
        (day,) = ledger.series.days()
        assert (day.day, day.state) == (date(2026, 11, 28), DayState.CREATED)
        assert ledger.series.trial(b"\x08" * 32, b"\x09" * 32) == "it is one colour"


def test_a_ledger_from_before_series_gets_their_book(tmp_path: Path) -> None:
    with closing(opened(laid("ledger-2.sql", tmp_path))) as ledger:
        assert ledger.series.begin(SeriesDay(date(2026, 11, 28), 5, 77, DayState.CLAIMED))
        assert [day.number for day in ledger.series.days()] == [5]


def test_a_migrated_ledger_finds_what_has_ended_by_its_index(old_ledger: Path) -> None:
    opened(old_ledger).close()
    with closing(sqlite3.connect(old_ledger)) as database:
        plan = database.execute(
            "EXPLAIN QUERY PLAN SELECT competition_id FROM steps"
            " WHERE chain_id = 1 AND contract = 'x' AND step IN (11, 12)"
        ).fetchall()
    assert "USING COVERING INDEX steps_by_step" in str(plan)


def test_a_migrated_ledger_has_the_tables_of_a_new_one(old_ledger: Path) -> None:
    opened(old_ledger).close()
    assert differences(create_engine(f"sqlite:///{old_ledger}"), LEDGER) == []


@pytest.mark.parametrize("present", [LEDGER, BOOK], ids=["ledger", "studio"])
def test_the_last_migration_leads_to_the_present_format(present: Format) -> None:
    folder = str(present.migrations)
    assert ScriptDirectory(folder, version_locations=[folder]).get_heads() == [present.revision]


def differences(engine: Engine, present: Format) -> list[object]:
    with closing(engine.connect()) as connection:
        found = compare_metadata(MigrationContext.configure(connection), present.metadata)
    engine.dispose()
    return list(found)


def test_an_old_ledger_is_left_alone_while_an_old_daemon_writes(old_ledger: Path) -> None:
    before = dump(old_ledger)
    with closing(opened(old_ledger.with_name("other.sqlite"))) as other, other.hold_writer():
        # The daemon's lock is a file beside its database.
        lock = old_ledger.with_name("other.sqlite.writer")
        lock.rename(f"{old_ledger}.writer")
        with pytest.raises(NeedsHuman, match="another judge process"):
            opened(old_ledger)
    assert dump(old_ledger) == before
    opened(old_ledger).close()


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    path = laid("ledger-1.sql", tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        # The index of format 2 cannot be made: its name is taken, by a table.
        database.execute("CREATE TABLE steps_by_step (one INTEGER)")
    before = dump(path)
    with pytest.raises(InvalidConfig, match="does not open"):
        opened(path)
    assert dump(path) == before


def test_the_version_before_the_last_refuses_a_ledger_of_this_one(tmp_path: Path) -> None:
    new, migrated = tmp_path / "new.sqlite", laid("ledger-3.sql", tmp_path)
    for path in (new, migrated):
        opened(path).close()
        with closing(sqlite3.connect(path)) as database:
            # What it reads, and compares with the format that it knows: 3.
            assert database.execute("SELECT version FROM schema").fetchall() == [(4,)]


def dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump())


def test_the_ledger_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    opened(path).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '999'")
    with pytest.raises(InvalidConfig, match="format 999"):
        opened(path)


def test_a_studios_book_from_before_formats_keeps_its_prompts(tmp_path: Path) -> None:
    path = laid("studio-0.sql", tmp_path)
    for _ in range(2):
        engine = open_studio_engine(path)
        book = PromptBook(engine, Domain(1, CONTRACT))
        made, waiting = book.of_ticket(4, 9)
        assert (made.state, made.text) == (State.DONE, "a red boat")
        assert made.image_digest == Digest(b"\x06" * 32)
        assert (waiting.state, waiting.index) == (State.QUEUED, 1)
        assert book.position(4).length == 1
        assert differences(engine, BOOK) == []
