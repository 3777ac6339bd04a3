"""The ledger against kills, second processes, and a real PostgreSQL server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from oracle.chain.calls import Call
from oracle.errors import BadInput, LedgerUnavailable, NeedsHuman, WriterLost
from oracle.ledger.copying import copy_ledger, restore_ledger
from oracle.ledger.database import LEDGER, open_engine
from oracle.ledger.ledger import Step, open_ledger
from oracle.ledger.transaction import Attempt, TransactionRecord, TxStatus
from tests.integration.postgres_server import PostgresServer, is_installed

pytestmark = pytest.mark.integration

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"

_RECORD_UNTIL_KILLED = """
import sys
from oracle.ledger.ledger import Step, open_ledger
ledger = open_ledger(sys.argv[1], 1, sys.argv[2])
for number in range(1, 10**9):
    for step in Step:
        ledger.record_step(number, step, {"number": number})
    print(number, flush=True)
"""

_HOLD_UNTIL_KILLED = """
import sys, time
from oracle.ledger.ledger import open_ledger
with open_ledger(sys.argv[1], 1, sys.argv[2]).hold_writer():
    print("held", flush=True)
    time.sleep(600)
"""


def start(script: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, url, CONTRACT], stdout=subprocess.PIPE, text=True
    )


def kill(process: subprocess.Popen[str]) -> str:
    os.kill(process.pid, signal.SIGKILL)
    rest, _ = process.communicate()
    return rest


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.sqlite"


@pytest.mark.parametrize("lines", [1, 2, 5])
def test_a_killed_process_loses_nothing_it_had_recorded(sqlite_url: str, lines: int) -> None:
    process = start(_RECORD_UNTIL_KILLED, sqlite_url)
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    rest = kill(process)
    complete = lines + len(rest.split())
    ledger = open_ledger(sqlite_url, 1, CONTRACT)
    for number in range(1, complete + 1):
        assert set(ledger.steps(number)) == set(Step)
    # What was in the making when the kill came is there step by step, without a hole.
    unfinished = ledger.steps(complete + 1)
    assert list(unfinished) == list(Step)[: len(unfinished)]
    assert all(record.data == {"number": complete + 1} for record in unfinished.values())
    ledger.record_step(complete + 1, Step.DISPUTED)
    ledger.close()


def test_a_second_sender_is_refused_until_the_first_is_gone(sqlite_url: str) -> None:
    process = start(_HOLD_UNTIL_KILLED, sqlite_url)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    ledger = open_ledger(sqlite_url, 1, CONTRACT)
    with pytest.raises(NeedsHuman, match="another judge process"), ledger.hold_writer():
        pass
    ledger.record_step(1, Step.FETCHED)  # others may still read and note
    kill(process)
    with ledger.hold_writer():
        pass
    ledger.close()


# ------------------------------------------------------------------------- PostgreSQL


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of its own on a free loopback port."""
    if not is_installed():
        pytest.skip("no PostgreSQL server is installed here")
    with PostgresServer() as server:
        yield server.url


def test_postgresql_remembers_steps_halts_and_transactions(postgres_url: str) -> None:
    ledger = open_ledger(postgres_url, 1, CONTRACT)
    ledger.record_step(2**255, Step.SCORED, {"model": "0xab"})
    ledger.record_step(2**255, Step.SCORED, {"model": "0xcd"})
    ledger.halt(3, "two readings differ")
    record = TransactionRecord(
        key="1:assert",
        sender="0x" + "aa" * 20,
        call=Call(CONTRACT, b"\x01\x02", 2**255),
        deadline=2**40,
        gas=50_000,
        nonce=4,
        status=TxStatus.PENDING,
        reason="",
    )
    attempt = Attempt(4, b"\x07" * 32, b"raw", 2**200, 5, 6.5)
    ledger.transactions.record_intent(record)
    ledger.transactions.record_attempt(record.key, attempt)
    ledger.close()

    again = open_ledger(postgres_url, 1, CONTRACT)
    steps, halt = again.steps(2**255), again.halted(3)
    assert {step: record.data for step, record in steps.items()} == {Step.SCORED: {"model": "0xcd"}}
    assert halt is not None and halt.reason == "two readings differ"
    assert again.transactions.find(record.key) == replace(record, attempts=(attempt,))
    assert again.transactions.highest_fees(record.sender, 4) == (2**200, 5)
    assert again.transactions.taken_nonces(record.sender) == {4}
    again.close()


