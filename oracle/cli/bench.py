"""`judge bench`: measurements, one subcommand each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oracle.cli.cluster import bench_cluster_command
from oracle.cli.cycle import bench_cycle_command
from oracle.cli.output import print_facts, print_json, progress_bar, record_figures, write_option
from oracle.cli.parameters import JSON
from oracle.cli.perceptual import bench_metrics_command
from oracle.cli.phantoms import bench_phantoms_command
from oracle.cli.recreations import bench_recreations_command
from oracle.cli.similarity_output import note
from oracle.cli.startup import bench_start_command
from oracle.cli.studio_load import bench_sketch_command, bench_studio_command
from oracle.cli.tree import bench_tree_command

if TYPE_CHECKING:
    from scoring.bench.cases import Gallery

_DATA = click.option(
    "--images",
    "data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of images; subfolders are read.",
)
_MANIFEST = click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Which images are related, and what is held out; JSON. Default: the one that ships.",
)


@click.group("bench")
def bench_command() -> None:
    """Measure how good and how fast things are."""


@click.command("quality")
@_DATA
@_MANIFEST
@click.option("--target", "targets", multiple=True, help="Path below DATA; repeatable.")
@click.option("--count", default=8, show_default=True, help="Targets, when none is named.")
@click.option("--seeds", default=1, show_default=True, help="Trainings per target.")
@JSON
@write_option
def quality_command(
    data: Path,
    manifest: Path | None,
    targets: tuple[str, ...],
    count: int,
    seeds: int,
    as_json: bool,
    write: Path | None,
) -> None:
    """Order constraints held, attacks, stability over seeds, and an ablation of every term.

    Twice: with listed strengths of distortion, and with strengths drawn for each target.
    Without --target: held-out targets, those that the manifest lists or else the first of DATA
    that no decision was made with.
    """
    from scoring.bench import quality
    from scoring.spec import FAST

    gallery = _gallery(data, manifest)
    chosen = list(targets) or quality.held_out(gallery)[:count]
    runs = quality.run_quality(gallery, chosen, FAST, seeds, note)
    record_figures(write, quality.as_json(runs))
    if as_json:
        print_json(quality.as_json(runs))
    else:
        tables = quality.markdown_tables(quality.summarise(runs))
        click.echo(f"{tables}\n{quality.cost(runs)}")


@click.command("attack")
@_DATA
@_MANIFEST
@click.option("--target", required=True, help="A target whose variations the manifest names.")
@click.option("--starts", default=5, show_default=True, help="Unrelated images to attack from.")
@click.option(
    "--epsilon",
    "epsilons",
    multiple=True,
    type=click.IntRange(1, 255),
    help="Levels that a pixel may change by; repeatable. Default: 8, 16 and 255, no bound.",
)
def attack_command(
    data: Path, manifest: Path | None, target: str, starts: int, epsilons: tuple[int, ...]
) -> None:
    """Gradient attacks: how many honest variations does an attacked image pass?

    By three attackers, with and without softened views. Takes half an hour of processor time.
    """
    from scoring.bench.gradient import EPSILONS, run_attacks
    from scoring.spec import FAST

    chosen = epsilons or EPSILONS
    for line in run_attacks(_gallery(data, manifest), target, FAST, starts, chosen):
        click.echo(line)


@click.command("copies")
@click.option(
    "--images",
    "data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of images; subfolders are read.",
)
@_MANIFEST
@click.option("--originals", default=13, show_default=True, help="Images that are edited.")
@click.option(
    "--threshold",
    type=click.IntRange(1, 1_000_001),
    help="Millionths of correlation. Default: the spec's.",
)
@click.option(
    "--share",
    type=click.IntRange(1, 1_001),
    help="Thousandths of the visible features. Default: the spec's.",
)
@click.option(
    "--entries",
    multiple=True,
    type=click.IntRange(min=1),
    help="Time the search among so many drawn pictures instead; repeatable. Needs no --images.",
)
@JSON
@write_option
def copies_command(
    data: Path | None,
    manifest: Path | None,
    originals: int,
    threshold: int | None,
    share: int | None,
    entries: tuple[int, ...],
    as_json: bool,
    write: Path | None,
) -> None:
    """Edited and moved copies missed, honest pictures accused, by the exact code and by SIFT."""
    from scoring.bench import copies, copy_cost
    from scoring.spec import JudgingSpec

    limit = JudgingSpec().remark_shapes if threshold is None else threshold
    least = JudgingSpec().remark_features if share is None else share
    if entries:
        costs = []
        for count in entries:
            costs.append(copy_cost.measure_cost(count, limit))
            note(copy_cost.text(costs[-1:]).splitlines()[-1])
        record_figures(write, {"costs": [cost.to_json() for cost in costs]})
        if as_json:
            print_json([cost.to_json() for cost in costs])
        else:
            click.echo(copy_cost.text(costs))
        return
    if data is None:
        raise click.UsageError("Missing option '--images' (or '--entries').")
    gallery = _gallery(data, manifest)
    chosen = copies.originals(gallery, originals)
    found = copies.run_copies(gallery, chosen, limit, least, note)
    record_figures(write, found.to_json())
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(copies.text(found))


@click.command("look-alikes")
@click.option(
    "--hands",
    default=10,
    show_default=True,
    type=click.IntRange(min=2),
    help="Pictures drawn of each of 47 prompts; 10 make 2115 pairs.",
)
@click.option(
    "--prompted",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of prompted images; those of a prompt are paired, and edited as by cheats.",
)
@_MANIFEST
@JSON
@write_option
def look_alikes_command(
    hands: int, prompted: Path | None, manifest: Path | None, as_json: bool, write: Path | None
) -> None:
    """Does the rule for copies accuse honest pictures that look alike, and what does it see?

    Seascapes, flags, posters, sudokus and the like, drawn from fixed seeds, each pair by different
    hands: none of them may be disqualified. Then targets are cropped, recoloured, pulled about.
    """
    from scoring.bench import fairness
    from scoring.spec import JudgingSpec

    gallery = _gallery(prompted, manifest) if prompted is not None else None
    found = fairness.run_fairness(hands, gallery, JudgingSpec(), note)
    record_figures(write, found.to_json())
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(fairness.text(found))


@click.command("speed")
@click.option(
    "--images",
    "data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of images to judge. Default: pictures drawn for the purpose.",
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1))
@JSON
@write_option
def speed_command(data: Path | None, rounds: int, as_json: bool, write: Path | None) -> None:
    """The published recipe in plain PyTorch, the exact judge of its size, and the fast profile.

    All in one run, in turns. Takes some minutes, and wants a machine that does nothing else.
    """
    from oracle.sandbox.decoder import SandboxedDecoder
    from scoring.bench.speed import measure_speed
    from scoring.bench.submissions import submissions
    from scoring.submission.image import decode_submission

    try:
        encoded = submissions(data)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    target = decode_submission(encoded[0])
    # Decoded as in a judging: by another process.
    with SandboxedDecoder() as decoder, progress_bar() as progress:
        report = measure_speed(target, encoded, decoder.decode, rounds=rounds, progress=progress)
    facts: dict[str, Any] = report.to_json_object()
    record_figures(write, facts)
    if as_json:
        print_json(facts)
    else:
        print_facts(
            [(k.replace("_", " "), f"{v:.3g}" if isinstance(v, float) else v)
             for k, v in facts.items()]
        )  # fmt: skip


def _gallery(data: Path, manifest: Path | None) -> Gallery:
    from scoring.bench.cases import SHIPPED_MANIFEST, Gallery, Manifest

    try:
        return Gallery(data, Manifest.read(manifest or SHIPPED_MANIFEST))
    except (ValueError, TypeError) as error:
        raise click.UsageError(str(error)) from error


for _command in (
    bench_metrics_command,
    quality_command,
    attack_command,
    copies_command,
    look_alikes_command,
    speed_command,
    bench_tree_command,
    bench_cluster_command,
    bench_cycle_command,
    bench_phantoms_command,
    bench_recreations_command,
    bench_sketch_command,
    bench_start_command,
    bench_studio_command,
):
    bench_command.add_command(_command)
