"""`judge bench recreations`: whether pictures made from the target's own words come first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from oracle.cli.output import print_json, record_figures, write_option
from oracle.cli.parameters import JSON
from oracle.cli.similarity_output import note

if TYPE_CHECKING:
    from scoring.bench.prompted import Half


@click.command("recreations")
@click.option(
    "--images",
    "data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of pictures: SUBJECT/PROMPT/PICTURE, or any with --groups.",
)
@click.option(
    "--groups",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which pictures belong together, by file names; JSON. Default: the one that ships, or "
    "the folders where it fits none.",
)
@click.option(
    "--half",
    type=click.Choice(["choosing", "held-out", "all"]),
    default="held-out",
    show_default=True,
    help="Subjects that decisions were made with, or the others.",
)
@click.option("--each", type=click.IntRange(1), help="Targets of each prompt. Default: all.")
@click.option("--profile", default="fast", show_default=True, help="The profile that is measured.")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keeps each target's distances; a run that finds them there goes on from them.",
)
@JSON
@write_option
def bench_recreations_command(
    data: Path,
    groups: Path | None,
    half: Half,
    each: int | None,
    profile: str,
    record: Path | None,
    as_json: bool,
    write: Path | None,
) -> None:
    """Same prompt first, then same subject: how often, for each prompt, and for the worst.

    The other half of `judge bench quality`, with pictures made from words instead of distorted
    targets. A target takes a minute of a core with the profile `fast`.
    """
    from scoring.bench import prompted, recreations
    from scoring.spec import PROFILES

    if profile not in PROFILES or PROFILES[profile].judge != "calibrated":
        raise click.BadParameter("a profile of the calibrated judge", param_hint="--profile")
    spec = PROFILES[profile]
    try:
        collection = prompted.collect(data, groups)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    measured = recreations.measure(collection, spec, half, each, record, note)
    orders = [recreations.judge_order(collection, c, m, spec.trust) for c, m in measured]
    lines = recreations.summarise(orders)
    found = recreations.as_json(lines, orders)
    record_figures(write, found)
    if as_json:
        print_json(found)
    else:
        click.echo(recreations.markdown_tables(lines))
