"""One writer of nonces: a lock on the ledger that ends with the process that holds it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from oracle.errors import NeedsHuman

# Any number will do for PostgreSQL as long as nothing else in the database uses it.
_ADVISORY_LOCK = 0x4A55444745


@contextmanager
def hold_writer(engine: Engine) -> Iterator[None]:
    """Holds the ledger's writer lock. Raises NeedsHuman when another process holds it.

    SQLite: an advisory lock on a file beside the database. PostgreSQL: an advisory lock of the
    session. Both are dropped by the system when the process dies. A ledger in memory has only one
    user.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            query = text("SELECT pg_try_advisory_lock(:key)")
            if not connection.execute(query, {"key": _ADVISORY_LOCK}).scalar():
                raise _taken()
            try:
                yield
            finally:
                # The end of the session frees the lock too, but only once the server notices it,
                # and the next holder may ask before that.
                with suppress(SQLAlchemyError):
                    connection.execute(
                        text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK}
                    )
                # Not given back to the pool: a lock that is still held would live on there.
                connection.invalidate()
        return
    database = engine.url.database
    if database in (None, "", ":memory:"):
        yield
        return
    path = Path(f"{database}.writer")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _taken() from None
        yield


def _taken() -> NeedsHuman:
    return NeedsHuman(
        "another judge process sends transactions with this ledger",
        "stop it first, or give this one a ledger and a key of its own",
    )
