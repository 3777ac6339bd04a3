"""Plays faults: `python -m tests.faults [--list] [--quick] [--write PAGE] [NAME …]`."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

import click

from tests.faults.page import write_table
from tests.faults.plan import Outcome, play_all
from tests.faults.rows import GROUPS


@click.command()
@click.argument("names", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="Name the faults and stop.")
@click.option("--quick", is_flag=True, help="Only those that scripts/test plays.")
@click.option("--write", type=click.Path(path_type=Path), help="Write the table into this page.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where all of it happens.")
def main(
    names: tuple[str, ...], only_list: bool, quick: bool, write: Path | None, folder: Path | None
) -> None:
    """Plays whole competitions with faults in them, on the real daemon."""
    known = {fault.name: fault for group in GROUPS.values() for fault in group}
    if unknown := sorted(set(names) - set(known)):
        raise click.UsageError(f"no such fault: {', '.join(unknown)}")
    played = [known[name] for name in names] or list(known.values())
    chosen = [fault for fault in played if fault.quick or not quick]
    if only_list:
        click.echo("\n".join(f"{fault.name:28} {fault.what}" for fault in chosen))
        return
    where = folder or Path(tempfile.mkdtemp(prefix="judge-faults-"))
    # Ended by a signal, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    outcomes = []
    for outcome in play_all(chosen, where, _say):
        outcomes.append(outcome)
        if write is not None:
            write_table(write, outcomes)  # whatever happens to the rest
    failed = [outcome for outcome in outcomes if outcome.course is None]
    click.echo(f"{len(outcomes) - len(failed)} of {len(outcomes)} faults survived", err=True)
    sys.exit(1 if failed else 0)


def _say(outcome: Outcome) -> None:
    state = "failed" if outcome.course is None else "ok"
    click.echo(f"{outcome.fault.name:28} {state} {outcome.seconds:.0f} s", err=True)
    if outcome.why:
        click.echo(outcome.why, err=True)


if __name__ == "__main__":
    main()
