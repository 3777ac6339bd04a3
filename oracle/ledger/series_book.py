"""The ledger's book of a series: what was decided about each day, so that none comes twice."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from oracle.ledger.schema import series_days, series_trials
from oracle.ledger.scope import Scope


class DayState(enum.Enum):
    """What was decided about a day of a series."""

    WAITING = "waiting"  # due, and something is missing: see the reason
    CLAIMED = "claimed"  # its target is chosen; its competition is being created
    CREATED = "created"  # its competition stands in a final block
    OPENED = "opened"  # its target is opened; target and card are public
    VOIDED = "voided"  # its competition ended before its target was opened
    SKIPPED = "skipped"  # by the operator's wish
    MISSED = "missed"  # it went by without a competition: see the reason


@dataclass(frozen=True, slots=True)
class SeriesDay:
    """One day of a series."""

    day: date
    number: int
    opens_at: int  # unix seconds
    state: DayState
    reason: str = ""
    source: bytes | None = None  # sha256 of the target's file, as it lies in the folder
    target: bytes | None = None  # sha256 of the target itself
    commitment: bytes | None = None
    deck: bytes | None = None  # what it was drawn from, where targets are drawn
    card: bytes | None = None  # the target's card, canonical JSON
    competition_id: int | None = None
    recorded_at: float = 0.0  # unix seconds; the book's own


class SeriesBook:
    """Days and trials of one contract's series. Every method is one database transaction."""

    def __init__(self, engine: Engine, scope: Scope, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._scope = scope
        self._clock = clock

    def days(self) -> tuple[SeriesDay, ...]:
        """Every day that something was decided about, oldest first."""
        query = select(series_days).where(*self._scope.where(series_days))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(series_days.c.day)).mappings().all()
        return tuple(map(_day, rows))

    def day(self, day: date) -> SeriesDay | None:
        """What was decided about a day."""
        with self._engine.connect() as connection:
            row = connection.execute(select(series_days).where(*self._of(day))).mappings().first()
        return None if row is None else _day(row)

    def begin(self, record: SeriesDay) -> bool:
        """Writes a day that nothing was decided about yet; returns False where something was.

        A day that waits counts as undecided.
        """
        waiting = series_days.c.state == DayState.WAITING.value
        values = self._values(record)
        try:
            with self._engine.begin() as connection:
                changed = update(series_days).where(*self._of(record.day), waiting).values(values)
                if not connection.execute(changed).rowcount:
                    key = self._scope.key(day=record.day.isoformat())
                    connection.execute(insert(series_days).values({**key, **values}))
        except IntegrityError:
            return False
        return True

    def miss(self, records: Iterable[SeriesDay]) -> None:
        """Writes that days went by, those of them that nothing else was decided about."""
        waiting = series_days.c.state == DayState.WAITING.value
        known = {record.day for record in self.days()}
        with self._engine.begin() as connection:
            for record in records:
                where, values = self._of(record.day), self._values(record)
                if record.day in known:
                    connection.execute(update(series_days).where(*where, waiting).values(values))
                else:
                    key = self._scope.key(day=record.day.isoformat())
                    connection.execute(insert(series_days).values({**key, **values}))

    def change(self, record: SeriesDay) -> None:
        """Writes anew what is known of a day that was begun."""
        with self._engine.begin() as connection:
            connection.execute(
                update(series_days).where(*self._of(record.day)).values(self._values(record))
            )

    def forget(self, day: date, states: Iterable[DayState]) -> bool:
        """Takes a day out of the book if it is in one of `states`; returns whether it was."""
        among = series_days.c.state.in_([state.value for state in states])
        with self._engine.begin() as connection:
            gone = connection.execute(delete(series_days).where(*self._of(day), among))
        return bool(gone.rowcount)

    def trial(self, source: bytes, spec: bytes) -> str | None:
        """Why a target cannot be judged, "" if it can, None if nobody has tried."""
        where = self._scope.where(series_trials, source=source, spec=spec)
        query = select(series_trials.c.reason).where(*where)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def record_trial(self, source: bytes, spec: bytes, reason: str) -> None:
        """Writes down what a trial has shown; the first result stays."""
        if self.trial(source, spec) is None:
            key = self._scope.key(source=source, spec=spec)
            with self._engine.begin() as connection:
                connection.execute(insert(series_trials).values(**key, reason=reason))

    def _of(self, day: date) -> tuple[Any, ...]:
        return self._scope.where(series_days, day=day.isoformat())

    def _values(self, record: SeriesDay) -> dict[str, Any]:
        number = record.competition_id
        return {
            "number": record.number,
            "opens_at": record.opens_at,
            "state": record.state.value,
            "reason": record.reason,
            "source": record.source,
            "target": record.target,
            "commitment": record.commitment,
            "deck": record.deck,
            "card": record.card,
            "competition_id": None if number is None else str(number),
            "recorded_at": self._clock(),
        }


def _day(row: RowMapping) -> SeriesDay:
    number = row["competition_id"]
    return SeriesDay(
        day=date.fromisoformat(row["day"]),
        number=row["number"],
        opens_at=row["opens_at"],
        state=DayState(row["state"]),
        reason=row["reason"],
        source=row["source"],
        target=row["target"],
        commitment=row["commitment"],
        deck=row["deck"],
        card=row["card"],
        competition_id=None if number is None else int(number),
        recorded_at=row["recorded_at"],
    )
