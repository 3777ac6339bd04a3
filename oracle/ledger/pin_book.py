"""The ledger's book of strangers' images that are kept for a while."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, delete, func, insert, select, update

from oracle.ledger.schema import pins
from oracle.ledger.scope import Scope
from scoring.digest import Digest


class PinBook:
    """Images that are kept for a while, because nobody knows yet whether they count."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope

    def record(self, digest: Digest, size_bytes: int, pinned_at: int) -> None:
        """Writes a pin down before its block is stored; a known one is renewed."""
        where = self._scope.where(pins, digest=digest)
        values = {"size_bytes": size_bytes, "pinned_at": pinned_at}
        with self._engine.begin() as connection:
            if not connection.execute(update(pins).where(*where).values(values)).rowcount:
                connection.execute(
                    insert(pins).values({**self._scope.key(digest=digest), **values})
                )

    def has(self, digest: Digest) -> bool:
        """Whether a digest is kept only for a while."""
        query = select(pins.c.digest).where(*self._scope.where(pins, digest=digest))
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def digests(self) -> frozenset[Digest]:
        """Everything that is kept only for a while."""
        query = select(pins.c.digest).where(*self._scope.where(pins))
        with self._engine.connect() as connection:
            return frozenset(Digest(digest) for digest in connection.execute(query).scalars())

    def total_bytes(self) -> int:
        """Size of everything that is kept only for a while."""
        query = select(func.sum(pins.c.size_bytes)).where(*self._scope.where(pins))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def older_than(self, moment: int) -> tuple[Digest, ...]:
        """Digests pinned before a unix second."""
        query = select(pins.c.digest).where(*self._scope.where(pins), pins.c.pinned_at < moment)
        with self._engine.connect() as connection:
            return tuple(Digest(digest) for digest in connection.execute(query).scalars())

    def forget(self, digests: Iterable[Digest]) -> None:
        """Takes pins out of the book: their images are kept for good, or gone."""
        with self._engine.begin() as connection:
            for digest in digests:
                connection.execute(delete(pins).where(*self._scope.where(pins, digest=digest)))
