"""`judge dps-table`, `judge bapps` and `judge bench metrics`: metrics measured against people."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from oracle.cli.output import print_table, progress_bar
from oracle.cli.parameters import JSON, NEW_FILE
from oracle.cli.similarity_output import WEIGHTS, note, print_json, save_picture

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PLOT = click.option("--plot", type=NEW_FILE, help="Picture of the table to write.")


@click.command("dps-table")
@click.option("--images", required=True, type=_FOLDER, help="Folder with the paper's image pairs.")
@PLOT
@WEIGHTS
@JSON
def dps_table_command(images: Path, plot: Path | None, weights: Path | None, as_json: bool) -> int:
    """Measure Table 1 of the deep perceptual similarity paper.

    The folder holds invert/, rotate/, translate/, color_stain/ and ref/. Each number counts the
    changed images that one network and pooling still recognises.
    """
    from scoring.similarity.dps_table import CHANGES, draw_table, measure_table, read_cases

    cases = read_cases(images)
    with progress_bar() as progress:
        rows = measure_table(cases, weights, progress)
    plain = [dataclasses.asdict(row) for row in rows]
    if as_json:
        print_json(plain)
    else:
        counts = [f"{change} (of {len(cases[change])})" for change in CHANGES]
        print_table(("network", "pool", *counts), [tuple(row.values()) for row in plain])
    if plot is not None:
        save_picture(plot, draw_table(rows, cases))
    return 0


@click.command("bapps")
@click.option("--images", "root", required=True, type=_FOLDER, help="Folder with 2afc/ and jnd/.")
@click.option("--metric", "name", default="dps", show_default=True, help="Metric to measure.")
@click.option("--network", help="dps or lpips: which network; every one if not said.")
@click.option("--pool", help="dps: which pooling; every one if not said.")
@click.option(
    "--unit-normalize/--no-unit-normalize",
    default=True,
    show_default=True,
    help="dps: unit length over channels first.",
)
@PLOT
@WEIGHTS
@JSON
def bapps_command(
    root: Path,
    name: str,
    network: str | None,
    pool: str | None,
    plot: Path | None,
    as_json: bool,
    **options: Any,
) -> int:
    """How often does a metric side with people, on the BAPPS data set?

    Prints Table 2's columns: 2AFC for each kind of distortion, their mean, and JND, in percent.
    """
    from scoring.similarity.bapps import TWO_CHOICE_KINDS, draw_results, measure_bapps
    from scoring.similarity.registry import MetricOptions, metric, variants

    rows, results = [], {}
    with progress_bar() as progress:
        for label, chosen in variants(name, network, pool, MetricOptions(**options)):
            result = results[label] = measure_bapps(metric(name, chosen), root, progress)
            for bad in result.left_out:
                note(f"left out {bad.path}: {bad.reason}")
            rows.append(
                {
                    "metric": label,
                    **{kind: result.two_choice.get(kind) for kind in TWO_CHOICE_KINDS},
                    "2afc": result.two_choice_mean,
                    "jnd": result.notice,
                    "judgements": result.judgements,
                }
            )
    if as_json:
        print_json(rows)
    else:
        print_table(tuple(rows[0]), [tuple(map(_percent, row.values())) for row in rows])
    if plot is not None:
        save_picture(plot, draw_results(results))
    return 0


def _percent(cell: Any) -> str:
    if cell is None:
        return "–"
    return f"{100 * cell:.1f}" if isinstance(cell, float) else str(cell)


@click.command("metrics")
@click.option("--images", required=True, type=_FOLDER, help="Folder of targets.")
@click.option("--targets", default=6, show_default=True, type=click.IntRange(min=1))
@click.option("--metric", "names", multiple=True, help="Only this metric; may be repeated.")
@PLOT
@WEIGHTS
@JSON
def bench_metrics_command(
    images: Path,
    targets: int,
    names: tuple[str, ...],
    plot: Path | None,
    weights: Path | None,
    as_json: bool,
) -> int:
    """Which metric gets which order right?

    Every metric compares each target with near copies, crops, rotations, blur, noise, recoloured
    versions and parodies of it, and with unrelated, flat and static images. Two images that people
    would order are a constraint; printed is the share of constraints held, in percent.
    """
    from scoring.similarity.bench import OVERALL, QUESTIONS, draw_rows, measure_bench
    from scoring.similarity.bench_cases import make_targets

    cases = make_targets(images, targets)
    with progress_bar() as progress:
        rows, problems = measure_bench(cases, names, weights, progress)
    for name, problem in problems:
        note(f"left out {name}: {problem}")
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
    else:
        columns = (OVERALL, *QUESTIONS)
        shares = [(row.name, *(_percent(row.held.get(c)) for c in columns)) for row in rows]
        print_table(("metric", *columns), shares)
    if plot is not None:
        save_picture(plot, draw_rows(rows))
    return 0 if rows else 1
