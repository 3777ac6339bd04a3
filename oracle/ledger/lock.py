"""One writer of nonces: a lock on the ledger that ends with the process that holds it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from oracle.errors import LedgerUnavailable, NeedsHuman

# Any number will do for PostgreSQL as long as nothing else in the database uses it.
_ADVISORY_LOCK = 0x4A55444745


Renew = Callable[[], bool]
"""Takes the lock again if it was lost; whether it is held."""


class _SessionLock:
    """PostgreSQL's advisory lock of a session: it goes with the connection, whatever ends that."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Whether the lock could be taken, on a connection of its own."""
        connection = self._engine.connect()
        query = text("SELECT pg_try_advisory_lock(:key)")
        if connection.execute(query, {"key": _ADVISORY_LOCK}).scalar():
            connection.commit()  # a lock of the session; an open transaction would age
            self._connection = connection
            return True
        connection.close()
        return False

    def renew(self) -> bool:
        """Whether it is held still, or again."""
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
                self._connection.commit()
                return True
            except (SQLAlchemyError, LedgerUnavailable):
                self._drop()
        return self.take()

    def give_back(self) -> None:
        """Frees the lock for the next holder."""
        if self._connection is not None:
            # The end of the session frees it too, but only once the server notices it, and the
            # next holder may ask before that.
            with suppress(SQLAlchemyError, LedgerUnavailable):
                query = text("SELECT pg_advisory_unlock(:key)")
                self._connection.execute(query, {"key": _ADVISORY_LOCK})
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError, LedgerUnavailable):
                # Not given back to the pool: a lock that is still held would live on there.
                connection.invalidate()
                connection.close()


@contextmanager
def hold_writer(engine: Engine) -> Iterator[Renew]:
    """Holds the ledger's writer lock. Raises NeedsHuman when another process holds it.

    SQLite: an advisory lock on a file beside the database. PostgreSQL: an advisory lock of the
    session. Both are dropped by the system when the process dies. A ledger in memory has only one
    user.
    """
    if engine.dialect.name == "postgresql":
        lock = _SessionLock(engine)
        if not lock.take():
            raise _taken()
        try:
            yield lock.renew
        finally:
            lock.give_back()
        return
    database = engine.url.database
    if database in (None, "", ":memory:"):
        yield _held
        return
    path = Path(f"{database}.writer")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _taken() from None
        yield _held


def _held() -> bool:
    return True


def _taken() -> NeedsHuman:
    return NeedsHuman(
        "another judge process sends transactions with this ledger",
        "stop it first, or give this one a ledger and a key of its own; a spare: --standby",
    )
