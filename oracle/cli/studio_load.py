"""`judge bench studio` and `judge bench sketch`: what a studio adds, how long a sketch takes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click

from oracle.cli.output import print_facts, print_json, record_figures, write_option
from oracle.cli.parameters import JSON
from oracle.cli.similarity_output import note

_REQUIRE = click.option("--require", is_flag=True, help="Exit with 1 when a goal is missed.")


@click.command("studio")
@click.option("--players", type=click.IntRange(1, 2_000), default=1_000, show_default=True)
@click.option(
    "--per-second", type=click.FloatRange(0.1, 1_000), default=5.0, show_default=True,
    help="Prompts of all players together.",
)  # fmt: skip
@click.option("--seconds", type=click.FloatRange(2, 86_400), default=60.0, show_default=True)
@click.option(
    "--disk", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder for the studio's files; one in memory shows what is left without a disk.",
)  # fmt: skip
@_REQUIRE
@JSON
@write_option
def bench_studio_command(
    players: int,
    per_second: float,
    seconds: float,
    disk: Path | None,
    require: bool,
    as_json: bool,
    write: Path | None,
) -> int:
    """Load a real studio with players, and see what it adds to a prompt but for drawing.

    A devnet with its own chain, the studio in a process of its own with the back end sketch, an
    event stream open for every player. Goals: at most 20 ms added to 95 % of the prompts, no
    error, and memory that does not grow in the second half.
    """
    from oracle.devnet.studio_load import measure_load

    figures = measure_load(players, per_second, seconds, note, disk)
    facts = dataclasses.asdict(figures)
    record_figures(write, facts)
    _show(facts, as_json)
    return _verdict(figures.missed(), require)


@click.command("sketch")
@click.option("--prompts", type=click.IntRange(20, 100_000), default=400, show_default=True)
@_REQUIRE
@JSON
@write_option
def bench_sketch_command(prompts: int, require: bool, as_json: bool, write: Path | None) -> int:
    """Time the back end sketch on one core, over prompts made up of its whole vocabulary.

    Each is drawn three times, and its least time counts. Goal: at most 150 ms of processor time.
    """
    from oracle.studio.sketch_bench import measure_sketch

    figures = measure_sketch(prompts)
    facts = dataclasses.asdict(figures)
    record_figures(write, facts)
    _show(facts, as_json)
    return _verdict(figures.missed(), require)


def _show(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        print_facts(
            [(k.replace("_", " "), f"{v:.4g}" if isinstance(v, float) else v)
             for k, v in facts.items()]
        )  # fmt: skip


def _verdict(missed: list[str], require: bool) -> int:
    for words in missed:
        note(f"missed: {words}")
    return 1 if missed and require else 0
