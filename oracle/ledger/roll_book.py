"""The ledger's roll of competitions: what logs told of each, up to the block of a cursor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from oracle.ledger.schema import known_competitions, log_cursors
from oracle.ledger.scope import Scope

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A competition that a log told of."""

    competition_id: int
    operator: str
    created_block: int
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """The block up to which logs were read; its hash tells whether the chain still has it."""

    block_number: int
    block_hash: bytes


class RollBook:
    """The roll of one contract. Every method is one database transaction."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope

    def cursor(self) -> Cursor | None:
        """Up to where logs were read; None before the first time."""
        query = select(log_cursors).where(*self._scope.where(log_cursors))
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Cursor(row["block_number"], row["block_hash"])

    def known(self) -> tuple[Known, ...]:
        """Every competition that logs told of, in order."""
        query = select(known_competitions).where(*self._scope.where(known_competitions))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(known_competitions.c.competition_id)).all()
        return tuple(
            Known(row.competition_id, row.operator, row.created_block, row.ended) for row in rows
        )

    def advance(self, created: Iterable[Known], ended: Iterable[int], cursor: Cursor) -> None:
        """Writes down what the logs up to `cursor` told, in one piece with the cursor itself."""
        rows = [
            self._scope.key(
                competition_id=one.competition_id,
                operator=one.operator,
                created_block=one.created_block,
                ended=one.ended,
            )
            for one in created
        ]
        numbers = list(ended)
        with self._engine.begin() as connection:
            if rows:
                connection.execute(insert(known_competitions), rows)
            for start in range(0, len(numbers), _AT_ONCE):
                among = known_competitions.c.competition_id.in_(numbers[start : start + _AT_ONCE])
                where = self._scope.where(known_competitions)
                connection.execute(
                    update(known_competitions).where(*where, among).values(ended=True)
                )
            connection.execute(delete(log_cursors).where(*self._scope.where(log_cursors)))
            values = {"block_number": cursor.block_number, "block_hash": cursor.block_hash}
            connection.execute(insert(log_cursors).values(**self._scope.key(), **values))

    def forget(self) -> None:
        """Drops the whole roll: it was of a chain that is no more."""
        with self._engine.begin() as connection:
            for table in (known_competitions, log_cursors):
                connection.execute(delete(table).where(*self._scope.where(table)))
