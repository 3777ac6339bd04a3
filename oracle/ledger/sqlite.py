"""How SQLite is opened wherever something must be remembered: durable, one writer at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

_BUSY_SECONDS = 10
READS_ALONE = {"reads_alone": True}
"""Options of a connection that only reads: it sees one moment, and takes no lock."""


def open_sqlite(url: URL, *, outlasts_power: bool = True) -> Engine:
    """A database file, whose folder is made if need be, or one in memory; without any tables.

    Without `outlasts_power` a commit does not wait for the disk: it outlasts the process, and a
    power cut may take the last ones back, in order.
    """
    if url.database in (None, "", ":memory:"):
        # One connection for all: every further one would be an empty database of its own.
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    def prepare(connection: Any, _record: object) -> None:
        # SQLAlchemy says BEGIN itself (below); the driver's own would come too late.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # What was counted or sent must still be known after a power cut.
        connection.execute(f"PRAGMA synchronous={'FULL' if outlasts_power else 'NORMAL'}")

    def begin(connection: Any) -> None:
        # Taking the write lock at once makes read-then-write one step between processes.
        reads = READS_ALONE.items() <= connection.get_execution_options().items()
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine
