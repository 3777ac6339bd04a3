"""What this machine has already done: the daemon's memory, in SQLite or PostgreSQL.

The chain is the truth; the ledger only prevents doing things twice. Every fact is one transaction,
so that a kill between any two statements leaves a ledger that is true as far as it goes.
"""

from __future__ import annotations

import enum
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, delete, insert, select, update

from oracle.ledger.database import open_engine
from oracle.ledger.journal import TransactionJournal
from oracle.ledger.lock import hold_writer
from oracle.ledger.pin_book import PinBook
from oracle.ledger.reveal_book import RevealBook
from oracle.ledger.roll_book import RollBook
from oracle.ledger.schema import halts, steps
from oracle.ledger.scope import Scope
from oracle.ledger.series_book import SeriesBook
from oracle.ledger.trouble_book import TroubleBook
from oracle.ledger.writer import Writer


class Step(enum.IntEnum):
    """How far a competition has come for this operator, in the daemon's order; ends come last.

    The numbers stand in ledgers: whoever changes them adds a migration.
    """

    DISCOVERED = 1
    ENTRIES_FINAL = 2
    SEEDED = 3
    FETCHED = 4
    TRAINED = 5
    SCORED = 6
    BUNDLE_PINNED = 7
    ASSERTION_SENT = 8
    ASSERTED = 9
    DISPUTED = 10
    FINALIZED = 11
    VOID = 12

    @property
    def is_end(self) -> bool:
        """Whether nothing is left to do."""
        return self >= Step.FINALIZED


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step that was taken, and the facts that later steps and people need."""

    step: Step
    data: Mapping[str, Any]
    recorded_at: float  # unix seconds


@dataclass(frozen=True, slots=True)
class Halt:
    """Why work on a competition was stopped until a human looks at it."""

    reason: str
    hint: str
    recorded_at: float  # unix seconds


class Ledger:
    """The steps and transactions of one contract on one chain."""

    def __init__(
        self, engine: Engine, chain_id: int, contract: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._engine = engine
        self._scope = scope = Scope(chain_id, contract)
        self._clock = clock
        self.writer = Writer(engine, clock)
        self.transactions = TransactionJournal(engine, scope, clock, self.writer.prove)
        self.pins = PinBook(engine, scope)
        self.reveals = RevealBook(engine, scope)
        self.series = SeriesBook(engine, scope, clock)
        self.troubles = TroubleBook(engine, scope, clock)
        self.roll = RollBook(engine, scope)

    # ------------------------------------------------------------------ steps

    def steps(self, competition_id: int) -> dict[Step, StepRecord]:
        """Every step that was recorded."""
        query = select(steps).where(*self._of(steps, competition_id))
        with self._engine.connect() as connection:
            return {Step(row["step"]): _step(row) for row in connection.execute(query).mappings()}

    def record_step(
        self, competition_id: int, step: Step, data: Mapping[str, Any] | None = None
    ) -> StepRecord:
        """Records that a step was taken; taken again, its data and time are replaced.

        `data` must be JSON: no bytes, no floats that matter.
        """
        text = json.dumps(dict(data or {}), sort_keys=True, allow_nan=False)
        now = self._clock()
        values = {"data": text, "recorded_at": now}
        key = self._scope.key(competition_id=str(competition_id), step=int(step))
        where = self._scope.where(steps, competition_id=str(competition_id), step=int(step))
        with self._engine.begin() as connection:
            if not connection.execute(update(steps).where(*where).values(values)).rowcount:
                connection.execute(insert(steps).values({**key, **values}))
        return StepRecord(step, json.loads(text), now)

    def record_ends(self, ends: Mapping[int, Step]) -> None:
        """Records that competitions have ended, many at once; what is known already stays."""
        known, now = self.ended(), self._clock()
        rows = [
            self._scope.key(competition_id=str(number), step=int(step), data="{}", recorded_at=now)
            for number, step in ends.items()
            if number not in known
        ]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(steps), rows)

    def ended(self) -> frozenset[int]:
        """The competitions that have ended."""
        ends = [int(step) for step in Step if step.is_end]
        query = select(steps.c.competition_id).where(
            *self._scope.where(steps), steps.c.step.in_(ends)
        )
        with self._engine.connect() as connection:
            return frozenset(int(number) for number in connection.execute(query).scalars())

    # ------------------------------------------------------------------ halts

    def halt(self, competition_id: int, reason: str, hint: str = "") -> None:
        """Stops work on a competition until `resume`; the first reason stays."""
        with self._engine.begin() as connection:
            if self._halt(connection, competition_id) is None:
                connection.execute(
                    insert(halts).values(
                        **self._scope.key(competition_id=str(competition_id)),
                        reason=reason,
                        hint=hint,
                        recorded_at=self._clock(),
                    )
                )

    def halted(self, competition_id: int) -> Halt | None:
        """Why work on a competition is stopped, or None."""
        with self._engine.connect() as connection:
            return self._halt(connection, competition_id)

    def halts(self) -> dict[int, Halt]:
        """Every competition on which work is stopped, and why."""
        query = select(halts).where(*self._scope.where(halts))
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return {int(row["competition_id"]): _read_halt(row) for row in rows}

    def resume(self, competition_id: int) -> None:
        """Allows work on a competition again."""
        with self._engine.begin() as connection:
            connection.execute(delete(halts).where(*self._of(halts, competition_id)))

    def _halt(self, connection: Connection, competition_id: int) -> Halt | None:
        query = select(halts).where(*self._of(halts, competition_id))
        row = connection.execute(query).mappings().first()
        return None if row is None else _read_halt(row)

    def _of(self, table: Table, competition_id: int) -> tuple[Any, ...]:
        return self._scope.where(table, competition_id=str(competition_id))

    # ---------------------------------------------------------------- opening

    def hold_writer(self) -> AbstractContextManager[None]:
        """Makes this process the ledger's only sender of transactions while the context lasts.

        Raises NeedsHuman on entering when another process is; a killed holder holds nothing.
        """
        return self.writer.hold()

    def require_free(self) -> None:
        """Raises NeedsHuman while another process sends with this ledger; takes nothing over."""
        with hold_writer(self._engine):
            pass

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()


def open_ledger(
    url: str, chain_id: int, contract: str, clock: Callable[[], float] = time.time
) -> Ledger:
    """Opens or creates a ledger: "sqlite:///PATH", "sqlite://" (in memory) or "postgresql://…".

    An old ledger is migrated. Raises InvalidConfig when the address is none of these or the
    database cannot be opened, and NeedsHuman when an old ledger is still written to.
    """
    return Ledger(open_engine(url), chain_id, contract, clock)


def _read_halt(row: RowMapping) -> Halt:
    return Halt(row["reason"], row["hint"], row["recorded_at"])


def _step(row: RowMapping) -> StepRecord:
    return StepRecord(Step(row["step"]), json.loads(row["data"]), row["recorded_at"])
