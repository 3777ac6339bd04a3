"""Who may send with a ledger: a lock, and a number that every send proves.

A lock of a database session ends with its connection, which the one who holds it may notice late.
So each holder also takes the next number, in one transaction, and an attempt is only written, and
so only sent, while the number in the ledger is still the holder's own (a fencing token).
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine, insert, select, update

from oracle.errors import WriterLost
from oracle.ledger.lock import hold_writer
from oracle.ledger.schema import writers
from oracle.ledger.standby import once_free

_NAME = "sender"


class Writer:
    """The right to send with one ledger, once it is held."""

    def __init__(self, engine: Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock
        self._fence: int | None = None
        self._renew: Callable[[], bool] | None = None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Holds the right while the context lasts. Raises NeedsHuman when another has it."""
        with hold_writer(self._engine) as renew:
            self._renew = renew
            self._fence = self._take()
            try:
                yield
            finally:
                self._fence = self._renew = None

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> AbstractContextManager[None]:
        """As `hold`, once whoever has it now is gone."""
        return once_free(self.hold, sleep)

    def check(self) -> None:
        """Raises WriterLost when another process has taken over; takes a lost lock again."""
        if self._fence is None:
            return
        if self._renew is not None and not self._renew():
            raise _lost()
        with self._engine.begin() as connection:
            self.prove(connection)

    def prove(self, connection: Connection) -> None:
        """Raises WriterLost unless the right is this process's until the transaction ends.

        Who never took it proves nothing: a person's command sends a transaction now and then.
        """
        if self._fence is None:
            return
        query = select(writers.c.fence).where(writers.c.name == _NAME).with_for_update()
        if connection.execute(query).scalar() != self._fence:
            raise _lost()

    def _take(self) -> int:
        """The next number; from its commit on, nobody proves an earlier one."""
        mine = writers.c.name == _NAME
        values = {"holder": f"{socket.gethostname()}:{os.getpid()}", "taken_at": self._clock()}
        with self._engine.begin() as connection:
            query = select(writers.c.fence).where(mine).with_for_update()
            found = connection.execute(query).scalar()
            if found is None:
                connection.execute(insert(writers).values(name=_NAME, fence=1, **values))
                return 1
            connection.execute(update(writers).where(mine).values(fence=found + 1, **values))
            return int(found) + 1


def _lost() -> WriterLost:
    return WriterLost(
        "another judge process has taken this ledger over, and sends in this one's place",
        "stop one of the two; start the spare one with: judge run --standby",
    )
