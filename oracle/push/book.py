"""Who wants to be reminded of which competition, and of what each was told: a small database.

Losing it costs reminders and nothing else, so it stands beside the ledger and not in it. A damaged
one is set aside, and a new one begins.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from oracle.errors import RetryLater, StoreFull
from oracle.push.reminder import Occasion
from oracle.push.subscription import Subscription

log = logging.getLogger(__name__)

FILE_NAME = "push.sqlite"
MOST_FAILURES = 8
"""After so many in a row nobody is taken to be there."""
_MOST_COMPETITIONS = 50  # of one browser

_SCHEMA = """
CREATE TABLE IF NOT EXISTS subscription (
  endpoint TEXT NOT NULL, competition INTEGER NOT NULL, point BLOB NOT NULL, auth BLOB NOT NULL,
  told TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (competition, endpoint)
);
CREATE INDEX IF NOT EXISTS by_endpoint ON subscription (endpoint);
"""


@dataclass(eq=False)
class SubscriptionBook:
    """Keeps at most `most` subscriptions in the file at `path`; can be shared by threads.

    Every method raises `RetryLater` while the file cannot be used, and once when it is damaged.
    """

    path: Path
    most: int
    _one: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        try:
            self.count()
        except RetryLater as error:  # no reason not to judge
            log.warning("no reminders now", extra={"reason": error.what, "hint": error.hint})

    def add(self, competition_id: int, given: Subscription, told: Occasion | None) -> None:
        """Takes a subscription, or its new keys; `told` is what need not be said any more.

        Raises `StoreFull`.
        """
        with self._open() as database:
            total, own = database.execute(
                "SELECT count(*), count(CASE WHEN endpoint = ? THEN 1 END) FROM subscription",
                (given.endpoint,),
            ).fetchone()
            if total >= self.most or own >= _MOST_COMPETITIONS:
                raise StoreFull(
                    "no more reminders are taken at the moment", "take the calendar entry"
                )
            database.execute(
                "INSERT INTO subscription (endpoint, competition, point, auth, told) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (competition, endpoint) "
                "DO UPDATE SET point = excluded.point, auth = excluded.auth, failures = 0",
                (given.endpoint, competition_id, given.point, given.auth, told or ""),
            )

    def remove(self, endpoint: str, competition_id: int | None = None) -> None:
        """Forgets a browser, or what it wanted of one competition."""
        with self._open() as database:
            database.execute(
                "DELETE FROM subscription WHERE endpoint = ? AND coalesce(?, competition) = "
                "competition",
                (endpoint, competition_id),
            )

    def competitions(self) -> tuple[int, ...]:
        """Those that somebody waits for."""
        with self._open() as database:
            rows = database.execute("SELECT DISTINCT competition FROM subscription").fetchall()
        return tuple(competition for (competition,) in rows)

    def untold(self, competition_id: int, occasion: Occasion) -> tuple[Subscription, ...]:
        """Who has not been told of an occasion."""
        with self._open() as database:
            rows = database.execute(
                "SELECT endpoint, point, auth FROM subscription "
                "WHERE competition = ? AND told != ? ORDER BY failures, endpoint",
                (competition_id, occasion),
            ).fetchall()
        return tuple(Subscription(*row) for row in rows)

    def tell(self, competition_id: int, endpoint: str, occasion: Occasion) -> None:
        """Notes that a browser was told."""
        with self._open() as database:
            database.execute(
                "UPDATE subscription SET told = ?, failures = 0 "
                "WHERE competition = ? AND endpoint = ?",
                (occasion, competition_id, endpoint),
            )

    def fail(self, endpoint: str) -> None:
        """Notes a failure, and forgets a browser that has had too many in a row."""
        with self._open() as database:
            database.execute(
                "UPDATE subscription SET failures = failures + 1 WHERE endpoint = ?", (endpoint,)
            )
            database.execute("DELETE FROM subscription WHERE failures >= ?", (MOST_FAILURES,))

    def close(self, competition_id: int) -> None:
        """Forgets a competition of which nothing more will be told."""
        with self._open() as database:
            database.execute("DELETE FROM subscription WHERE competition = ?", (competition_id,))

    def count(self) -> int:
        """How many subscriptions there are."""
        with self._open() as database:
            return int(database.execute("SELECT count(*) FROM subscription").fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._one:
            try:
                if not self.path.exists():
                    self.path.parent.mkdir(parents=True, exist_ok=True)
                    self.path.touch(mode=0o600)
                with closing(sqlite3.connect(self.path)) as database, database:
                    database.executescript(_SCHEMA)
                    yield database
            except (sqlite3.Error, OSError) as error:
                if is_damage(error):
                    self._begin_anew(error)
                raise RetryLater(
                    f"the reminders in {self.path} cannot be used now: {error}",
                    "make room there, and let this user write it",
                ) from error

    def _begin_anew(self, error: Exception) -> None:
        """Sets the damaged file aside, in the place of an earlier one; raises `RetryLater`."""
        aside = aside_of(self.path)
        replaced = aside.exists()
        try:
            # A journal belongs to its file alone: played into another one, it would damage that.
            Path(f"{aside}-journal").unlink(missing_ok=True)
            self.path.replace(aside)
            if (journal := Path(f"{self.path}-journal")).exists():
                journal.replace(f"{aside}-journal")
        except OSError as trouble:
            raise RetryLater(
                f"{self.path} is damaged, and cannot be set aside: {trouble.strerror}",
                "move it away",
            ) from error
        hint = "browsers have to subscribe again; or stop the daemon, and restore it from a backup"
        facts = {"reason": str(error), "file": str(aside), "replaced": replaced, "hint": hint}
        log.warning("reminders begin anew: their file was damaged", extra=facts)
        raise RetryLater("the reminders were damaged, and begin anew", "try again") from error


def aside_of(path: Path) -> Path:
    """Where a damaged file is found."""
    return path.with_name(f"{path.name}.damaged")


def is_damage(error: BaseException | None) -> bool:
    """Whether an error is lasting harm to a database's file; a full disk or a lock is none."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what SQLite adds to it
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def damage_in(path: Path) -> str:
    """What is wrong with the file, read to its end; nothing where it is whole or missing."""
    if not path.exists():
        return ""
    try:
        # Not read-only: what a kill left unfinished is put right first, as the daemon would.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            found = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else found
