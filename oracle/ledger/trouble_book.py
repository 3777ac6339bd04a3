"""The ledger's book of troubles: the last error of each competition that is tried again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from oracle.ledger.schema import troubles
from oracle.ledger.scope import Scope


@dataclass(frozen=True, slots=True)
class LastError:
    """Why a competition could not be taken further the last time."""

    reason: str
    hint: str
    recorded_at: float  # unix seconds


class TroubleBook:
    """Last errors of one contract's competitions. Every method is one database transaction."""

    def __init__(self, engine: Engine, scope: Scope, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._scope = scope
        self._clock = clock

    def record(self, competition_id: int, reason: str, hint: str = "") -> None:
        """Writes a competition's error in the place of an earlier one."""
        key = self._scope.key(competition_id=str(competition_id))
        values = {"reason": reason, "hint": hint, "recorded_at": self._clock()}
        with self._engine.begin() as connection:
            connection.execute(delete(troubles).where(*self._of(competition_id)))
            connection.execute(insert(troubles).values({**key, **values}))

    def clear(self, competition_id: int) -> None:
        """Forgets a competition's error: it continues."""
        with self._engine.begin() as connection:
            connection.execute(delete(troubles).where(*self._of(competition_id)))

    def all(self) -> dict[int, LastError]:
        """The last errors by competition."""
        query = select(troubles).where(*self._scope.where(troubles))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {
            int(row["competition_id"]): LastError(row["reason"], row["hint"], row["recorded_at"])
            for row in rows
        }

    def _of(self, competition_id: int) -> tuple[Any, ...]:
        return self._scope.where(troubles, competition_id=str(competition_id))
