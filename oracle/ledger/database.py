"""How the ledger's database is opened: SQLite or PostgreSQL, with every table in it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from oracle.errors import InvalidConfig, LedgerUnavailable
from oracle.ledger.schema import REVISION, metadata, schema
from oracle.ledger.sqlite import open_sqlite
from oracle.ledger.upgrading import Format, bring_up_to_date


def address_of(url: str) -> URL:
    """The address in a setting. Raises InvalidConfig for one of no database that is supported."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number
        raise InvalidConfig(
            "ledger.url is not a database address", 'use one such as "sqlite:///ledger.sqlite"'
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidConfig(
            f"ledger.url names a database that is not supported: {parsed.get_backend_name()}",
            "use sqlite or postgresql",
        )
    return parsed


def open_engine(url: str) -> Engine:
    """A database with the ledger's tables in it.

    Raises InvalidConfig when it cannot be opened, and NeedsHuman when an old one has to be migrated
    while another process writes to it.
    """
    parsed = address_of(url)
    try:
        is_sqlite = parsed.get_backend_name() == "sqlite"
        engine = open_sqlite(parsed) if is_sqlite else _postgresql(parsed)
        _prepare(engine)
        _tell_what_fails(engine)
    except (SQLAlchemyError, NoSuchModuleError, ImportError, OSError) as error:
        # Not chained: the cause's text may hold the password.
        raise InvalidConfig(
            f"the ledger {parsed.render_as_string(hide_password=True)} does not open: "
            f"{type(error).__name__}",
            "check ledger.url, and that its folder or database exists and can be written",
        ) from None
    return engine


def _tell_what_fails(engine: Engine) -> None:
    """Makes a database that does not answer one of our errors: trouble that passes."""

    def tell(context: ExceptionContext) -> None:
        if context.is_pre_ping or not isinstance(
            context.sqlalchemy_exception, OperationalError | InterfaceError
        ):
            return
        # A server's words may hold what no log should; SQLite's tell of disk and locks.
        is_sqlite = engine.dialect.name == "sqlite"
        why = context.original_exception if is_sqlite else type(context.original_exception).__name__
        raise LedgerUnavailable(
            f"the ledger's database does not answer: {why}", "see that it runs and has room"
        ) from None

    event.listen(engine, "handle_error", tell)


def _postgresql(url: URL) -> Engine:
    # The driver is named: SQLAlchemy's default differs between its versions.
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def _prepare(engine: Engine) -> None:
    try:
        bring_up_to_date(engine, LEDGER)
    except BaseException:
        engine.dispose()
        raise


def _unmarked(connection: Connection) -> str | None:
    """Formats 1 to 3 stood in a table of their own."""
    if not inspect(connection).has_table(schema.name):
        return None
    found: int | None = connection.execute(select(schema.c.version)).scalar()
    return None if found is None else str(found)


LEDGER = Format(
    name="the ledger",
    metadata=metadata,
    revision=REVISION,
    migrations=Path(__file__).parent / "migrations",
    unmarked=_unmarked,
)
