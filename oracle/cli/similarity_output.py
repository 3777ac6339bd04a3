"""What the similarity commands share: two-line errors, JSON numbers, a table, a progress bar."""

from __future__ import annotations

import functools
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from scoring.errors import ScoringError

P = ParamSpec("P")
R = TypeVar("R")

stderr = Console(stderr=True)

WEIGHTS = click.option(
    "--weights",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds the published weights; nothing is downloaded then.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class TwoLineError(click.ClickException):
    """What happened, and what to do, as click's own error."""

    def __init__(self, error: ScoringError) -> None:
        super().__init__(error.what.rstrip(".") + (f"\n       {error.hint}" if error.hint else ""))
        self.exit_code = error.exit_code

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.format_message()}", err=True)


def two_line_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turns the toolbox's errors into two lines on stderr and an exit code."""

    @functools.wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ScoringError as error:
            raise TwoLineError(error) from error

    return guarded


def print_json(value: Any) -> None:
    """One JSON document on stdout; JSON has no infinity, so that is null."""
    click.echo(json.dumps(_finite(value), indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on stdout; a pipe gets full width."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def note(text: str) -> None:
    """One line on stderr."""
    click.echo(text, err=True)


def save_picture(path: Path, pixels: Any) -> None:
    """Writes the picture in the format its suffix names, and says so."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    except (OSError, ValueError) as error:
        raise TwoLineError(
            ScoringError(f"{path} cannot be written: {error}", "name a .png, .jpg or .webp file")
        ) from error
    note(f"wrote {path}")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
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


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, Path) else value
