"""A series opens at the same hour every day, whatever the clocks and the calendar do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.series.days import SeriesCalendar, title_of

pytestmark = pytest.mark.unit

ZONES = sorted(available_timezones() - {"localtime"})
EARLY = date(1900, 1, 1)


def calendar(zone: str, at: str = "18:00", start: date = EARLY) -> SeriesCalendar:
    return SeriesCalendar(ZoneInfo(zone), time.fromisoformat(at), start)


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@given(
    zone=st.sampled_from(ZONES),
    at=st.times(max_value=time(23, 59)).map(lambda moment: moment.replace(microsecond=0, fold=0)),
    first=st.dates(date(1900, 1, 2), date(2200, 1, 1)),
)
def test_days_follow_each_other_in_every_zone_and_year(zone: str, at: time, first: date) -> None:
    days = SeriesCalendar(ZoneInfo(zone), at, EARLY)
    some = list(days.days(first, first + timedelta(days=40)))
    assert some
    for day, following in pairwise(some):
        between = days.opens_at(following) - days.opens_at(day)
        # A jump of the clocks moves a day by hours; crossing the date line, by a day.
        assert 0 < between <= 3 * 86_400
        assert days.number(following) > days.number(day)
    for day in some:
        local = days.local(days.opens_at(day)).replace(tzinfo=None)
        # Later than the clock says only where that time does not occur.
        assert timedelta(0) <= local - datetime.combine(day, at) <= timedelta(days=1)


@given(zone=st.sampled_from(ZONES), moment=st.integers(0, 7_000_000_000))
def test_no_day_is_lost_between_two_moments(zone: str, moment: int) -> None:
    days = calendar(zone)
    middle, end = moment + 86_400, moment + 3 * 86_400
    parts = [*days.opening_between(moment, middle), *days.opening_between(middle, end)]
    assert parts == list(days.opening_between(moment, end))
    assert all(moment < days.opens_at(day) <= end for day in parts)
    assert len(parts) in (2, 3, 4)


def test_summer_time_moves_the_second_and_not_the_hour() -> None:
    vienna = calendar("Europe/Vienna")
    before, after = date(2026, 3, 28), date(2026, 3, 29)
    assert vienna.opens_at(before) == unix("2026-03-28T17:00:00+00:00")
    assert vienna.opens_at(after) == unix("2026-03-29T16:00:00+00:00")
    assert vienna.opens_at(date(2026, 10, 25)) == unix("2026-10-25T17:00:00+00:00")


def test_an_hour_that_does_not_occur_is_read_with_the_offset_before() -> None:
    # RFC 5545, 3.3.5: 02:30 of a day whose clocks go from 02:00 to 03:00 is 03:30.
    day = date(2026, 3, 29)
    vienna = calendar("Europe/Vienna", "02:30")
    assert vienna.opens_at(day) == unix("2026-03-29T03:30:00+02:00")
    assert vienna.local(vienna.opens_at(day)).time() == time(3, 30)


def test_of_an_hour_that_occurs_twice_the_first_counts() -> None:
    day = date(2026, 10, 25)
    vienna = calendar("Europe/Vienna", "02:30")
    assert vienna.opens_at(day) == unix("2026-10-25T02:30:00+02:00")
    assert len(list(vienna.opening_between(unix("2026-10-25T00:00Z"), unix("2026-10-26T00:00Z"))))


def test_a_leap_day_is_a_day() -> None:
    days = calendar("UTC", start=date(2028, 2, 27))
    found = list(days.days(date(2028, 2, 1), date(2028, 3, 1)))
    assert found == [date(2028, 2, 27) + timedelta(days=n) for n in range(4)]
    assert [days.number(day) for day in found] == [1, 2, 3, 4]
    assert date(2100, 2, 28) + timedelta(days=1) == date(2100, 3, 1)  # no leap year


def test_a_date_that_a_zone_leaves_out_is_no_day() -> None:
    # Samoa crossed the date line: 30 December 2011 did not happen there.
    apia = calendar("Pacific/Apia")
    found = list(apia.days(date(2011, 12, 29), date(2011, 12, 31)))
    assert found == [date(2011, 12, 29), date(2011, 12, 31)]
    assert apia.opens_at(found[1]) - apia.opens_at(found[0]) == 86_400


def test_nothing_comes_before_the_first_day() -> None:
    days = calendar("UTC", start=date(2026, 12, 1))
    assert list(days.days(date(2026, 11, 20), date(2026, 12, 2))) == [
        date(2026, 12, 1),
        date(2026, 12, 2),
    ]


def test_a_competition_is_called_by_number_and_date() -> None:
    assert title_of(date(2026, 11, 28), 12) == "No. 12 · 28 November"
