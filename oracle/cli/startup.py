"""`judge bench start`: how long a newcomer waits for an answer that costs nothing."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from oracle.cli.output import print_json, print_table, record_figures, write_option
from oracle.cli.parameters import JSON
from oracle.cli.similarity_output import note


@click.command("start")
@click.option("--require", is_flag=True, help="Exit with 1 when a goal is missed.")
@JSON
@write_option
@click.pass_context
def bench_start_command(
    ctx: click.Context, require: bool, as_json: bool, write: Path | None
) -> int:
    """Time every --help, `judge metrics`, and `judge prepare` of a small photo.

    Each is run three times, and its least time counts. Goals: 0.5 s for help, 1 s for the others.
    """
    from scoring.bench.startup import measure_starts

    commands = list(_commands(ctx.find_root(), ()))
    starts = measure_starts((sys.executable, "-m", "oracle"), commands)
    slowest = sorted(starts, key=lambda start: -start.seconds / start.goal_seconds)
    rows = [dataclasses.asdict(start) for start in slowest]
    record_figures(write, {"starts": rows})
    if as_json:
        print_json(rows)
    else:
        print_table(
            ("command", "seconds", "goal"),
            [(start.words, f"{start.seconds:.2f}", f"{start.goal_seconds:g}") for start in slowest],
        )
    late = [start.words for start in starts if start.is_late]
    for words in late:
        note(f"missed: judge {words}")
    return 1 if late and require else 0


def _commands(ctx: click.Context, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of every command and of every group of them."""
    yield above
    group = ctx.command
    if isinstance(group, click.Group):
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            if command is not None:
                yield from _commands(click.Context(command, parent=ctx), (*above, name))
