"""What every day of a series has in common, from the settings: calendar, terms, money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from oracle.accounts.plan import Plan
from oracle.errors import InvalidConfig
from oracle.paths import path_of
from oracle.series.days import SeriesCalendar
from oracle.settings.config import SeriesSettings, Settings
from oracle.settings.values import zone_of
from scoring.errors import ScoringError
from scoring.spec import PROFILES, JudgingSpec


def calendar_of(series: SeriesSettings) -> SeriesCalendar:
    """The calendar that the settings describe. Raises InvalidConfig."""
    zone = zone_of("series.zone", series.zone)
    try:
        opening = time.fromisoformat(series.time)
    except ValueError as error:
        raise InvalidConfig(f"series.time is {series.time!r}", 'use a time, "18:00"') from error
    if opening.tzinfo is not None or opening.microsecond:
        raise InvalidConfig(f"series.time is {series.time!r}", 'use a time, "18:00"')
    try:
        start = date.fromisoformat(series.start)
    except ValueError as error:
        raise InvalidConfig(
            f"series.start is {series.start!r}", 'name the first day, "2026-12-01"'
        ) from error
    if not 1970 <= start.year < 9000:
        raise InvalidConfig(f"series.start is {series.start!r}", "name a day that will come")
    return SeriesCalendar(zone, opening, start)


def spec_of(series: SeriesSettings) -> JudgingSpec:
    """How the series' competitions are judged. Raises InvalidConfig."""
    if not series.spec:
        if series.profile not in PROFILES:
            raise InvalidConfig(
                f"series.profile: there is no profile {series.profile!r}",
                f"use one of {', '.join(sorted(PROFILES))}",
            )
        return PROFILES[series.profile]
    try:
        return JudgingSpec.from_json(path_of(series.spec).read_bytes())
    except OSError as error:
        raise InvalidConfig(
            f"series.spec: {series.spec} cannot be read: {error.strerror}", "check the path"
        ) from error
    except ScoringError as error:
        raise InvalidConfig(f"series.spec: {error.what}", error.hint) from error


@dataclass(frozen=True)
class Template:
    """The terms of every day."""

    series: SeriesSettings
    spec: JudgingSpec
    arbiter: str
    beacon: str  # empty: a block hash gives the seed

    @classmethod
    def of(cls, settings: Settings) -> Template:
        """Raises InvalidConfig where the settings contradict themselves."""
        series = settings.series
        if series.least_sale_seconds > series.sale_seconds:
            raise InvalidConfig(
                "series.least_sale_seconds is more than series.sale_seconds",
                "a sale cannot be shorter than the shortest that you accept",
            )
        arbiter = series.arbiter or settings.chain.quorum
        return cls(series, spec_of(series), arbiter, settings.chain.beacon)

    @property
    def published_spec(self) -> JudgingSpec:
        """How each day is judged; where a studio makes all images, none is an edited copy."""
        return self.spec.for_studio() if self.series.studio else self.spec

    def creates_at(self, opens_at: int) -> int:
        """From when on the day's competition is created; unix seconds."""
        return opens_at - self.series.sale_seconds

    def too_late_at(self, opens_at: int) -> int:
        """From when on it is not created any more: too little would be left of its sale."""
        return opens_at - self.series.least_sale_seconds

    def plan(self, image: bytes, opens_at: int, salt: bytes) -> Plan:
        """The competition whose target opens then."""
        series = self.series
        return Plan(
            image=image,
            spec=self.spec,
            ticket_price_wei=series.ticket_price_wei,
            sale_seconds=series.sale_seconds,
            open_seconds=series.open_seconds,
            reveal_seconds=series.reveal_seconds,
            judging_seconds=series.judging_seconds,
            liveness_seconds=series.liveness_seconds,
            min_revealed=series.min_revealed,
            verdict_seconds=series.verdict_seconds,
            studio=series.studio,
            prompt_limit=series.prompt_limit if series.studio else 0,
            arbiter=self.arbiter,
            max_tickets=series.max_tickets,
            beacon=self.beacon,
            sale_ends=opens_at,
            salt=salt,
        )
