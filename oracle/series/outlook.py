"""What the operator asks of a series: how it stands, what comes next, and leaving a day out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from oracle.accounts.means import Means
from oracle.chain.amounts import format_eth
from oracle.errors import BadInput
from oracle.ledger.ledger import Ledger
from oracle.ledger.series_book import DayState, SeriesDay
from oracle.series.choosing import Chooser
from oracle.series.creation import used_sources
from oracle.series.days import SeriesCalendar, title_of
from oracle.series.secret import FILE_NAME, SecretKeeper
from oracle.series.template import Template

PLANNED = "planned"
_LAST_DAYS = 7
_FARTHEST_DAYS = 3660


@dataclass(frozen=True)
class DayOutlook:
    """One day as the operator sees it; moments are unix seconds."""

    day: date
    number: int
    state: str
    opens_at: int
    opens_local: str  # as the zone's clocks show it
    creates_at: int
    target: str  # its file's name, or empty
    competition: int | None
    reason: str

    @property
    def title(self) -> str:
        return title_of(self.day, self.number)

    def to_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "number": self.number,
            "title": self.title,
            "state": self.state,
            "opens_at": _iso(self.opens_at),
            "opens_local": self.opens_local,
            "creates_at": _iso(self.creates_at),
            "target": self.target or None,
            "competition": self.competition,
            "reason": self.reason or None,
        }


@dataclass(frozen=True)
class SeriesStatus:
    """How a series stands."""

    facts: dict[str, Any]
    days: tuple[DayOutlook, ...]  # the last ones, newest first
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Outlook:
    """Looks at one series; sends nothing, and tries no target."""

    ledger: Ledger
    calendar: SeriesCalendar
    template: Template
    chooser: Chooser
    keeper: SecretKeeper
    means: Means
    operator: str  # address; empty without a key
    balance: Callable[[], int | None]  # of the operator, in wei; None without a key
    now: Callable[[], int]

    def status(self) -> SeriesStatus:
        """The last days, and whatever keeps the series from going on."""
        series = self.template.series
        now = self.now()
        used = used_sources(self.ledger)
        files = self.chooser.targets.files()
        known = self.chooser.targets.digests()
        facts = {
            "name": series.name,
            "opens": f"{series.time} {series.zone}",
            "start": series.start,
            "order": series.order,
            "targets": len(files),
            "targets_left": len([source for source in known if source not in used]),
            "secret": self._secret_fact(),
        }
        past = [day for day in self.ledger.series.days() if day.opens_at <= now]
        coming = [day for day in self.ledger.series.days() if day.opens_at > now]
        rows = (*reversed(coming), *reversed(past[-_LAST_DAYS:]))
        return SeriesStatus(facts, tuple(map(self._of_record, rows)), self._problems(coming))

    def next(self) -> tuple[DayOutlook, tuple[str, ...]]:
        """The next day that is to be created, and what stands in its way."""
        now = self.now()
        series = self.template.series
        first = self.calendar.date_at(now + series.least_sale_seconds)
        for day in self._following(first):
            opens_at = self.calendar.opens_at(day)
            record = self.ledger.series.day(day)
            open_ = record is None or record.state in (DayState.WAITING, DayState.CLAIMED)
            if open_ and self.template.too_late_at(opens_at) > now:
                (shown,) = self._expected([day])
                return shown, self._against(shown)
        raise BadInput("every day that can be seen from here is skipped", "judge series preview 30")

    def preview(self, count: int) -> tuple[DayOutlook, ...]:
        """The `count` days from today on."""
        days = self._following(self.calendar.date_at(self.now()))
        return self._expected([next(days) for _ in range(count)])

    def skip(self, day: date, undo: bool = False) -> DayOutlook:
        """Leaves a day out, or takes that back. Raises BadInput for one that is decided."""
        self._require_day(day)
        book = self.ledger.series
        if undo:
            if not book.forget(day, [DayState.SKIPPED]):
                raise BadInput(f"{day} is not skipped", "see: judge series preview 14")
        else:
            record = self._record(day, DayState.SKIPPED)
            if not book.begin(record):
                known = book.day(day) or record
                if known.state is not DayState.SKIPPED:
                    raise BadInput(
                        f"{day} is {known.state.value}: it cannot be skipped any more",
                        "its competition stands, or is about to, on the chain",
                    )
        return self._expected([day])[0]

    # ------------------------------------------------------------------ inside

    def _require_day(self, day: date) -> None:
        hint = "see: judge series preview 14"
        if day < self.calendar.start or day.year > 9000 or not self.calendar.occurs(day):
            raise BadInput(f"{day} is no day of this series", hint)
        if self.calendar.opens_at(day) <= self.now():
            raise BadInput(f"{day} is over", hint)

    def _following(self, first: date) -> Iterator[date]:
        first = max(first, self.calendar.start)
        return self.calendar.days(first, first + timedelta(days=_FARTHEST_DAYS))

    def _expected(self, days: list[date]) -> tuple[DayOutlook, ...]:
        """The days as they will be if nothing changes: each takes the next target."""
        used = set(used_sources(self.ledger))
        rows = []
        for day in days:
            record = self.ledger.series.day(day) or self._record(day, DayState.WAITING)
            if record.state is not DayState.WAITING:
                rows.append(self._of_record(record))
                continue
            if not self._can_choose():
                rows.append(self._shown(record, PLANNED, "", "drawn with the key and the secret"))
                continue
            choice = self.chooser.expect(day, used)
            if choice.target is not None:
                used.add(choice.target.source)
            name = "" if choice.target is None else choice.target.path.name
            reason = record.reason if choice.target is not None else choice.reason
            rows.append(self._shown(record, PLANNED, name, reason))
        return tuple(rows)

    def _can_choose(self) -> bool:
        if self.chooser.draw_seed is None:
            return True
        return bool(self.operator) and self.keeper.peek() is not None

    def _against(self, shown: DayOutlook) -> tuple[str, ...]:
        problems = list(self._problems(()))
        if not shown.target and shown.reason:
            problems.append(shown.reason)
        plan = self.template.plan(b"", shown.opens_at, bytes(32))
        if against := self.means.against(plan):
            problems.append(against)
        cost, balance = self.means.cost(plan), self.balance()
        if balance is None:
            problems.append("no key is configured: the daemon runs dry and creates nothing")
        elif balance < cost.now_wei + cost.later_wei:
            needed = format_eth(cost.now_wei + cost.later_wei)
            problems.append(f"too little balance: {format_eth(balance)}, it may take {needed}")
        return tuple(problems)

    def _problems(self, coming: Iterable[SeriesDay]) -> tuple[str, ...]:
        problems = [
            f"{record.day} waits: {record.reason}"
            for record in coming
            if record.reason and record.state in (DayState.WAITING, DayState.CLAIMED)
        ]
        if self.keeper.peek() is None and self.keeper.is_in_use():
            path = self.keeper.folder / FILE_NAME
            problems.append(f"the secret of the series is missing: restore {path} from its backup")
        return tuple(problems)

    def _secret_fact(self) -> str:
        path = self.keeper.folder / FILE_NAME
        if self.keeper.peek() is not None:
            return f"{path}: back it up"
        return "missing" if self.keeper.is_in_use() else "made with the first day"

    def _record(self, day: date, state: DayState) -> SeriesDay:
        return SeriesDay(day, self.calendar.number(day), self.calendar.opens_at(day), state)

    def _of_record(self, record: SeriesDay) -> DayOutlook:
        names = {digest: path.name for digest, path in self.chooser.targets.by_digest().items()}
        name = names.get(record.target or b"", "")
        return self._shown(record, record.state.value, name, record.reason)

    def _shown(self, record: SeriesDay, state: str, name: str, reason: str) -> DayOutlook:
        return DayOutlook(
            day=record.day,
            number=record.number,
            state=state,
            opens_at=record.opens_at,
            opens_local=self.calendar.local(record.opens_at).isoformat(timespec="minutes"),
            creates_at=self.template.creates_at(record.opens_at),
            target=name,
            competition=record.competition_id,
            reason=reason,
        )


def _iso(moment: int) -> str:
    """A moment for programs: 2026-11-28T17:00:00Z."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc(moment: int) -> str:
    """A moment for people: 2026-11-28 17:00 UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")
