"""Ledgers of earlier versions open, and say what they said before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from oracle.errors import NeedsHuman
from oracle.ledger.ledger import Ledger, Step, open_ledger

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
# How format 1 numbered the steps.
FORMAT_1 = {
    "DISCOVERED": 1,
    "ENTRIES_FINAL": 2,
    "FETCHED": 3,
    "SEEDED": 4,
    "TRAINED": 5,
    "SCORED": 6,
    "BUNDLE_PINNED": 7,
    "ASSERTION_SENT": 8,
    "ASSERTED": 9,
    "FINALIZED": 10,
    "VOID": 11,
    "DISPUTED": 12,
}


def opened(path: Path) -> Ledger:
    return open_ledger(f"sqlite:///{path}", 1, CONTRACT)


@pytest.fixture
def old_ledger(tmp_path: Path) -> Path:
    """A ledger as format 1 left it: one finalized after a dispute, one void, one in between."""
    path = tmp_path / "ledger.sqlite"
    opened(path).close()
    done = {
        "1": [name for name in FORMAT_1 if name != "VOID"],
        "2": ["DISCOVERED", "VOID"],
        "3": ["DISCOVERED", "ENTRIES_FINAL", "SEEDED"],
        "4": ["DISCOVERED", "DISPUTED"],
    }
    rows = [
        (1, CONTRACT.lower(), number, FORMAT_1[name], f'{{"step": "{name}"}}', 5.0)
        for number, names in done.items()
        for name in names
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP INDEX steps_by_step")
        database.execute("UPDATE schema SET version = 1")
        database.executemany("INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?)", rows)
    return path


def test_an_old_ledger_keeps_every_step_under_its_name(old_ledger: Path) -> None:
    for _ in range(2):  # migrated, and then opened as it is
        with closing(opened(old_ledger)) as ledger:
            assert set(ledger.steps(1)) == set(Step) - {Step.VOID}
            for number in (1, 2, 3, 4):
                for step, record in ledger.steps(number).items():
                    assert record.data == {"step": step.name}
            assert set(ledger.steps(3)) == {Step.DISCOVERED, Step.ENTRIES_FINAL, Step.SEEDED}


def test_an_old_competition_that_was_disputed_and_finalized_has_ended(old_ledger: Path) -> None:
    with closing(opened(old_ledger)) as ledger:
        assert ledger.ended() == {1, 2}


def test_a_migrated_ledger_finds_what_has_ended_by_its_index(old_ledger: Path) -> None:
    opened(old_ledger).close()
    with closing(sqlite3.connect(old_ledger)) as database:
        plan = database.execute(
            "EXPLAIN QUERY PLAN SELECT competition_id FROM steps"
            " WHERE chain_id = 1 AND contract = 'x' AND step IN (11, 12)"
        ).fetchall()
    assert "USING COVERING INDEX steps_by_step" in str(plan)


def test_an_old_ledger_is_left_alone_while_an_old_daemon_writes(old_ledger: Path) -> None:
    with closing(opened(old_ledger.with_name("other.sqlite"))) as other, other.hold_writer():
        # The daemon's lock is a file beside its database.
        lock = old_ledger.with_name("other.sqlite.writer")
        lock.rename(f"{old_ledger}.writer")
        with pytest.raises(NeedsHuman, match="another judge process"):
            opened(old_ledger)
    with closing(sqlite3.connect(old_ledger)) as database:
        assert database.execute("SELECT version FROM schema").fetchall() == [(1,)]
    opened(old_ledger).close()
