"""Copies of ledgers, each of one moment, while others go on writing.

A copy is always an SQLite file, so that it can be restored to SQLite or to PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from oracle.errors import BadInput
from oracle.ledger.database import address_of, open_engine
from oracle.ledger.schema import metadata, schema

_ROWS_AT_ONCE = 500


def ledger_file(url: str) -> Path | None:
    """A ledger's own file, where it is one. Raises InvalidConfig."""
    parsed = address_of(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database)).absolute()


def copy_sqlite(source: Path, copy: Path) -> None:
    """Copies an SQLite database in whatever format it is; nobody has to wait.

    Raises BadInput when it is none, or when there is no room for the copy.
    """
    try:
        with (
            closing(sqlite3.connect(source)) as reading,
            closing(sqlite3.connect(copy)) as writing,
        ):
            reading.backup(writing)
            # One file, without a log beside it.
            writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BadInput(
            f"the database {source} cannot be copied: {error}",
            "check that it is one and can be read, and that there is room for a copy of it beside "
            "the backup",
        ) from error


def copy_ledger(url: str, copy: Path) -> None:
    """Copies a ledger that is no file into an SQLite file, in the present format."""
    source, target = open_engine(url), open_engine(f"sqlite:///{copy}")
    try:
        _copy_rows(source, target)
    finally:
        source.dispose()
        target.dispose()
    copy_of_it = copy.with_name(f"{copy.name}.one")
    copy_sqlite(copy, copy_of_it)
    for left in (copy, Path(f"{copy}-wal"), Path(f"{copy}-shm")):
        left.unlink(missing_ok=True)
    copy_of_it.rename(copy)


def restore_ledger(copy: Path, url: str) -> None:
    """Puts what a copy holds into an empty ledger, migrating it if need be: all of it or nothing.

    Raises BadInput when the ledger is not empty.
    """
    source, target = open_engine(f"sqlite:///{copy}"), open_engine(url)
    try:
        _copy_rows(source, target)
    finally:
        source.dispose()
        target.dispose()


def require_empty_ledger(url: str) -> None:
    """Raises BadInput when a ledger holds anything."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            _require_empty(connection)
    finally:
        engine.dispose()


def _copy_rows(source: Engine, target: Engine) -> None:
    try:
        _copy_every_row(source, target)
    except SQLAlchemyError as error:
        # Not chained, and without its text: that may hold what no log should.
        raise BadInput(
            f"the ledger cannot be copied: {type(error).__name__}",
            "check the database of [ledger] url; a damaged one has to be restored from a backup",
        ) from None


def _copy_every_row(source: Engine, target: Engine) -> None:
    with source.connect() as reading, target.begin() as writing:
        if source.dialect.name == "postgresql":
            # Otherwise each query would see a moment of its own.
            reading = reading.execution_options(isolation_level="REPEATABLE READ")
        _require_empty(writing)
        for table in metadata.sorted_tables:
            if table is schema:  # the count of formats, which the target has already
                continue
            rows = reading.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
            for some in rows.mappings().partitions(_ROWS_AT_ONCE):
                writing.execute(insert(table), [dict(row) for row in some])


def _require_empty(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if table is schema:
            continue
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise BadInput(
                "the ledger of [ledger] url is not empty",
                "nothing is overwritten; name an empty database, or move the old one away",
            )
