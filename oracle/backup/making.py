"""A backup is made while the daemon runs, whole or not at all, and read again before it counts."""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from oracle.backup.archive import Count, Manifest, Source, read_archive, write_archive
from oracle.backup.places import STUDIO_BOOK, Places
from oracle.backup.sealing import read_sealed, write_sealed
from oracle.errors import BadInput, Mismatch
from oracle.ledger.copying import copy_ledger, copy_sqlite
from oracle.push.book import FILE_NAME as PUSH_BOOK
from oracle.push.book import is_damage

log = logging.getLogger(__name__)

LEDGER = "ledger"
LEDGER_FILE = "ledger.sqlite"


def make_backup(
    path: Path, passphrase: str, places: Places, chain_id: int, contract: str, *, whole: bool
) -> Count:
    """Writes a new backup and reads it again. Raises BadInput when `path` exists.

    Without `whole`, what can be made or fetched again is left out.
    """
    _require_outside(path, places)
    written: list[Count] = []
    with tempfile.TemporaryDirectory(prefix=".judge-backup-", dir=path.parent) as scratch:
        # The ledger first: what it speaks of was written before, and so is in the folders.
        sources = (_ledger(places, Path(scratch)), *_folders(places, Path(scratch), whole))
        manifest = Manifest(
            version=version("judging-oracle"),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            chain_id=chain_id,
            contract=contract,
            parts=tuple(source.name for source in sources),
            whole=whole,
        )

        def fill(into: IO[bytes]) -> None:
            written.append(write_archive(into, manifest, sources))

        write_sealed(path, passphrase, fill)
    try:
        if look_into(path, passphrase)[1] != written[0]:
            raise Mismatch(f"{path} does not hold what was written", "check the disk")
    except BaseException:
        path.unlink()
        raise
    return written[0]


def look_into(path: Path, passphrase: str) -> tuple[Manifest, Count]:
    """Reads a whole backup, unpacking nothing. Raises as `read_sealed` and `read_archive` do."""
    found: list[tuple[Manifest, Count]] = []
    read_sealed(path, passphrase, lambda source: found.append(read_archive(source, {})))
    return found[0]


def _require_outside(path: Path, places: Places) -> None:
    for folder in places.folders.values():
        if folder.resolve() in path.resolve().parents:
            raise BadInput(
                f"{path} is in {folder}, which it is a backup of",
                "write it elsewhere, best to another disk",
            )


def _ledger(places: Places, scratch: Path) -> Source:
    folder = scratch / LEDGER
    folder.mkdir()
    file = places.ledger_file
    if file is None:
        copy_ledger(places.ledger_url, folder / LEDGER_FILE)
    elif file.exists():
        copy_sqlite(file, folder / LEDGER_FILE)
    return Source(LEDGER, folder)


def _folders(places: Places, scratch: Path, whole: bool) -> tuple[Source, ...]:
    roots = frozenset(places.folders.values())
    left_out = {*_files_of(places.ledger_file), *(() if whole else places.spare)}
    sources = []
    for name, folder in places.folders.items():
        if not folder.is_dir():
            continue
        instead = {}
        for book in (folder / STUDIO_BOOK, folder / PUSH_BOOK):
            copy = scratch / f"{name}-{book.name}"
            if book.exists() and _copied(book, copy):
                instead[book] = copy
                left_out |= set(_files_of(book)) - {book}
        # A folder within another one is written under its own name alone.
        others = roots - {folder}
        sources.append(Source(name, folder, frozenset(left_out | others), instead))
    return tuple(sources)


def _copied(book: Path, copy: Path) -> bool:
    """Whether there is a copy of one moment; a damaged file of reminders is taken as it is."""
    copy.touch(mode=0o600)  # as both books are: it keeps this mode where it is restored
    try:
        copy_sqlite(book, copy)
    except BadInput as error:
        # Nothing but reminders rests on it: the secrets must be in the backup all the same.
        if book.name != PUSH_BOOK or not is_damage(error.__cause__):
            raise
        log.warning("backed up as it is: damaged", extra={"file": str(book), "reason": error.what})
        return False
    return True


def _files_of(database: Path | None) -> tuple[Path, ...]:
    """An SQLite database and what lies beside it."""
    if database is None:
        return ()
    return (
        database,
        *(Path(f"{database}{end}") for end in ("-journal", "-wal", "-shm", ".writer")),
    )
