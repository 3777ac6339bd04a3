"""Databases that know their format: made in the present one, or brought to it from any earlier one.

The format is a whole number, counted from 1, in the table `alembic_version`.
https://alembic.sqlalchemy.org
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)

from oracle.errors import InvalidConfig
from oracle.ledger.lock import hold_writer

_marks = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


@dataclass(frozen=True)
class Format:
    """The present tables of one kind of database, and the way to them."""

    name: str  # as errors call it
    metadata: MetaData
    revision: str
    migrations: Path
    # The format of a database from before formats were marked; None for an empty one.
    unmarked: Callable[[Connection], str | None]


def bring_up_to_date(engine: Engine, present: Format) -> None:
    """Makes the tables of an empty database, or migrates those of an earlier version.

    A migration is one transaction: whole, or not at all. Raises InvalidConfig for a database of a
    later version, and NeedsHuman while a process that knows only an old format may still write.
    """
    with engine.begin() as connection:
        marked = marked_format(connection)
        found = marked or present.unmarked(connection)
        if found is None:
            present.metadata.create_all(connection)
            _mark(connection, present.revision)
    if found is None or marked == present.revision:
        return
    if not _is_known(found, present):
        raise InvalidConfig(
            f"{present.name} was written by another version of judge (format {found})",
            "use that version, or name a new one in the settings",
        )
    with hold_writer(engine), engine.begin() as connection:
        _migrate(connection, present)


def marked_format(connection: Connection) -> str | None:
    """The format that a database says it has; None where it says nothing."""
    if not inspect(connection).has_table(_marks.name):
        return None
    found: str | None = connection.execute(select(_marks.c.version_num)).scalar()
    return found


def _is_known(found: str, present: Format) -> bool:
    return found.isdecimal() and 1 <= int(found) <= int(present.revision)


def _mark(connection: Connection, revision: str) -> None:
    _marks.create(connection, checkfirst=True)
    connection.execute(insert(_marks).values(version_num=revision))


def _migrate(connection: Connection, present: Format) -> None:
    # Imported here: a database that is up to date needs none of it.
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    # Read again: another process may have been faster.
    found = marked_format(connection)
    if found is None:
        found = present.unmarked(connection) or present.revision
        _mark(connection, found)
    folder = str(present.migrations)
    script = ScriptDirectory(folder, version_locations=[folder])
    context = MigrationContext.configure(connection)
    with Operations.context(context):
        for step in reversed(list(script.iterate_revisions(present.revision, found))):
            step.module.upgrade()
            context.stamp(script, step.revision)
