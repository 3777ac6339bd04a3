"""`judge verify`: is this photo that product?"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from oracle.cli.output import print_table, progress_bar
from oracle.cli.parameters import JSON, NEW_FILE
from oracle.cli.similarity_output import note, print_json, save_picture, spec_of

_PATH = click.Path(exists=True, path_type=Path)


@click.command("verify")
@click.argument("original", type=_PATH, required=False)
@click.argument("photo", type=_PATH, required=False)
@click.option("--pairs", type=_PATH, help="CSV with columns original,photo instead of arguments.")
@click.option(
    "--calibrate",
    type=_PATH,
    help="Measure a threshold: on a folder of originals, or a CSV that also has a column same.",
)
@click.option(
    "--calibration", type=click.Path(path_type=Path), help="Calibration file to use, or to write."
)
@click.option("--profile", default="quick", show_default=True, help="How the encoder is trained.")
@click.option(
    "--picture",
    type=NEW_FILE,
    help="Sheet of all pairs to write.",
)
@JSON
def verify_command(
    original: Path | None,
    photo: Path | None,
    pairs: Path | None,
    calibrate: Path | None,
    calibration: Path | None,
    profile: str,
    picture: Path | None,
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
    if original is not None and (pairs is not None or calibrate is not None):
        other = "--pairs" if pairs is not None else "--calibrate"
        raise click.UsageError(f"{other} and files as arguments exclude each other")
    if calibrate is not None:
        return _calibrate(calibrate, calibration, profile, as_json)
    if pairs is None and (original is None or photo is None):
        raise click.UsageError("name ORIGINAL and PHOTO, or --pairs")
    from scoring.similarity.calibration import DEFAULT, load_calibration, read_pairs
    from scoring.similarity.verify import pairs_of

    known = load_calibration(calibration) if calibration else DEFAULT
    chosen = read_pairs(pairs) if pairs else pairs_of(Path(str(original)), Path(str(photo)))
    results = _judged(chosen, profile, known)
    if as_json:
        print_json(
            {"calibration": dataclasses.asdict(known), "pairs": [_plain(r) for r in results]}
        )
    else:
        _print_verdicts(results, known)
    if picture is not None:
        from scoring.similarity.verify import draw_results

        save_picture(picture, draw_results(results))
    for result in results:
        if result.verdict is None:
            note(f"left out: {result.problem}")
    if any(result.verdict is None for result in results):
        return 1
    return 0 if len(results) > 1 or results[0].verdict.same else 3


def _judged(pairs: list[Any], profile: str, calibration: Any) -> list[Any]:
    from scoring.similarity.latent import space_for
    from scoring.similarity.verify import readable_originals, verify_pairs

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
    rows: list[tuple[str, ...]] = []
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
