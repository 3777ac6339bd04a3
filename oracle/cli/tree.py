"""`judge bench tree`: how long the Merkle tree of a large ranking takes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from oracle.cli.output import print_facts, print_json, record_figures, write_option
from oracle.cli.parameters import JSON


@click.command("tree")
@click.option("--leaves", type=click.IntRange(1, 10_000_000), default=1_000_000, show_default=True)
@JSON
@write_option
def bench_tree_command(leaves: int, as_json: bool, write: Path | None) -> None:
    """Build the Merkle tree of a ranking with many LEAVES; print processor time and memory."""
    # Imported here: a base install has no keccak, and the other measurements need none.
    from oracle.chain.tree_bench import measure

    figures = measure(leaves)
    record_figures(write, dataclasses.asdict(figures))
    if as_json:
        print_json(dataclasses.asdict(figures))
        return
    print_facts(
        [
            ("leaves", f"{figures.leaves:,}"),
            ("hashing leaves", f"{figures.hashing_seconds:.1f} s"),
            ("building tree", f"{figures.building_seconds:.1f} s"),
            ("peak memory", f"{figures.peak_memory_bytes / 2**20:.0f} MiB"),
            ("hashes in a proof", figures.proof_hashes),
            ("root", figures.root),
        ]
    )
