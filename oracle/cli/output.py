"""Output of all commands: data on stdout, everything else on stderr, errors in two lines."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from oracle.cli.parameters import NEW_FILE
from scoring.installing import slowness

if TYPE_CHECKING:
    from rich.progress import TaskID
    from rich.text import Text

    from scoring.progress import Progress as ReportProgress

# rich is imported by what prints with it: `judge --help` must not wait for it.

_WIDTH_OF_A_PIPE = 200
_WIDEST_WORD = 24  # hashes and addresses are folded
_NOT_MEASURED = frozenset({"as_json", "write", "record"})
"""Parameters that say where figures go, or what was measured before."""
_LINE_SECONDS = 15.0  # between two lines about progress, where there is no terminal


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


def record_figures(write: Path | None, figures: Mapping[str, Any]) -> None:
    """What `--write` asks for: the figures, and the command that measures them again."""
    if write is not None:
        from scoring.bench.record import write_record

        write_record(write, _whole_command(click.get_current_context()), figures)


def _whole_command(context: click.Context) -> str:
    """A command with every option that has a value, so that no later default changes its meaning.

    Paths differ from reader to reader, so what they lead to stands in their place.
    """
    words = ["judge", *context.command_path.split()[1:]]
    for parameter in context.command.params:
        value = context.params.get(str(parameter.name))
        if parameter.name in _NOT_MEASURED or value is None or value is False:
            continue
        name = [parameter.opts[0]] if isinstance(parameter, click.Option) else []
        for one in value if isinstance(value, tuple) else (value,):
            words += name if one is True else [*name, _word(one)]
    return shlex.join(words)


def _word(value: object) -> str:
    if isinstance(value, Path):
        return "DIR" if value.is_dir() else "FILE"
    return f"{value:g}" if isinstance(value, float) else str(value)


def say_if_slow() -> None:
    """One line on stderr when this machine judges slowly for want of a package."""
    if text := slowness():
        click.echo(text, err=True)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """A table on stdout; a pipe gets full width.

    Cells wrap on a narrow terminal. Where even words do not fit, each row is a paragraph.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console(width=_width())
    widths = _widths(columns, rows, console.width - 3 * len(columns) - 1)
    if widths is None:
        _print_paragraphs(columns, rows)
        return
    table = Table(title=title or None, title_justify="left")
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, overflow="fold", width=width)
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    console.print(table)


def _width() -> int:
    """Of the terminal, or COLUMNS; a pipe gets enough for anything."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH_OF_A_PIPE


def _widths(
    columns: Sequence[str], rows: Sequence[Sequence[object]], room: int
) -> list[int] | None:
    """Columns so wide that no word breaks and all fit into `room`; None where that cannot be.

    What no terminal takes as one word, such as a hash, may break.
    """
    from rich.cells import cell_len

    cells = [[plain(cell).plain for cell in column] for column in zip(columns, *rows, strict=True)]
    whole = [max(cell_len(line) for cell in c for line in ["", *cell.split("\n")]) for c in cells]
    widths = [
        max(min(cell_len(word), _WIDEST_WORD) for cell in column for word in ["", *cell.split()])
        for column in cells
    ]
    if sum(widths) > room:
        return None
    for _ in range(min(room, sum(whole)) - sum(widths)):
        neediest = max(range(len(widths)), key=lambda at: whole[at] - widths[at])
        widths[neediest] += 1
    return widths


def _print_paragraphs(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            if text := plain(cell).plain:
                click.echo(f"{column}: {text}")
        click.echo()


def plain(cell: object) -> Text:
    """Text that is no markup and commands no terminal, whoever wrote it."""
    from rich.text import Text

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
    """Aligned `name  value` lines on stdout; what is None is not known yet."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        click.echo(f"{name.ljust(width)}  {'not yet' if value is None else value}")


@contextmanager
def progress_bar() -> Iterator[ReportProgress]:
    """A progress bar on stderr when that is a terminal; a line now and then otherwise."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines_now_and_then()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


def _lines_now_and_then() -> ReportProgress:
    """For logs and CI: what takes seconds says nothing, what takes minutes is seen to live.

    A stage that stands where it stood, such as the number of workers, keeps no other from its line.
    """
    last = time.monotonic()
    seen: dict[str, tuple[int, int]] = {}

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        moved = seen.get(stage) != (done, total)
        seen[stage] = done, total
        if moved and time.monotonic() - last >= _LINE_SECONDS:
            last = time.monotonic()
            click.echo(f"{stage} {done}/{total}", err=True)

    return report
