"""A backup is unpacked beside its places, checked to its end, and only then put there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from oracle.backup.archive import Count, Manifest, read_archive
from oracle.backup.making import LEDGER, LEDGER_FILE
from oracle.backup.places import WORK, Places
from oracle.backup.sealing import read_sealed
from oracle.errors import BadInput
from oracle.ledger.copying import require_empty_ledger, restore_ledger


def restore_backup(path: Path, passphrase: str, places: Places) -> tuple[Manifest, Count]:
    """Puts everything in its place. Raises BadInput when anything would be overwritten.

    Also raises as `read_sealed` and `read_archive` do; then nothing was put anywhere.
    """
    for folder in places.folders.values():
        _require_empty(folder, places)
    if places.ledger_file is None or places.ledger_file.exists():
        require_empty_ledger(places.ledger_url)
    with _stages({**places.folders, LEDGER: places.folders[WORK]}) as stages:
        found: list[tuple[Manifest, Count]] = []

        def drain(source: IO[bytes]) -> None:
            found.append(read_archive(source, stages))

        read_sealed(path, passphrase, drain)
        _require_places(found[0][0], places)
        for name, folder in places.folders.items():
            _settle(stages[name], folder)
        copy = stages[LEDGER] / LEDGER_FILE
        # Last: a daemon finds either all of it or an empty ledger.
        if copy.exists():
            restore_ledger(copy, places.ledger_url)
    return found[0]


@contextmanager
def _stages(folders: Mapping[str, Path]) -> Iterator[dict[str, Path]]:
    """A new folder inside each, so that what is in it can be moved there by a rename."""
    made: dict[str, Path] = {}
    new = [folder for folder in folders.values() if not folder.exists()]
    try:
        for name, folder in folders.items():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made[name] = Path(tempfile.mkdtemp(prefix=".restoring-", dir=folder))
        yield made
    except OSError as error:
        raise BadInput(
            f"{error.filename or 'a folder'} cannot be written: {error.strerror}",
            "make room, or correct the settings; then restore again",
        ) from error
    finally:
        for stage in made.values():
            shutil.rmtree(stage, ignore_errors=True)
        for folder in new:
            with suppress(OSError):  # it holds what was restored
                folder.rmdir()


def _settle(stage: Path, folder: Path) -> None:
    for entry in sorted(stage.iterdir()):
        target = folder / entry.name
        if target.is_dir():  # another place, within this one
            _settle(entry, target)
        else:
            entry.rename(target)


def _require_empty(folder: Path, places: Places) -> None:
    """Other places within a folder may be there, and an empty ledger."""
    others = [*places.folders.values(), *((places.ledger_file,) if places.ledger_file else ())]
    try:
        entries = list(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise BadInput(f"{folder} cannot be read: {error.strerror}", "check the path") from error
    for entry in entries:
        leads_on = any(entry == other or entry in other.parents for other in others)
        beside_ledger = any(entry.name.startswith(f"{other.name}-") for other in others)
        if not (leads_on or beside_ledger):
            raise BadInput(
                f"{folder} is not empty", "nothing is overwritten; move it away, or name another"
            )


def _require_places(manifest: Manifest, places: Places) -> None:
    homeless = set(manifest.parts) - {LEDGER, *places.folders}
    if homeless:
        raise BadInput(
            f"the settings name no place for the backup's {', '.join(sorted(homeless))}",
            "name as many folders in [store] url as there were, then restore again",
        )
