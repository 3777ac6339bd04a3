"""`judge compare` and `judge metrics`: two images, any similarity method."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from oracle.cli.output import print_table, progress_bar
from oracle.cli.parameters import JSON, NEW_FILE, NEW_FOLDER
from oracle.cli.similarity_output import WEIGHTS, note, print_json, save_picture, save_text, spec_of

_DEFAULT_METRICS = ("ssim", "vifp", "histogram", "pearson", "rmse")
_IMAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("a", type=_IMAGE)
@click.argument("b", type=_IMAGE)
@click.option("--metric", "names", multiple=True, help="Metric to measure; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Measure everything that `judge metrics` lists.")
@click.option(
    "--network", help="dps: squeezenet, alexnet, vgg16, autoencoder; lpips: the first three."
)
@click.option("--pool", help="dps: spatial, mean, sort, … Default: spatial+mean.")
@click.option("--unit-normalize", is_flag=True, help="dps: unit length over channels first.")
@click.option(
    "--profile", help="How to train, where that is needed. Default: quick; calibrated: fast."
)
@click.option(
    "--max-side",
    default=1024,
    show_default=True,
    type=click.IntRange(min=1),
    help="Longest side, in pixels.",
)
@click.option("--explain", type=NEW_FOLDER, help="Folder for a picture a metric.")
@click.option("--report", type=NEW_FILE, help="Page to write.")
@WEIGHTS
@JSON
def compare_command(
    a: Path, b: Path, names: tuple[str, ...], every: bool, max_side: int, **options: Any
) -> int:
    """How similar are the images A and B?

    B is brought to A's size. Images larger than --max-side are scaled down first.

    \b
      judge compare a.png b.jpg
      judge compare a.png b.jpg --metric dps --network alexnet --pool sort
      judge compare a.png b.jpg --all --report page.html
    """
    from scoring.similarity import compare, registry
    from scoring.similarity.reading import read_image

    report, explain = options.pop("report"), options.pop("explain")
    as_json = options.pop("as_json")
    given = {name: value for name, value in options.items() if value}
    if every and names:
        raise click.UsageError("--all and --metric exclude each other")
    if every:
        names = tuple(listed.name for listed in registry.listed_metrics())
    names = names or _DEFAULT_METRICS
    registry.check_read(names, given)
    pixels = [read_image(path, max_side=max_side) for path in (a, b)]
    if pixels[0].shape != pixels[1].shape:
        note("the images differ in size; B is brought to A's")
    with progress_bar() as progress:
        chosen = _metric_options(given, progress)
        for name in names:
            if not every:
                registry.check_options(name, chosen)
        lines = compare.measure_all(
            names,
            lambda name: registry.metric(name, chosen),
            *pixels,
            explain=bool(explain or report),
            progress=progress,
            stop_at_problem=len(names) == 1,
        )
    _print_lines(a, b, lines, as_json)
    _write_pictures(a, b, pixels, lines, explain, report)
    return 0 if every or all(line.value is not None for line in lines) else 1


def _metric_options(options: dict[str, Any], progress: Any) -> Any:
    from scoring.similarity.registry import MetricOptions

    profile = options.pop("profile", None)
    spec = spec_of(profile) if profile else None
    return MetricOptions(spec=spec, progress=progress, **options)


def _print_lines(a: Path, b: Path, lines: list[Any], as_json: bool) -> None:
    from scoring.similarity.report import shown, shown_range

    if as_json:
        keys = ("name", "value", "direction", "range", "source", "problem", "hint")
        metrics = [{key: getattr(line, key) for key in keys} for line in lines]
        print_json({"a": a, "b": b, "metrics": metrics})
        return
    rows = [
        (line.name, shown(line.value), shown_range(line.range), line.direction or line.problem)
        for line in lines
    ]
    print_table(("metric", "value", "range", "reads"), rows)


def _write_pictures(
    a: Path, b: Path, pixels: list[Any], lines: list[Any], explain: Path | None, report: Path | None
) -> None:
    from scoring.similarity.report import render_comparison

    for line in lines:
        if explain is not None and line.picture is not None:
            save_picture(explain / f"{line.name}.png", line.picture)
    if report is not None:
        title = f"{a.name} and {b.name}"
        page = render_comparison(title, (a.name, pixels[0]), (b.name, pixels[1]), lines)
        save_text(report, page)


@click.command("metrics")
@JSON
def metrics_command(as_json: bool) -> int:
    """List every similarity metric: what it reads, its range, its source, what it needs."""
    from scoring.similarity.extras import installed
    from scoring.similarity.registry import listed_metrics
    from scoring.similarity.report import shown_range

    entries = []
    for listed in listed_metrics():
        about = listed.describes
        needs = f"extra {listed.extra}" if listed.extra else listed.needs
        ready = listed.extra is None or installed(listed.extra)
        entries.append((listed, about, needs, ready))
    if as_json:
        print_json(
            [
                {
                    "name": listed.name,
                    "direction": about.direction,
                    "range": about.range,
                    "source": about.source,
                    "needs": needs,
                    "installed": ready,
                    "package": listed.package or "judging-oracle",
                }
                for listed, about, needs, ready in entries
            ]
        )
        return 0
    rows = [
        (
            e.name,
            d.direction,
            shown_range(d.range),
            needs + ("" if ready else " (missing)"),
            d.source,
        )
        for e, d, needs, ready in entries
    ]
    print_table(("metric", "reads", "range", "needs", "source"), rows)
    return 0
