"""A devnet's folder: its own, and emptied at the start, because the chain starts empty as well.

What an earlier devnet left there would be taken for the new chain's: contract address and
competition numbers are the same each time.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from oracle.errors import BadInput

MARKER = "judge-devnet"


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Holds `folder` for one devnet, emptied.

    Raises `BadInput` when it holds anything that no devnet wrote, or another devnet runs there.
    """
    lock = _take(folder)
    try:
        yield
    finally:
        lock.close()


def _take(folder: Path) -> TextIO:
    marker = folder / MARKER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not marker.exists() and any(folder.iterdir()):
            raise BadInput(
                f"{folder} is not empty, and not a devnet's folder", "name an empty or new folder"
            )
        lock = marker.open("a")
        _hold(lock.fileno(), folder)
        _empty(folder)
        return lock
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be used: {error.strerror}", "name a folder that can be written"
        ) from error


def _hold(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BadInput(f"another devnet runs in {folder}", "stop it, or name another") from error


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARKER:
            path.unlink()
