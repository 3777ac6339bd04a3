"""The ledger's tables, and how its database is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Boolean,
    Column,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from oracle.errors import InvalidConfig

SCHEMA_VERSION = 1
_BUSY_SECONDS = 10

metadata = MetaData()


def _scope() -> tuple[Column[Any], ...]:
    return (
        Column("chain_id", BigInteger, primary_key=True),
        Column("contract", String(42), primary_key=True),
    )


# Ids and amounts are 256 bits wide on the chain and stand here as decimal text.
def _competition() -> tuple[Column[Any], ...]:
    return (*_scope(), Column("competition_id", String(78), primary_key=True))


def _ticket() -> tuple[Column[Any], ...]:
    return (*_competition(), Column("ticket_id", BigInteger, primary_key=True))


def _transaction() -> tuple[Column[Any], ...]:
    return (*_scope(), Column("key", String(200), primary_key=True))


schema = Table("schema", metadata, Column("version", Integer, primary_key=True))

steps = Table(
    "steps",
    metadata,
    *_competition(),
    Column("step", Integer, primary_key=True),
    Column("data", Text, nullable=False),
    Column("recorded_at", Float, nullable=False),
)

halts = Table(
    "halts",
    metadata,
    *_competition(),
    Column("reason", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("recorded_at", Float, nullable=False),
)

transactions = Table(
    "transactions",
    metadata,
    *_transaction(),
    Column("sender", String(42), nullable=False),
    Column("receiver", String(42)),
    Column("data", LargeBinary, nullable=False),
    Column("value_wei", String(78), nullable=False),
    Column("deadline", BigInteger),
    Column("gas", BigInteger, nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", Float, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    *_transaction(),
    Column("number", Integer, primary_key=True),
    Column("nonce", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("max_fee_wei", String(78), nullable=False),
    Column("priority_fee_wei", String(78), nullable=False),
    Column("recorded_at", Float, nullable=False),
    Column("cancels", Boolean, nullable=False),
)

# Strangers' images that are kept for a while; a row goes when its image is kept for good.
pins = Table(
    "pins",
    metadata,
    *_scope(),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("pinned_at", BigInteger, nullable=False),
)

# What players handed over to be revealed for them; `batch` is the transaction that does it.
reveals = Table(
    "reveals",
    metadata,
    *_ticket(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Column("batch", Integer),
    Column("done", Boolean, nullable=False),
)

# What a studio signed about them, in competitions that have one.
reveal_receipts = Table(
    "reveal_receipts",
    metadata,
    *_ticket(),
    Column("prompt_index", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)


def open_engine(url: str) -> Engine:
    """A database with the ledger's tables in it. Raises InvalidConfig when that cannot be had."""
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
        _check_version(engine)
    except BaseException:
        engine.dispose()
        raise


def _check_version(engine: Engine) -> None:
    with engine.begin() as connection:
        version = connection.execute(select(schema.c.version)).scalar()
        if version is None:
            connection.execute(insert(schema).values(version=SCHEMA_VERSION))
        elif version != SCHEMA_VERSION:
            raise InvalidConfig(
                f"the ledger was written by another version of judge (format {version})",
                "use that version, or name a new ledger in ledger.url",
            )
