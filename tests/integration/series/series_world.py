"""A world whose operator runs a series: a folder of targets, and days that open in two hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from oracle.daemon.schedule import Daemon
from oracle.ledger.series_book import SeriesDay
from tests.integration.competition_world import World, picture
from tests.tiny_specs import TINY_COMPETITION

DAY_SECONDS = 86_400
SALE_SECONDS = 3 * 3600
LEAST_SALE_SECONDS = 1800


class SeriesWorld:
    """The series' first day opens two hours after the chain's now."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.folder = world.folder / "targets"
        self.folder.mkdir()
        spec = world.folder / "spec.json"
        spec.write_bytes(TINY_COMPETITION.canonical_json())
        self.first_opens = self.now() + 2 * 3600
        opening = datetime.fromtimestamp(self.first_opens, UTC)
        self.start = opening.date()
        self.series = {
            "series__targets": str(self.folder),
            "series__start": self.start.isoformat(),
            "series__time": opening.time().isoformat(),
            "series__spec": str(spec),
            "series__sale_seconds": str(SALE_SECONDS),
            "series__least_sale_seconds": str(LEAST_SALE_SECONDS),
            "series__min_revealed": "1",
            "api__port": "0",
        }

    def now(self) -> int:
        return self.world.contract.client.latest_block().timestamp

    def add(self, name: str, seed: int, card: str = "") -> Path:
        path = self.folder / f"{name}.png"
        path.write_bytes(picture(seed))
        if card:
            path.with_suffix(".toml").write_text(card)
        return path

    def flags(self, **changed: Any) -> dict[str, Any]:
        return {**self.series, **changed}

    def day(self, number: int) -> date:
        return self.start + timedelta(days=number - 1)

    def to_day(self, number: int, *, before: int) -> None:
        """Moves the chain's clock to so many seconds before a day opens."""
        opens_at = self.first_opens + (number - 1) * DAY_SECONDS
        self.world.to_time(opens_at - before)

    def cycles(self, daemon: Daemon, count: int = 2) -> None:
        """Enough of them for what was sent to be final."""
        for _ in range(count):
            self.world.cycle(daemon)

    def created(self) -> list[tuple[int, int]]:
        """Every competition on the chain, with the moment it opens."""
        block = self.world.contract.client.latest_block()
        count = self.world.contract.competition_count(block)
        states = [self.world.contract.state(number, block) for number in range(1, count + 1)]
        return [(state.id, state.terms.sale_ends) for state in states]

    def opens_at(self, *numbers: int) -> list[int]:
        return [self.first_opens + (number - 1) * DAY_SECONDS for number in numbers]

    def days(self, daemon: Daemon) -> dict[int, SeriesDay]:
        return {day.number: day for day in daemon.cycle.ledger.series.days()}
