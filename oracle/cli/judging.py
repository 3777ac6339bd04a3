"""`judge prepare | train | score`: judging without a chain."""

from __future__ import annotations

from pathlib import Path

import click

from oracle.cli.output import (
    print_facts,
    print_json,
    print_table,
    progress_bar,
    say_if_slow,
    write_file,
)
from oracle.cli.parameters import HASH, JSON, NEW_FILE, NEW_FOLDER
from scoring.spec import PROFILES, JudgingSpec

_image = click.Path(exists=True, dir_okay=False, path_type=Path)
_seed_option = click.option(
    "--seed",
    type=HASH,
    default="00" * 32,
    help="Seed of all chance, 32 bytes as hex. Default: all zero.",
)
_profile_option = click.option(
    "--profile", type=click.Choice(sorted(PROFILES)), default="fast", show_default=True,
    help="Judging spec.",
)  # fmt: skip
_spec_option = click.option(
    "--spec", "spec_file", type=_image, help="Judging spec as JSON, instead of a profile."
)


@click.command("prepare")
@click.argument("image", type=_image)
@click.option(
    "--out",
    type=NEW_FILE,
    help="Where the PNG goes. Default: next to IMAGE, as NAME.512.png.",
)
@JSON
def prepare_command(image: Path, out: Path | None, as_json: bool) -> None:
    """Turn IMAGE (anything Pillow reads) into the 512×512 PNG that is judged.

    It is cropped to its central square and scaled; its digest and CID are printed.
    """
    from oracle.store.cid import cid_of
    from scoring.digest import sha256
    from scoring.submission.prepare import prepare

    data = prepare(image)
    out = out or image.with_name(f"{image.stem}.512.png")
    write_file(out, data)
    digest = sha256(data)
    facts = {
        "path": str(out),
        "bytes": len(data),
        "digest": "0x" + digest.hex(),
        "cid": cid_of(digest),
    }
    if as_json:
        print_json(facts)
    else:
        print_facts(list(facts.items()))


@click.command("check-target")
@click.argument("target", type=_image)
@_profile_option
@_spec_option
@JSON
def check_target_command(target: Path, profile: str, spec_file: Path | None, as_json: bool) -> int:
    """Say how well TARGET can be judged, before it is anybody's target.

    It is tried with the judge's own calibration, which takes some ten seconds. Exit code 1: it
    cannot be used. A minimal or lettered target can, but is warned of.
    """
    from scoring.submission.prepare import prepared_pixels
    from scoring.target_check import check_target

    spec = _spec(profile, spec_file)
    say_if_slow()
    with progress_bar() as progress:
        found = check_target(prepared_pixels(target), spec, progress)
    if as_json:
        print_json(found.to_json())
    else:
        print_facts(list(found.facts()))
    return 1 if found.refusal else 0


@click.command("train")
@click.argument("target", type=_image)
@click.option(
    "--out",
    type=NEW_FILE,
    required=True,
    help="Where the trained model goes.",
)
@_seed_option
@_profile_option
@_spec_option
@JSON
def train_command(
    target: Path, out: Path, seed: bytes, profile: str, spec_file: Path | None, as_json: bool
) -> None:
    """Train the judge on TARGET and keep the model."""
    from scoring.standalone import train_file

    say_if_slow()
    with progress_bar() as progress:
        model = train_file(target, _spec(profile, spec_file), seed, progress=progress)
    model.save(out)
    facts = {
        "path": str(out),
        "model_hash": model.digest().hex(),
        "epochs": len(model.epoch_digests),
    }
    if as_json:
        print_json(facts)
    else:
        print_facts([(name.replace("_", " "), value) for name, value in facts.items()])


@click.command("score")
@click.argument("target", type=_image)
@click.argument("images", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--out",
    type=NEW_FOLDER,
    help="Write reconstructions, heatmaps and a report page to this folder.",
)
@_seed_option
@_profile_option
@_spec_option
@JSON
def score_command(
    target: Path,
    images: tuple[Path, ...],
    out: Path | None,
    seed: bytes,
    profile: str,
    spec_file: Path | None,
    as_json: bool,
) -> None:
    """Train on TARGET and rank IMAGES by how well they recreate it; lower scores are better.

    Each may be any image that Pillow reads. One that cannot be read is a disqualified row; the
    others are ranked. With --out, a training that was interrupted goes on when you repeat the
    command.
    """
    spec = _spec(profile, spec_file)
    from scoring.standalone import score_files
    from scoring.submission.flags import reasons, remarks

    say_if_slow()
    with progress_bar() as progress:
        result = score_files(target, images, spec, seed, out, progress)
    if as_json:
        print_json(result.to_json())
        return
    rows = [
        (
            file.ranked.rank,
            file.path,
            "" if file.ranked.disqualified else file.ranked.score,
            file.remark or ", ".join(reasons(file.ranked.flags)),
            ", ".join(remarks(file.ranked.flags)),
        )
        for file in result.ranking
    ]
    print_table(("rank", "image", "score", "disqualified because it", "remark: it"), rows)
    print_facts([("model hash", result.model.digest().hex())])
    if result.report is not None:
        print_facts([("report", result.report)])


def _spec(profile: str, spec_file: Path | None) -> JudgingSpec:
    return JudgingSpec.from_json(spec_file.read_bytes()) if spec_file else PROFILES[profile]
