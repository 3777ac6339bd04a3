"""The calendar of a series: dates in, unix seconds out; pure.

A day is a date in the series' time zone, and opens at a time of day there. Where the clocks jump,
RFC 5545 (section 3.3.5) decides: a time that does not occur is read with the offset before the
jump, so that 02:30 becomes 03:30; of a time that occurs twice, the first counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeriesCalendar:
    """When each day of a series opens. Moments are unix seconds."""

    zone: ZoneInfo
    opening: time  # of the day, in the zone
    start: date  # the first day

    def opens_at(self, day: date) -> int:
        """When the day's target opens."""
        return self._moment(day, self.opening)

    def occurs(self, day: date) -> bool:
        """Whether the zone has this date: who moves across the date line can lose one."""
        if day == date.max:
            return False
        return self._moment(day, time.min) < self._moment(day + _DAY, time.min)

    def number(self, day: date) -> int:
        """The day's number: the first day is 1, and every date counts, played or not."""
        return (day - self.start).days + 1

    def date_at(self, moment: int) -> date:
        """The date in the zone at a moment."""
        return datetime.fromtimestamp(moment, self.zone).date()

    def local(self, moment: int) -> datetime:
        """A moment as the zone's clocks show it."""
        return datetime.fromtimestamp(moment, self.zone)

    def days(self, first: date, last: date) -> Iterator[date]:
        """The series' days from `first` to `last`, both included."""
        day = max(first, self.start)
        while day <= last:
            if self.occurs(day):
                yield day
            day += _DAY

    def opening_between(self, after: int, until: int) -> Iterator[date]:
        """The days that open later than `after` and not later than `until`."""
        # A time that a jump moves across midnight is another date's, and the date line a day more.
        first, last = self.date_at(after) - 2 * _DAY, self.date_at(until) + 2 * _DAY
        for day in self.days(first, last):
            if after < self.opens_at(day) <= until:
                yield day

    def _moment(self, day: date, at: time) -> int:
        # fold=0 is RFC 5545's reading of gaps and of repeated times.
        return (datetime.combine(day, at, self.zone) - _EPOCH) // _SECOND


def date_words(day: date) -> str:
    """A date as it is said: `28 November`."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def title_of(day: date, number: int) -> str:
    """What a competition is called before its target is known: `No. 12 · 28 November`."""
    return f"No. {number} · {date_words(day)}"
