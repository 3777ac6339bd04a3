"""Folders and files as settings name them, with ~ for the home folder."""

from __future__ import annotations

from pathlib import Path

from oracle.errors import InvalidConfig


def path_of(name: str) -> Path:
    """The path that a setting names. Raises InvalidConfig where ~ means nothing."""
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise InvalidConfig(
            f"{name} begins with a home folder, and none is known",
            "set the variable HOME, or write the whole path into the settings",
        ) from error