def test_postgresql_migrates_an_old_ledger(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX steps_by_step"))
        connection.execute(text("DROP TABLE alembic_version, series_days, series_trials"))
        connection.execute(text("UPDATE schema SET version = 1"))
        for step in (3, 4, 10, 12):  # fetched, seeded, finalized, disputed in format 1
            connection.execute(
                text("INSERT INTO steps VALUES (7, :contract, '5', :step, '{}', 1.0)"),
                {"contract": CONTRACT.lower(), "step": step},
            )
    engine.dispose()
    ledger = open_ledger(postgres_url, 7, CONTRACT)
    assert set(ledger.steps(5)) == {Step.SEEDED, Step.FETCHED, Step.DISPUTED, Step.FINALIZED}
    assert ledger.ended() == {5}
    assert ledger.series.days() == ()
    ledger.close()
    # The migration made the very tables that a new ledger has.
    with closing(engine.connect()) as connection:
        assert compare_metadata(MigrationContext.configure(connection), LEDGER.metadata) == []
    engine.dispose()


def test_postgresql_is_backed_up_and_restored(postgres_url: str, tmp_path: Path) -> None:
    with closing(open_ledger(postgres_url, 9, CONTRACT)) as ledger:
        ledger.record_step(2**255, Step.SCORED, {"model": "0xab"})
    copy = tmp_path / "ledger.sqlite"
    copy_ledger(postgres_url, copy)
    engine = open_engine(postgres_url)
    with engine.begin() as connection:
        for table in LEDGER.metadata.sorted_tables:
            connection.execute(table.delete() if table.name != "schema" else text("SELECT 1"))
    engine.dispose()
    restore_ledger(copy, postgres_url)
    with closing(open_ledger(postgres_url, 9, CONTRACT)) as ledger:
        assert ledger.steps(2**255)[Step.SCORED].data == {"model": "0xab"}
    with pytest.raises(BadInput, match="not empty"):
        restore_ledger(copy, postgres_url)


RECORD = TransactionRecord(
    key="1:assert",
    sender="0x" + "aa" * 20,
    call=Call(CONTRACT, b"\x01\x02", 1),
    deadline=None,
    gas=50_000,
    nonce=4,
    status=TxStatus.PENDING,
    reason="",
)
ATTEMPT = Attempt(4, b"\x07" * 32, b"raw", 10, 5, 6.5)


def cut_connections(url: str) -> None:
    """What a restart of the server does to everybody's connections."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    engine.dispose()


def test_who_lost_the_connection_and_was_replaced_can_send_nothing_any_more(
    postgres_url: str,
) -> None:
    first, second = (open_ledger(postgres_url, 11, CONTRACT) for _ in range(2))
    first.transactions.record_intent(RECORD)
    with first.hold_writer():
        first.transactions.record_attempt(RECORD.key, ATTEMPT)
        cut_connections(postgres_url)
        with second.hold_writer():  # the server has forgotten the first one's lock
            with pytest.raises(WriterLost, match="has taken this ledger over"):
                first.transactions.record_attempt(RECORD.key, ATTEMPT)
            with pytest.raises(WriterLost):
                first.writer.check()
            second.writer.check()
            second.transactions.record_attempt(RECORD.key, ATTEMPT)
        found = second.transactions.find(RECORD.key)
    assert found is not None and len(found.attempts) == 2
    first.close()
    second.close()


def test_who_lost_the_connection_and_was_not_replaced_goes_on_and_keeps_others_out(
    postgres_url: str,
) -> None:
    first, second = (open_ledger(postgres_url, 12, CONTRACT) for _ in range(2))
    with first.hold_writer():
        cut_connections(postgres_url)
        first.writer.check()
        with pytest.raises(NeedsHuman, match="another judge process"), second.hold_writer():
            pass
    first.close()
    second.close()


def test_a_spare_daemon_takes_over_when_the_first_one_is_killed(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    process = start(_HOLD_UNTIL_KILLED, sqlite_url)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    ledger = open_ledger(sqlite_url, 1, CONTRACT)
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            kill(process)

    with ledger.writer.wait(sleep):
        ledger.writer.check()
    assert len(waits) >= 3
    assert caplog.text.count("standing by") == 1
    ledger.close()


def test_a_database_that_is_gone_is_trouble_that_passes(sqlite_url: str, tmp_path: Path) -> None:
    ledger = open_ledger(sqlite_url, 1, CONTRACT)
    ledger.record_step(1, Step.FETCHED)
    for path in tmp_path.glob("ledger.sqlite*"):
        path.rename(path.with_name("moved-" + path.name))
    (tmp_path / "ledger.sqlite").mkdir()
    ledger.close()  # its next connection finds no database there
    with pytest.raises(LedgerUnavailable, match="does not answer"):
        ledger.steps(1)
    ledger.close()


def test_postgresql_takes_one_sender_at_a_time(postgres_url: str) -> None:
    first, second = (open_ledger(postgres_url, 1, CONTRACT) for _ in range(2))
    with (
        first.hold_writer(),
        pytest.raises(NeedsHuman, match="another judge process"),
        second.hold_writer(),
    ):
        pass
    with second.hold_writer():
        pass
    first.close()
    second.close()
