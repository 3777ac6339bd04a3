"""`judge bench cluster`: what a judging of many entries takes, stage by stage."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from oracle.cli.output import print_facts, print_json, progress_bar, record_figures, write_option
from oracle.cli.parameters import JSON
from scoring.spec import PROFILES


@click.command("cluster")
@click.option("--entries", type=click.IntRange(1, 10_000_000), default=1000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 1024), default=2, show_default=True)
@click.option("--profile", type=click.Choice(sorted(PROFILES)), default="fast", show_default=True)
@click.option(
    "--uploads",
    is_flag=True,
    help="As without a studio: images are compared with one another, which is quadratic.",
)
@click.option(
    "--sample",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="Entries that this process scores again by itself.",
)
@click.option(
    "--made-up",
    is_flag=True,
    help="Workers' answers are made up: what the driver alone takes. Needs no Ray.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="With --made-up: images in a question. A GPU's worker takes as many as it has threads.",
)
@click.option(
    "--by-digest",
    is_flag=True,
    help="As with [judge] ray_store: workers read images from a folder, and are sent none.",
)
@JSON
@write_option
def bench_cluster_command(
    entries: int,
    workers: int,
    profile: str,
    uploads: bool,
    sample: int,
    made_up: bool,
    at_once: int,
    by_digest: bool,
    as_json: bool,
    write: Path | None,
) -> None:
    """Judge drawn images by a Ray cluster of this machine alone; time every stage.

    Needs the extra `ray`. Exits with 3 if an entry of the sample comes out otherwise here.
    """
    if made_up and uploads:
        raise click.UsageError("--made-up has no comparison: leave --uploads out")
    if at_once > 1 and not made_up:
        raise click.UsageError("workers say what they take at once: --at-once is for --made-up")
    # Imported here: torch, and Ray.
    from oracle.assembly.cluster_bench import measure

    spec = PROFILES[profile] if uploads else PROFILES[profile].for_studio()
    with progress_bar() as progress:
        again = 0 if made_up else min(sample, entries)
        figures = measure(
            entries,
            workers,
            spec,
            again,
            progress,
            made_up=made_up,
            by_digest=by_digest,
            at_once=at_once,
        )
    facts = dataclasses.asdict(figures) | {"entries_per_second": figures.entries_per_second}
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
