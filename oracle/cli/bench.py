"""`judge bench`: measurements, one subcommand each."""

from __future__ import annotations

import click

from oracle.cli.perceptual import bench_metrics_command


@click.group("bench")
def bench_command() -> None:
    """Measure how good and how fast things are."""


bench_command.add_command(bench_metrics_command)
