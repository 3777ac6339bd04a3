"""`judge compare`, `judge metrics`, `judge verify`: similarity without a chain."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from oracle.cli.perceptual import bapps_command, bench_metrics_command, dps_table_command
from oracle.cli.retrieval import nga_command, retrieve_command
from oracle.cli.similarity_output import (
    JSON,
    WEIGHTS,
    note,
    print_json,
    print_table,
    progress_bar,
    save_picture,
    two_line_errors,
)

_DEFAULT_METRICS = ("ssim", "vifp", "histogram", "pearson", "rmse")
_IMAGE = click.Path(path_type=Path)


@click.command("compare")
@click.argument("a", type=_IMAGE)
@click.argument("b", type=_IMAGE)
@click.option("--metric", "names", multiple=True, help="Metric to measure; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Measure everything that `judge metrics` lists.")
@click.option(
    "--network", help="dps: squeezenet, alexnet, vgg16, autoencoder; lpips: the first three."
)
@click.option(
    "--pool", default="spatial+mean", show_default=True, help="dps: spatial, mean, sort, …"
)
@click.option("--unit-normalize", is_flag=True, help="dps: unit length over channels first.")
@click.option(
    "--profile", default="demo", show_default=True, help="How to train, where that is needed."
)
@click.option("--max-side", default=1024, show_default=True, type=click.IntRange(min=1))
@click.option("--explain", type=click.Path(path_type=Path), help="Folder for a picture a metric.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="HTML page to write."
)
@WEIGHTS
@JSON
@two_line_errors
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

    pixels = [read_image(path, max_side=max_side) for path in (a, b)]
    report, explain = options.pop("report"), options.pop("explain")
    as_json = options.pop("as_json")
    if every and names:
        raise click.UsageError("--all and --metric exclude each other")
    if every:
        names = tuple(listed.name for listed in registry.listed_metrics())
    with progress_bar() as progress:
        chosen = _metric_options(options, progress)
        for name in names:
            if not every:
                registry.check_options(name, chosen)
        lines = compare.measure_all(
            names or _DEFAULT_METRICS,
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

    spec = spec_of(options.pop("profile"))
    return MetricOptions(spec=spec, progress=progress, **options)


def spec_of(profile: str) -> Any:
    """The spec of a profile by name."""
    from scoring.spec import PROFILES

    if profile not in PROFILES:
        raise click.UsageError(f"there is no profile {profile!r}; choose {', '.join(PROFILES)}")
    return PROFILES[profile]


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
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(page, encoding="utf-8")
        note(f"wrote {report}")


@click.command("metrics")
@JSON
@two_line_errors
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


@click.command("verify")
@click.argument("original", type=_IMAGE, required=False)
@click.argument("photo", type=_IMAGE, required=False)
@click.option("--pairs", type=_IMAGE, help="CSV with columns original,photo instead of arguments.")
@click.option(
    "--calibrate",
    type=_IMAGE,
    help="Measure a threshold: on a folder of originals, or a CSV that also has a column same.",
)
@click.option("--calibration", type=_IMAGE, help="Calibration file to use, or to write.")
@click.option("--profile", default="demo", show_default=True, help="How the encoder is trained.")
@JSON
@two_line_errors
def verify_command(
    original: Path | None,
    photo: Path | None,
    pairs: Path | None,
    calibrate: Path | None,
    calibration: Path | None,
    profile: str,
    as_json: bool,
) -> int:
    """Is PHOTO a photo of ORIGINAL?

    First exact equality, then the cosine of the latents of an autoencoder trained on the
    originals, against a calibrated threshold. PHOTO may be a folder; if ORIGINAL is one too, files
    of the same name belong together.

    \b
      judge verify mug.png photo.jpg
      judge verify originals/ photos/ --json
      judge verify --pairs pairs.csv --calibration ours.json
      judge verify --calibrate originals/ --calibration ours.json

    A single pair exits with 0 when it is the same, 3 when it is not. A batch exits with 1 when a
    file could not be read; the other pairs are judged all the same.
    """
    from scoring.similarity.calibration import DEFAULT, load_calibration, read_pairs
    from scoring.similarity.verify import pairs_of

    if calibrate is not None:
        return _calibrate(calibrate, calibration, profile, as_json)
    if pairs is None and (original is None or photo is None):
        raise click.UsageError("name ORIGINAL and PHOTO, or --pairs")
    known = load_calibration(calibration) if calibration else DEFAULT
    chosen = read_pairs(pairs) if pairs else pairs_of(Path(str(original)), Path(str(photo)))
    results = _judged(chosen, profile, known)
    if as_json:
        print_json(
            {"calibration": dataclasses.asdict(known), "pairs": [_plain(r) for r in results]}
        )
    else:
        _print_verdicts(results, known)
    for result in results:
        if result.verdict is None:
            note(f"left out: {result.problem}")
    if any(result.verdict is None for result in results):
        return 1
    return 0 if len(results) > 1 or results[0].verdict.same else 3


def _judged(pairs: list[Any], profile: str, calibration: Any) -> list[Any]:
    from scoring.similarity.verify import readable_originals, space_for, verify_pairs

    with progress_bar() as progress:
        space = space_for(readable_originals(pairs), spec_of(profile), progress)
        results = []
        for result in verify_pairs(pairs, space, calibration):
            results.append(result)
            progress("verifying", len(results), len(pairs))
    return results


def _plain(result: Any) -> dict[str, Any]:
    verdict = {} if result.verdict is None else dataclasses.asdict(result.verdict)
    pair = {"original": result.pair.original, "photo": result.pair.photo}
    return {**pair, **verdict, "problem": result.problem}


def _print_verdicts(results: list[Any], calibration: Any) -> None:
    rows = []
    for result in results:
        verdict = result.verdict
        files = (result.pair.original.name, result.pair.photo.name)
        if verdict is None:
            rows.append((*files, "unreadable", "", "", ""))
            continue
        word = "same" if verdict.same else "different"
        equality = "equal" if verdict.equal else "within 2 levels" if verdict.close else "no"
        rows.append((*files, word, equality, f"{verdict.cosine:.4f}", f"{verdict.l2:.2f}"))
    print_table(("original", "photo", "verdict", "equal pixels", "cosine", "L2"), rows)
    note(
        f"same from cosine {calibration.threshold:.4f} on; there {calibration.false_accept:.1%} of "
        f"different and {calibration.false_reject:.1%} of same pairs were misjudged "
        f"({calibration.basis})"
    )


def _calibrate(source: Path, target: Path | None, profile: str, as_json: bool) -> int:
    from scoring.similarity.verify import measure_calibration

    with progress_bar() as progress:
        calibration, left_out = measure_calibration(source, spec_of(profile), progress)
    for problem in left_out:
        note(f"left out: {problem}")
    if target is not None:
        calibration.save(target)
        note(f"wrote {target}")
    if as_json or target is None:
        print_json(dataclasses.asdict(calibration))
    return 0


COMMANDS: list[click.Command] = [
    compare_command,
    verify_command,
    retrieve_command,
    metrics_command,
    dps_table_command,
    bapps_command,
    nga_command,
]
BENCH_COMMANDS: list[click.Command] = [bench_metrics_command]
