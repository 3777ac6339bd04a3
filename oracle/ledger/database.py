"""How the ledger's database is opened: SQLite or PostgreSQL, with every table in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from oracle.errors import InvalidConfig
from oracle.ledger.migrations import migrate
from oracle.ledger.schema import metadata

_BUSY_SECONDS = 10


def open_engine(url: str) -> Engine:
    """A database with the ledger's tables in it.

    Raises InvalidConfig when it cannot be opened, and NeedsHuman when an old one has to be migrated
    while another process writes to it.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InvalidConfig(
            "ledger.url is not a database address", 'use one such as "sqlite:///ledger.sqlite"'
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidConfig(
            f"ledger.url names a database that is not supported: {parsed.get_backend_name()}",
            "use sqlite or postgresql",
        )
    try:
        engine = _sqlite(url) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
        _prepare(engine)
    except (SQLAlchemyError, NoSuchModuleError, ImportError, OSError) as error:
        # Not chained: the cause's text may hold the password.
        raise InvalidConfig(
            f"the ledger {parsed.render_as_string(hide_password=True)} does not open: "
            f"{type(error).__name__}",
            "check ledger.url, and that its folder or database exists and can be written",
        ) from None
    return engine


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path in (None, "", ":memory:"):
        # One connection for all: every further one would be an empty database of its own.
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    def prepare(connection: Any, _record: object) -> None:
        # SQLAlchemy says BEGIN itself (below); the driver's own would come too late.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    def begin(connection: Any) -> None:
        # Taking the write lock at once makes read-then-write one step between processes.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _postgresql(url: URL) -> Engine:
    # The driver is named: SQLAlchemy's default differs between its versions.
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def _prepare(engine: Engine) -> None:
    try:
        metadata.create_all(engine)
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
