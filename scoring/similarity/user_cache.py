"""The user's cache: a folder for what is quicker kept than made again."""

from __future__ import annotations

import os
from pathlib import Path

from scoring.similarity.errors import NoCacheFolder


def user_cache(name: str) -> Path:
    """The folder of this name in the user's cache, made if need be and tried by writing.

    Raises `NoCacheFolder`, before anything is calculated that could not be kept.
    """
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:
        raise _none("this account has no home folder") from error
    folder = base / "judging-oracle" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _none(f"{folder} cannot be made ({error.strerror})") from error
    if not os.access(folder, os.W_OK):
        raise _none(f"{folder} cannot be written to")
    return folder


def _none(what: str) -> NoCacheFolder:
    return NoCacheFolder(
        f"there is no place for results that are kept: {what}",
        "set XDG_CACHE_HOME to a folder that you can write to",
    )
