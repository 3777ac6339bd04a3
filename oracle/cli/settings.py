"""Settings for a command: from the group's options, the environment and the settings file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from oracle.config import Settings, load_settings
from oracle.errors import InvalidConfig

DEFAULT_FILE = Path("oracle.toml")


def settings_of(ctx: click.Context) -> Settings:
    """The settings for this invocation of `judge`; raises `InvalidConfig`."""
    config, overrides = ctx.find_root().obj
    if config is None and DEFAULT_FILE.exists():
        config = DEFAULT_FILE
    # As the environment's variables, whose text is read by the type of the setting.
    environment = {**os.environ, **dict(_pair(text) for text in overrides)}
    return load_settings(config, environment)


def _pair(text: str) -> tuple[str, str]:
    """SECTION.KEY=VALUE as the environment would hold it."""
    name, equals, value = text.partition("=")
    section, dot, key = name.partition(".")
    if not equals or not dot:
        raise InvalidConfig(
            f"--set {text!r} is not SECTION.KEY=VALUE", "for example: --set chain.chain_id=1"
        )
    return f"JUDGE_{section}__{key}".upper(), value
