"""One word for one thing: every folder of pictures that a command reads is --images."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from oracle.cli.main import COMMANDS, main

pytestmark = pytest.mark.unit


def options(command: click.Command, path: str) -> Iterator[tuple[str, click.Option]]:
    """Every option of a command and of those below it."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield path, parameter
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from options(below, f"{path} {name}")


def test_folders_of_pictures_have_one_name() -> None:
    context = click.Context(main)
    found: list[tuple[str, str]] = []
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        for path, option in options(command, name):
            assert not {"--data", "--root", "--gallery"} & set(option.opts), path
            if "--images" in option.opts:
                found.append((path, option.help or ""))
    assert {path for path, _ in found} >= {"retrieve", "bapps", "dps-table", "bench quality"}
    assert [path for path, text in found if "older" not in text] == [], "not a folder"
