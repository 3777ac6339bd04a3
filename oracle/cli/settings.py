"""Settings for a command: from the group's options, the environment and the settings file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oracle.errors import InvalidConfig

if TYPE_CHECKING:
    from oracle.logs import Redaction
    from oracle.settings.config import Settings
    from oracle.signing.signer import Hide

DEFAULT_FILE = Path("oracle.toml")


def settings_of(ctx: click.Context) -> Settings:
    """The settings for this invocation of `judge`; raises `InvalidConfig`."""
    # Imported here: help does not read settings.
    from oracle.settings.config import load_settings

    config, overrides = ctx.find_root().obj
    return load_settings(config or _default_file(), os.environ, dict(map(_pair, overrides)))


def start_log(settings: Settings) -> Redaction:
    """Starts logging; further secrets must be passed to `hide` of what is returned."""
    # Imported here: most commands do not log.
    from oracle.logs import set_up_logging

    redaction = set_up_logging(settings.log.level, settings.log.format)
    for secret in settings.secrets():
        redaction.hide(secret)
    return redaction


@contextmanager
def log_of_a_daemon(settings: Settings) -> Iterator[Hide]:
    """Starts logging, and sends errors where [notices] says while the context lasts."""
    from oracle.assembly.notices import open_notices

    redaction = start_log(settings)
    with open_notices(settings, redaction):
        yield redaction.hide


def _default_file() -> Path | None:
    from oracle.settings.config import CONFIG_VARIABLE

    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def _pair(text: str) -> tuple[str, str]:
    """SECTION.KEY=VALUE as a flag's name and value."""
    name, equals, value = text.partition("=")
    section, dot, key = name.strip().partition(".")
    if not (equals and dot and section and key):
        raise InvalidConfig(
            f"--set {text!r} is not SECTION.KEY=VALUE", "for example: --set chain.chain_id=1"
        )
    return name.strip(), value
