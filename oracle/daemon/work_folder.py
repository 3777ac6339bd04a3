"""One daemon in each work folder: two would train into, and clean away, each other's files."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oracle.errors import InvalidConfig, NeedsHuman

LOCK_NAME = "daemon.lock"


@contextmanager
def hold_work_folder(folder: Path) -> Iterator[None]:
    """Keeps other daemons out of `folder` while the context lasts, or until this process dies.

    Raises NeedsHuman when another one works there, InvalidConfig when nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK_NAME).open("w")
    except OSError as error:
        raise InvalidConfig(
            f"{folder} cannot be used: {error.strerror}", "choose another [judge] work_dir"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NeedsHuman(
                f"another judge process works in {folder}",
                "stop it, or give this one a [judge] work_dir of its own; a spare: --standby",
            ) from None
        except OSError as error:
            raise InvalidConfig(
                f"{folder} cannot be locked: {error.strerror}",
                "choose a [judge] work_dir on a disk of this machine",
            ) from error
        yield


def require_free_folder(folder: Path) -> None:
    """Raises NeedsHuman while a daemon works in `folder`; leaves nothing there."""
    if (folder / LOCK_NAME).exists():
        with hold_work_folder(folder):
            pass
