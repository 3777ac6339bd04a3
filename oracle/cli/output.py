"""Output of all commands: data on stdout, everything else on stderr, errors in two lines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from oracle.cli.parameters import NEW_FILE
from scoring.installing import slowness

if TYPE_CHECKING:
    # At run time this would load torch, for which `judge --help` must not wait.
    from scoring.judge import Progress as ReportProgress

stderr = Console(stderr=True)


def fail(what: str, hint: str, *, code: int) -> NoReturn:
    """Ends the process with two lines on stderr: what happened, what to do."""
    click.echo(f"error: {what.rstrip('.')}", err=True)
    if hint:
        click.echo(f"       {hint}", err=True)
    raise SystemExit(code)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, indent=2))


write_option = click.option(
    "--write",
    type=NEW_FILE,
    help="Record the figures in this JSON file, too.",
)


def say_if_slow() -> None:
    """One line on stderr when this machine judges slowly for want of a package."""
    if text := slowness():
        click.echo(text, err=True)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """A table on stdout; columns of a narrow terminal wrap, a pipe gets full width."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(width=width).print(table)


def plain(cell: object) -> Text:
    """Text that is no markup and commands no terminal, whoever wrote it."""
    return Text("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(cell)))


def write_file(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all: a full disk leaves no half of it, and what stood there."""
    unfinished = path.with_name(f".judge-{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from error


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """Aligned `name  value` lines on stdout."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        click.echo(f"{name.ljust(width)}  {value}")


@contextmanager
def progress_bar() -> Iterator[ReportProgress]:
    """A progress bar on stderr when that is a terminal; silent otherwise."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(
        *columns, TimeElapsedColumn(), console=stderr, disable=not stderr.is_terminal
    ) as bar:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report
