"""`judge bench cycle`: whether ended competitions slow the daemon down."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from oracle.cli.output import print_json, print_table, record_figures, write_option
from oracle.cli.parameters import JSON


@click.command("cycle")
@click.option(
    "--ended",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="Competitions that have ended.",
)
@click.option(
    "--open",
    "still_open",
    type=click.IntRange(0, 1_000),
    default=5,
    show_default=True,
    help="Competitions that have not.",
)
@click.option("--rounds", type=click.IntRange(min=1), default=200, show_default=True)
@JSON
@write_option
def bench_cycle_command(
    ended: int, still_open: int, rounds: int, as_json: bool, write: Path | None
) -> None:
    """Time the daemon's cycle with no ended competition, and with many.

    A stand-in answers for the chain: processor time is the daemon's own, and its reads of the
    chain are counted.
    """
    # Imported here: a base install has no ledger.
    from oracle.assembly.cycle_bench import measure

    runs = measure((0, ended), still_open, rounds)
    facts = {"runs": [dataclasses.asdict(run) for run in runs]}
    record_figures(write, facts)
    if as_json:
        print_json(facts)
        return
    print_table(
        ["ended", "open", "start", "cycle", "reads of the chain"],
        [
            (
                f"{run.ended:,}",
                run.open,
                f"{run.start_seconds * 1e3:.1f} ms",
                f"{run.cycle_seconds * 1e3:.2f} ms",
                run.chain_reads,
            )
            for run in runs
        ],
    )
