"""Many competitions in one daemon: its memory and its log must not grow with their number.

`python -m tests.faults.endurance [--count 1000] [--at-once 50]` prints both after every round.
Each competition has two entries, a training of its own and a payout, and every one is checked; a
stranger judges one of each round again. The daemon talks to the node itself and not through the
faulty proxy, and those of a round reach each phase together, so that little of the time is waiting.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from oracle.chain.state import Phase
from tests.faults.arena import Arena
from tests.faults.chain import FaultChain
from tests.faults.invariants import audit, check, unconfirmed

_ENDS = (Phase.FINAL, Phase.VOID)
WARM = 0.2  # of the way, until caches and pools are filled
MOST_GROWTH = 0.10  # of memory from there on
# The daemon looks at every competition of a round in each cycle, between two steps of a training,
# too: as often as in the other plays, it would do nothing else.
INTERVAL_SECONDS = 2.0
TICK_SECONDS = 0.5
# Within which all of a round are created. Every phase is longer.
STRIDE_SECONDS = 300
# Every transaction of a round makes a block, and a cycle reads what was final when it began. Anvil
# keeps the states of ten blocks in memory; older ones take thirty times as long.
STATES_IN_MEMORY = 300


@dataclass(frozen=True)
class Reading:
    """The daemon after so many competitions."""

    played: int
    memory_mib: float
    log_bytes: int
    threads: int
    files: int
    checkpoints: int


def read(arena: Arena, played: int) -> Reading:
    """What the system says of the daemon's process."""
    process = Path(f"/proc/{arena.daemon_pid}")
    status = dict(
        line.split(":", 1) for line in (process / "status").read_text().splitlines() if ":" in line
    )
    return Reading(
        played,
        int(status["VmRSS"].split()[0]) / 1024,
        arena.log.stat().st_size,
        int(status["Threads"]),
        len(list((process / "fd").iterdir())),
        len(list((arena.home / "models").iterdir())),
    )


def play_round(arena: Arena, count: int) -> None:
    """So many competitions at once, from their creation to their end."""
    arena.table.seats.clear()
    since = arena.chain.head() + 1
    arena.create_all([arena.pictures(2) for _ in range(count)])
    while True:
        states = arena.tick(TICK_SECONDS)
        arena.require_daemon()
        ended = all(state.phase in _ENDS for state in states.values())
        if ended and arena.is_settled(arena.table.seats):
            break
    # A withdrawal follows the last payout.
    time.sleep(INTERVAL_SECONDS)
    while unconfirmed(arena):
        arena.tick(TICK_SECONDS)
        arena.require_daemon()
    check(arena, since)
    audit(arena, arena.table.seats[0])


def require_flat(readings: list[Reading], count: int) -> None:
    """Raises AssertionError when memory, log by competition, threads or files grow.

    A checkpoint has to go when its competition ends.
    """
    assert not any(reading.checkpoints for reading in readings), readings
    warm = next(reading for reading in readings if reading.played >= WARM * count)
    last = readings[-1]
    growth = last.memory_mib / warm.memory_mib - 1
    assert growth < MOST_GROWTH, f"memory grew by {growth:.0%}: {readings}"
    assert last.threads <= warm.threads + 4 and last.files <= warm.files + 8, readings
    first_log = warm.log_bytes / warm.played
    assert last.log_bytes / last.played < 1.2 * first_log, "each competition says more than before"


@click.command()
@click.option("--count", default=1000, show_default=True)
@click.option("--at-once", default=50, show_default=True)
def main(count: int, at_once: int) -> None:
    """Plays them all in rounds, and prints what the daemon takes."""
    folder, started = Path(tempfile.mkdtemp(prefix="judge-endurance-")), time.monotonic()
    readings: list[Reading] = []
    settings = {"chain.rpc_url": "{node}", "daemon.interval_seconds": INTERVAL_SECONDS}
    chain = FaultChain("--prune-history", str(STATES_IN_MEMORY), players=2 * at_once)
    with Arena(folder / "arena", settings, chain) as arena:
        arena.table.stride_seconds = STRIDE_SECONDS
        arena.start_daemon()
        for played in range(at_once, count + at_once, at_once):
            play_round(arena, at_once)
            now = read(arena, played)
            readings.append(now)
            click.echo(
                f"{played} competitions, {time.monotonic() - started:.0f} s: "
                f"{now.memory_mib:.0f} MiB, {now.log_bytes / played:.0f} bytes of log each, "
                f"{now.threads} threads, {now.files} files"
            )
    require_flat(readings, count)


if __name__ == "__main__":
    main()
