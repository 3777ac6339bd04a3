"""Bringing the ledgers of earlier versions up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Engine, insert, select, text, update

from oracle.errors import InvalidConfig
from oracle.ledger.lock import hold_writer
from oracle.ledger.schema import schema, series_days, series_trials

SCHEMA_VERSION = 3


def migrate(engine: Engine) -> None:
    """Rewrites an old ledger in one transaction; marks a new one with the present version.

    Raises InvalidConfig for the ledger of a later version, and NeedsHuman while a process that
    knows only the old format may still write.
    """
    with engine.begin() as connection:
        found = connection.execute(select(schema.c.version)).scalar()
        if found is None:
            connection.execute(insert(schema).values(version=SCHEMA_VERSION))
    if found in (None, SCHEMA_VERSION):
        return
    if found not in _MIGRATIONS:
        raise InvalidConfig(
            f"the ledger was written by another version of judge (format {found})",
            "use that version, or name a new ledger in ledger.url",
        )
    with hold_writer(engine), engine.begin() as connection:
        # Read again: another process may have been faster.
        version = connection.execute(select(schema.c.version)).scalar_one()
        while version != SCHEMA_VERSION:
            _MIGRATIONS[version](connection)
            version += 1
        connection.execute(update(schema).values(version=version))


def _order_steps(connection: Connection) -> None:
    """Format 1 counted FETCHED before SEEDED, and DISPUTED after the ends.

    Moved out of the way first: two steps must never have one number, not even for a moment.
    """
    connection.execute(text("UPDATE steps SET step = step + 100"))
    connection.execute(
        text(
            "UPDATE steps SET step = CASE step"
            " WHEN 103 THEN 4 WHEN 104 THEN 3"  # FETCHED, SEEDED
            " WHEN 110 THEN 11 WHEN 111 THEN 12 WHEN 112 THEN 10"  # FINALIZED, VOID, DISPUTED
            " ELSE step - 100 END"
        )
    )
    connection.execute(
        text(
            "CREATE INDEX IF NOT EXISTS steps_by_step"
            " ON steps (chain_id, contract, step, competition_id)"
        )
    )


def _add_series(connection: Connection) -> None:
    """Format 2 knew no series: a daemon of its time would let the days pass without a word."""
    for table in (series_days, series_trials):
        table.create(connection, checkfirst=True)


_MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _order_steps, 2: _add_series}
"""By the version that each one starts from."""
