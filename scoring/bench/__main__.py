"""`python -m scoring.bench quality|attack`: the benchmarks without the rest of the project."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from scoring.bench.cases import SHIPPED_MANIFEST, Gallery, Manifest
from scoring.bench.gradient import run_attacks
from scoring.bench.quality import (
    TargetRun,
    as_json,
    bench_spec,
    held_out,
    markdown_table,
    run_quality,
    summarise,
)


@click.group()
def main() -> None:
    """Measure the ranking on a folder of images."""


_data = click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
    help="Folder of images; subfolders are read.",
)  # fmt: skip
_manifest = click.option(
    "--manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=SHIPPED_MANIFEST, help="Which images are related; JSON.",
)  # fmt: skip


@main.command()
@_data
@_manifest
@click.option("--target", "targets", multiple=True, help="Path below DATA; repeatable.")
@click.option("--count", default=8, help="Held-out targets to take when none is named.")
@click.option("--seeds", default=1, help="Trainings per target.")
@click.option("--json", "as_machine", is_flag=True, help="Print everything as JSON.")
def quality(
    data: Path, manifest: Path, targets: tuple[str, ...], count: int, seeds: int, as_machine: bool
) -> None:
    """Order constraints, attacks, stability over seeds and an ablation of every term."""
    gallery = Gallery(data, Manifest.read(manifest))
    chosen = list(targets) or held_out(gallery)[:count]
    runs = run_quality(gallery, chosen, bench_spec(), seeds, _log)
    click.echo(json.dumps(as_json(runs), indent=2) if as_machine else _text(runs))


@main.command()
@_data
@_manifest
@click.option("--target", required=True, help="A target whose variations the manifest names.")
@click.option("--starts", default=5, help="Unrelated images to attack from, beside plain grey.")
def attack(data: Path, manifest: Path, target: str, starts: int) -> None:
    """Gradient attacks: how many honest variations does an attacked image pass?"""
    gallery = Gallery(data, Manifest.read(manifest))
    for line in run_attacks(gallery, target, bench_spec(), starts):
        click.echo(line)


def _text(runs: list[TargetRun]) -> str:
    milliseconds = 1000 * sum(run.seconds_an_image for run in runs) / len(runs)
    training = sum(run.train_seconds for run in runs) / len(runs)
    cost = f"\n{milliseconds:.0f} ms an image, {training:.1f} s of training and calibration"
    return markdown_table(summarise(runs)) + cost


def _log(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
