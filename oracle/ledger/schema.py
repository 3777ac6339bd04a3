"""The ledger's tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
    insert,
)

metadata = MetaData()

# The format that these tables are. Whoever changes them adds a file to `oracle/ledger/migrations`.
REVISION = "5"
_AFTER_THE_OLD_COUNT = 4


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


# How formats were counted before Alembic: an older judge looks here, and must not find its own.
schema = Table("schema", metadata, Column("version", Integer, primary_key=True))


@event.listens_for(schema, "after_create")
def _turn_older_away(table: Table, connection: Connection, **_: Any) -> None:
    connection.execute(insert(table).values(version=_AFTER_THE_OLD_COUNT))


steps = Table(
    "steps",
    metadata,
    *_competition(),
    Column("step", Integer, primary_key=True),
    Column("data", Text, nullable=False),
    Column("recorded_at", Float, nullable=False),
    # Finds all ended competitions without reading the steps of every one.
    Index("steps_by_step", "chain_id", "contract", "step", "competition_id"),
)

halts = Table(
    "halts",
    metadata,
    *_competition(),
    Column("reason", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("recorded_at", Float, nullable=False),
)

# The last error of each competition that is tried again; a row goes when it continues.
troubles = Table(
    "troubles",
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

# Attempts that a node refused: they are in no pool, and need not be outbid.
refused_attempts = Table(
    "refused_attempts",
    metadata,
    *_transaction(),
    Column("number", Integer, primary_key=True),
    Column("words", Text, nullable=False),
)

# Who may send transactions with this ledger: every new holder gets the next number.
writers = Table(
    "writers",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("fence", BigInteger, nullable=False),
    Column("holder", String(200), nullable=False),
    Column("taken_at", Float, nullable=False),
)

# What logs told of competitions, up to the block of the cursor.
known_competitions = Table(
    "known_competitions",
    metadata,
    *_scope(),
    Column("competition_id", BigInteger, primary_key=True),
    Column("operator", String(42), nullable=False),
    Column("created_block", BigInteger, nullable=False),
    Column("ended", Boolean, nullable=False),
)

log_cursors = Table(
    "log_cursors",
    metadata,
    *_scope(),
    Column("block_number", BigInteger, nullable=False),
    Column("block_hash", LargeBinary(32), nullable=False),
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

# The days of a series: what was decided about each, and with which target.
series_days = Table(
    "series_days",
    metadata,
    *_scope(),
    Column("day", String(10), primary_key=True),  # a date, such as 2026-11-28
    Column("number", Integer, nullable=False),
    Column("opens_at", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", LargeBinary(32)),
    Column("target", LargeBinary(32)),
    Column("commitment", LargeBinary(32)),
    Column("deck", LargeBinary(32)),
    Column("card", LargeBinary),
    Column("competition_id", String(78)),
    Column("recorded_at", Float, nullable=False),
)

# Whether a target can be judged by a spec; an empty reason says that it can.
series_trials = Table(
    "series_trials",
    metadata,
    *_scope(),
    Column("source", LargeBinary(32), primary_key=True),
    Column("spec", LargeBinary(32), primary_key=True),
    Column("reason", Text, nullable=False),
)
