"""Settings for a command: from the group's options, the environment and the settings file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from oracle.config import CONFIG_VARIABLE, Settings, load_settings
from oracle.errors import InvalidConfig

DEFAULT_FILE = Path("oracle.toml")


def settings_of(ctx: click.Context) -> Settings:
    """The settings for this invocation of `judge`; raises `InvalidConfig`."""
    config, overrides = ctx.find_root().obj
    return load_settings(config or _default_file(), os.environ, dict(map(_pair, overrides)))


def _default_file() -> Path | None:
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
