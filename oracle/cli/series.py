"""`judge series`: how the series stands, what comes next, and leaving a day out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from oracle.cli.output import print_facts, print_json, print_table
from oracle.cli.parameters import JSON
from oracle.cli.settings import settings_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from oracle.series.outlook import DayOutlook, Outlook

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("series")
def series_command() -> None:
    """See, and plan, a competition every day.

    The daemon creates them; [series] in the settings says which, and when. Nothing here sends
    anything.
    """


@series_command.command("status")
@JSON
@click.pass_context
def status_command(ctx: click.Context, as_json: bool) -> int:
    """Show how the series stands and its last days; 1 if it cannot go on as it is."""
    with _outlook(ctx) as outlook:
        status = outlook.status()
    if as_json:
        days = [day.to_json() for day in status.days]
        print_json({**status.facts, "problems": list(status.problems), "days": days})
    else:
        print_facts([(name.replace("_", " "), value) for name, value in status.facts.items()])
        if status.days:
            _print_days(status.days)
        _print_problems(status.problems)
    return 1 if status.problems else 0


@series_command.command("next")
@JSON
@click.pass_context
def next_command(ctx: click.Context, as_json: bool) -> int:
    """Show the next day to be created, and what stands in its way; 1 if anything does."""
    with _outlook(ctx) as outlook:
        day, problems = outlook.next()
    from oracle.series.outlook import utc

    if as_json:
        print_json({**day.to_json(), "problems": list(problems)})
    else:
        print_facts(
            [
                ("competition", day.title),
                ("opens", f"{day.opens_local} ({utc(day.opens_at)})"),
                ("created from", utc(day.creates_at)),
                ("target", day.target or "none yet"),
            ]
        )
        _print_problems(problems)
    return 1 if problems else 0


@series_command.command("preview")
@click.argument("count", type=click.IntRange(1, 1000))
@JSON
@click.pass_context
def preview_command(ctx: click.Context, count: int, as_json: bool) -> None:
    """Show the next COUNT days, with the targets that they get if nothing changes."""
    with _outlook(ctx) as outlook:
        days = outlook.preview(count)
    if as_json:
        print_json([day.to_json() for day in days])
    else:
        _print_days(days)


@series_command.command("skip")
@click.argument("day", type=_DAY)
@click.option("--undo", is_flag=True, help="Let a skipped day come after all.")
@JSON
@click.pass_context
def skip_command(ctx: click.Context, day: datetime, undo: bool, as_json: bool) -> None:
    """Leave out DAY, such as 2026-12-24. Its number is left out, too; its target is not."""
    with _outlook(ctx) as outlook:
        shown = outlook.skip(day.date(), undo)
    if as_json:
        print_json(shown.to_json())
    else:
        _print_days([shown])


def _outlook(ctx: click.Context) -> AbstractContextManager[Outlook]:
    # Imported here: help does not wait for the chain's libraries.
    from oracle.assembly.series import open_outlook

    return open_outlook(settings_of(ctx))


def _print_days(days: Sequence[DayOutlook]) -> None:
    print_table(
        ("competition", "opens", "state", "id", "target", "reason"),
        [
            (
                day.title,
                day.opens_local,
                day.state,
                day.competition or "",
                day.target,
                day.reason,
            )
            for day in days
        ],
    )


def _print_problems(problems: Sequence[str]) -> None:
    for problem in problems:
        click.echo(f"problem: {problem}", err=True)
