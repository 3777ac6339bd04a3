"""`judge bench phantoms`: whether entries without a file hold up a judging."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from oracle.cli.output import print_facts, print_json, record_figures, write_option
from oracle.cli.parameters import JSON
from scoring.spec import PROFILES


@click.command("phantoms")
@click.option("--entries", type=click.IntRange(2, 100_000), default=1200, show_default=True)
@click.option(
    "--phantoms",
    type=click.IntRange(0, 100_000),
    default=1000,
    show_default=True,
    help="Entries whose digest has no file behind it.",
)
@click.option(
    "--answer",
    type=click.Choice(["nothing", "not-found"]),
    default="nothing",
    show_default=True,
    help="What the gateway does when it is asked for one.",
)
@click.option(
    "--window",
    type=click.IntRange(min=60),
    default=21_600,
    show_default=True,
    help="Seconds that the terms give the judging.",
)
@click.option("--profile", type=click.Choice(sorted(PROFILES)), default="fast", show_default=True)
@JSON
@write_option
def bench_phantoms_command(
    entries: int,
    phantoms: int,
    answer: str,
    window: int,
    profile: str,
    as_json: bool,
    write: Path | None,
) -> int:
    """Judge a competition in which most entries are digests without a file; time every step.

    All are revealed in the last second, the phantoms first, and a gateway serves the rest. With the
    defaults it takes about twenty minutes. Exits with 1 when the judging was not done in time.
    """
    # Imported here: torch, and all of the daemon.
    from oracle.assembly.phantom_bench import GatewayAnswer, measure

    if phantoms >= entries:
        raise click.UsageError("at least one entry must have a file")
    figures = measure(
        entries, phantoms, PROFILES[profile], window_seconds=window, answer=GatewayAnswer(answer)
    )
    facts = dataclasses.asdict(figures) | {
        "after_cut_off_seconds": figures.after_cut_off_seconds,
        "in_time": figures.in_time,
    }
    record_figures(write, facts)
    if as_json:
        print_json(facts)
    else:
        print_facts(
            [
                (name.replace("_", " "), f"{value:.1f}" if isinstance(value, float) else str(value))
                for name, value in facts.items()
            ]
        )
    return 0 if figures.in_time else 1
