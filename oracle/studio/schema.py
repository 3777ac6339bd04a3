"""The studio's tables: sessions, prompts, and the log's records, in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.exc import OperationalError, SQLAlchemyError, TimeoutError

from oracle.errors import InvalidConfig
from oracle.ledger.sqlite import READS_ALONE, open_sqlite
from oracle.ledger.upgrading import Format, bring_up_to_date
from oracle.studio.errors import BookUnavailable

metadata = MetaData()

# The format that these tables are. Whoever changes them adds a file to `oracle/studio/migrations`.
REVISION = "1"


def _competition() -> tuple[Column[Any], ...]:
    return (
        Column("chain_id", BigInteger, primary_key=True),
        Column("contract", String(42), primary_key=True),
        # 256 bits wide on the chain.
        Column("competition_id", String(78), primary_key=True),
    )


sessions = Table(
    "sessions",
    metadata,
    # The token itself is with its player alone.
    Column("token_sha256", LargeBinary(32), primary_key=True),
    Column("competition_id", String(78), nullable=False),
    Column("ticket_id", BigInteger, nullable=False),
    Column("player", String(42), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

prompts = Table(
    "prompts",
    metadata,
    *_competition(),
    Column("ticket_id", BigInteger, primary_key=True),
    Column("number", Integer, primary_key=True),  # of all that the ticket ever asked, from 1
    Column("key", String(200), nullable=False),  # the client's: the same prompt asked again
    Column("text", Text, nullable=False),
    Column("player", String(42), nullable=False),
    Column("state", String(20), nullable=False),
    # Null once it is given back. Of one ticket no index is ever held twice.
    Column("prompt_index", Integer),
    Column("ends_at", BigInteger, nullable=False),  # unix seconds of chain time; then it is refused
    Column("queued_at", Float, nullable=False),
    Column("done_at", Float),
    Column("image_digest", LargeBinary(32)),
    Column("signature", LargeBinary),
    Column("reason", Text, nullable=False),
    UniqueConstraint("chain_id", "contract", "competition_id", "ticket_id", "key"),
    UniqueConstraint("chain_id", "contract", "competition_id", "ticket_id", "prompt_index"),
    Index("by_state", "chain_id", "contract", "state", "queued_at"),
)

records = Table(
    "records",
    metadata,
    *_competition(),
    Column("position", Integer, primary_key=True),  # in the log, from 0
    Column("record", LargeBinary, nullable=False),
    Column("head", LargeBinary(32), nullable=False),  # the chain's hash after it
)


def _unmarked(connection: Connection) -> str | None:
    return "1" if inspect(connection).has_table(prompts.name) else None


BOOK = Format(
    name="the studio's book",
    metadata=metadata,
    revision=REVISION,
    migrations=Path(__file__).parent / "migrations",
    unmarked=_unmarked,
)


def open_studio_engine(path: Path | None, *, outlasts_power: bool = True) -> Engine:
    """The studio's database; None: one in memory. One of an earlier version is migrated.

    Raises InvalidConfig when it does not open, and NeedsHuman as `bring_up_to_date` does.

    What `outlasts_power` means stands at `oracle.ledger.sqlite`.
    """
    try:
        url = URL.create("sqlite") if path is None else _on_disk(path)
        engine = open_sqlite(url, outlasts_power=outlasts_power)
        bring_up_to_date(engine, BOOK)
    except (SQLAlchemyError, OSError) as error:
        raise InvalidConfig(
            f"the studio's database {path} does not open: {type(error).__name__}",
            "check that [studio] work_dir exists and can be written",
        ) from error
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, whole or not at all. Raises `BookUnavailable`."""
    with _in_own_words(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that changes nothing, and waits for no writer. Raises `BookUnavailable`."""
    with _in_own_words(), engine.connect() as connection:
        yield connection.execution_options(**READS_ALONE)


@contextmanager
def _in_own_words() -> Iterator[None]:
    try:
        yield
    except (OperationalError, TimeoutError) as error:
        # The statement is left out: it holds what players wrote.
        reason = getattr(error, "orig", None) or type(error).__name__
        raise BookUnavailable(
            f"the studio cannot use its database now: {reason}",
            "nothing was counted; the operator makes room in [studio] work_dir",
        ) from error


def _on_disk(path: Path) -> URL:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return URL.create("sqlite", database=str(path))
