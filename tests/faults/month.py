"""A series of daily competitions by the chain's clock, with a random fault in every hour.

`python -m tests.faults.month [--days 30] [--seed N]`. Each hour comes while a fault lasts; after it
everybody does what is due. Ends well when every day has its right payout.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from oracle.chain.state import Phase
from scoring.spec import JudgingSpec
from tests.faults.arena import Arena
from tests.faults.hourly import HOURLY, WEIGHTS
from tests.faults.invariants import (
    audit,
    check_end,
    check_records,
    hashes_of,
    own_transactions,
    unconfirmed,
)
from tests.faults.table import Seats
from tests.integration.competition_world import picture
from tests.tiny_specs import TINIEST_COMPETITION

HOUR = 3600
FAULT_SECONDS = 0.5  # of this machine's time
QUIET_SECONDS = 120.0
_ENDS = (Phase.FINAL, Phase.VOID)


@dataclass
class Month:
    """A series on a running arena, hour by hour."""

    arena: Arena
    dice: random.Random
    days: int
    faults: Counter[str] = field(default_factory=Counter)
    # Every competition; the table has only those that go on.
    competitions: list[Seats] = field(default_factory=list)
    passed: int = 0  # whose end was as it must be
    sent: set[bytes] = field(default_factory=set)  # the operator's transactions
    # Those that are not checked yet, and the block from which on they were played: the node forgets
    # old balances.
    _unchecked: dict[int, int] = field(default_factory=dict)

    def play(self) -> None:
        """Plays until every day's competition has ended. Raises AssertionError."""
        self._settle("the start")
        while len(self.competitions) < self.days or self.arena.table.seats:
            self._hour()
        # A withdrawal is sent when the last competition has paid.
        ends = time.monotonic() + QUIET_SECONDS
        while waiting := unconfirmed(self.arena):
            assert time.monotonic() < ends, waiting
            self._tick()

    def _hour(self) -> None:
        names = list(HOURLY)
        weights = [WEIGHTS.get(name, 1.0) for name in names]
        (name,) = self.dice.choices(names, weights)
        self.faults[name] += 1
        anvil = self.arena.chain.anvil
        hour = anvil.time() // HOUR * HOUR + HOUR
        with HOURLY[name](self.arena, Seats(0, (), ())):
            anvil.set_time(hour)
            ends = time.monotonic() + FAULT_SECONDS
            while time.monotonic() < ends:
                self._tick()
        self._settle(name)

    def _tick(self) -> bool:
        """Players act, and a block comes; whether anybody still has something to do."""
        arena = self.arena
        self._sit_down()
        states, acted = arena.table.act()
        arena.table.seats = [s for s in arena.table.seats if states[s.id].phase not in _ENDS]
        arena.chain.anvil.mine()
        time.sleep(0.05)
        now = arena.table.now()
        return acted or any(arena.table.waits_for(state, now) is None for state in states.values())

    def _sit_down(self) -> None:
        contract = self.arena.chain.contract
        count = contract.competition_count(contract.client.latest_block())
        for number in range(len(self.competitions) + 1, count + 1):
            pictures = picture(2 * number), picture(2 * number + 1)
            self.competitions.append(self.arena.table.sit_down(number, *pictures))
            self._unchecked[number] = self.arena.chain.head()

    def _settle(self, after: str) -> None:
        """Everybody does what is due, until the daemon is well and has nothing to do."""
        ends = time.monotonic() + QUIET_SECONDS
        while self._tick() or self.arena.health().status != 200 or not self._is_settled():
            assert time.monotonic() < ends, f"after {after}: {self.arena.health()}"
        self._check_ended()

    def _check_ended(self) -> None:
        going_on = {seats.id for seats in self.arena.table.seats}
        for number in [number for number in self._unchecked if number not in going_on]:
            seats, since = self.competitions[number - 1], self._unchecked.pop(number)
            own = own_transactions(self.arena, since)
            check_end(self.arena, seats, since, own)
            self.sent |= hashes_of(own)
            self.passed += 1

    def _is_settled(self) -> bool:
        going_on = {seats.id for seats in self.arena.table.seats}
        return self.arena.is_settled(s for s in self.competitions if s.id not in going_on)


def series_settings(folder: Path, days: int) -> dict[str, object]:
    """A series that begins tomorrow, with targets for so many days."""
    targets = folder / "targets"
    targets.mkdir(parents=True)
    for number in range(1, days + 1):
        (targets / f"{number:03}.png").write_bytes(picture(50_000 + number))
    spec = folder / "spec.json"
    spec.write_bytes(_spec().canonical_json())
    start = (datetime.now(UTC) + timedelta(days=1)).date()
    return {
        "series.targets": [str(targets)],
        "series.start": start.isoformat(),
        "series.spec": str(spec),
        "series.judging_seconds": 4 * HOUR,
        "series.liveness_seconds": 4 * HOUR,
        "series.arbiter": "{arbiter}",
    }


def _spec() -> JudgingSpec:
    return TINIEST_COMPETITION


@click.command()
@click.option("--days", default=30, show_default=True)
@click.option("--seed", default=None, type=int, help="Of the faults; a random one is printed.")
def main(days: int, seed: int | None) -> None:
    """Plays a month, and says how it went."""
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    folder = Path(tempfile.mkdtemp(prefix="judge-month-"))
    started = time.monotonic()
    with Arena(folder / "arena", series_settings(folder, days)) as arena:
        arena.start_daemon()
        month = Month(arena, random.Random(seed), days)
        month.play()
        arena.stop_daemon()
        check_records(arena, month.sent)
        audit(arena, month.competitions[-1])
    hours, minutes = month.faults.total(), (time.monotonic() - started) / 60
    click.echo(
        f"{month.passed} right payouts after {hours} hours with a fault each, in {minutes:.0f} min"
    )
    click.echo(", ".join(f"{name} {count}" for name, count in month.faults.most_common()))


if __name__ == "__main__":
    main()
