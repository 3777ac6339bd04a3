"""What everybody may know of a series: a JSON document, an iCalendar file, an Atom feed.

Of a target that is not open yet nothing is in any of them, not even the name of its file: reasons
and files stay in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from oracle.chain.commitments import Domain
from oracle.ledger.series_book import DayState, SeriesBook, SeriesDay
from oracle.series.atom import FeedEntry, atom_feed
from oracle.series.card import card_fields
from oracle.series.days import SeriesCalendar, date_words, title_of
from oracle.series.icalendar import CalendarEvent, calendar_file
from oracle.series.secret import SecretKeeper, draw_commitment
from oracle.series.template import Template
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256

VERSION = 1
LAST_DAYS = 30
_COMING_DAYS = 14
_PUBLIC_STATES = {
    # Why a day waits, and that it does, is the operator's business.
    DayState.WAITING: "planned",
    DayState.CLAIMED: "planned",
}


@dataclass(frozen=True)
class Publication:
    """The public side of one series; safe to be read from any thread."""

    calendar: SeriesCalendar
    template: Template
    book: SeriesBook
    keeper: SecretKeeper
    domain: Domain
    operator: str
    now: Callable[[], int]  # unix seconds

    def document(self) -> dict[str, Any]:
        """`/series.json`: today, the coming days, and the last ones, newest first."""
        now = self.now()
        today = self.calendar.date_at(now)
        known = {record.day: record for record in self.book.days()}
        last = today + timedelta(days=_COMING_DAYS)
        coming = [
            self._day(day, known) for day in self.calendar.days(today + timedelta(days=1), last)
        ]
        series = self.template.series
        return {
            "version": VERSION,
            "name": series.name,
            "chain_id": self.domain.chain_id,
            "contract": self.domain.competition,
            "operator": self.operator,
            "time": series.time,
            "zone": series.zone,
            "start": self.calendar.start.isoformat(),
            "order": series.order,
            "terms": self._terms(),
            "today": self._day(today, known) if self._is_day(today) else None,
            "tomorrow": coming[0] if coming else None,
            "coming": coming,
            "last": [self._entry(record) for record in self._past(now)],
        }

    def card(self, competition: int, target: bytes) -> dict[str, str]:
        """The fields of a competition's card, once its target of this digest is open; or none."""
        records = (record for record in self.book.days() if record.competition_id == competition)
        for record in records:
            if record.state is DayState.OPENED and record.target == target:
                return _card(record)
        return {}

    def calendar_text(self) -> str:
        """`/calendar.ics`: the last days, and the coming ones."""
        now = self.now()
        today = self.calendar.date_at(now)
        known = {record.day: record for record in self.book.days()}
        first, last = today - timedelta(days=LAST_DAYS), today + timedelta(days=_COMING_DAYS)
        events = [
            self._event(known.get(day) or self._planned(day))
            for day in self.calendar.days(first, last)
        ]
        return calendar_file(self.template.series.name, events)

    def feed_text(self) -> str:
        """`/feed.atom`: the days that were created, newest first."""
        shown = (DayState.CREATED, DayState.OPENED, DayState.VOIDED)
        records = [record for record in self.book.days() if record.state in shown]
        entries = [self._feed_entry(record) for record in reversed(records[-LAST_DAYS:])]
        series = self.template.series
        started = self.calendar.opens_at(self.calendar.start)
        return atom_feed(self._id("feed"), series.name, series.url, started, entries)

    # ------------------------------------------------------------------ inside

    def _is_day(self, day: date) -> bool:
        return day >= self.calendar.start and self.calendar.occurs(day)

    def _planned(self, day: date) -> SeriesDay:
        number, opens_at = self.calendar.number(day), self.calendar.opens_at(day)
        return SeriesDay(day, number, opens_at, DayState.WAITING)

    def _day(self, day: date, known: dict[date, SeriesDay]) -> dict[str, Any]:
        return self._entry(known.get(day) or self._planned(day))

    def _past(self, now: int) -> list[SeriesDay]:
        past = [record for record in self.book.days() if record.opens_at <= now]
        return past[-LAST_DAYS:][::-1]

    def _entry(self, record: SeriesDay) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "number": record.number,
            "day": record.day.isoformat(),
            "title": self._title(record),
            "state": _PUBLIC_STATES.get(record.state, record.state.value),
            "opens_at": record.opens_at,
            "closes_at": record.opens_at + self.template.series.open_seconds,
            "sale_begins_at": self.template.creates_at(record.opens_at),
            "competition": self._competition(record),
            "draw_commitment": self._draw_commitment(record),
        }
        return (
            entry
            | (_opened(record) if record.state is DayState.OPENED else _NOT_OPENED)
            | {"draw": self._draw(record) if record.state is DayState.OPENED else None}
        )

    def _title(self, record: SeriesDay) -> str:
        # By the number on the chain: the one that everybody sees who asks no daemon.
        number = self._competition(record)
        return date_words(record.day) if number is None else title_of(record.day, number)

    def _competition(self, record: SeriesDay) -> int | None:
        return record.competition_id if record.state is not DayState.CLAIMED else None

    def _draw_commitment(self, record: SeriesDay) -> str | None:
        seed = self._draw_seed(record)
        return None if seed is None else _hex(draw_commitment(seed))

    def _draw(self, record: SeriesDay) -> dict[str, str] | None:
        seed = self._draw_seed(record)
        if seed is None or record.deck is None:
            return None
        return {"seed": _hex(seed), "deck": _hex(record.deck)}

    def _draw_seed(self, record: SeriesDay) -> bytes | None:
        secret = self.keeper.peek()
        if secret is None or record.deck is None:
            return None
        return secret.draw_seed(self.domain, self.operator, record.day)

    def _terms(self) -> dict[str, Any]:
        series = self.template.series
        return {
            "ticket_price_wei": str(series.ticket_price_wei),
            "sale_seconds": series.sale_seconds,
            "open_seconds": series.open_seconds,
            "reveal_seconds": series.reveal_seconds,
            "judging_seconds": series.judging_seconds,
            "liveness_seconds": series.liveness_seconds,
            "verdict_seconds": series.verdict_seconds,
            "min_revealed": series.min_revealed,
            "studio": series.studio or None,
            "prompt_limit": series.prompt_limit if series.studio else None,
            "arbiter": self.template.arbiter or None,
            "spec_digest": _hex(self.template.published_spec.digest()),
        }

    def _event(self, record: SeriesDay) -> CalendarEvent:
        status = "CONFIRMED"
        if record.state in (DayState.SKIPPED, DayState.MISSED, DayState.VOIDED):
            status = "CANCELLED"
        elif record.state in _PUBLIC_STATES:
            status = "TENTATIVE"
        return CalendarEvent(
            uid=f"{record.day.isoformat()}.{self.domain.competition}.{self.domain.chain_id}",
            begins=record.opens_at,
            ends=record.opens_at + self.template.series.open_seconds,
            # Of a planned day nothing has changed since the series began.
            changed=int(record.recorded_at)
            if record.state not in _PUBLIC_STATES
            else self.calendar.opens_at(self.calendar.start),
            summary=self._headline(record),
            description=self._words(record),
            url=self._link(record),
            status=status,
        )

    def _feed_entry(self, record: SeriesDay) -> FeedEntry:
        return FeedEntry(
            id=self._id(record.day.isoformat()),
            title=self._headline(record),
            updated=int(record.recorded_at),
            link=self._link(record),
            summary=self._words(record),
        )

    def _headline(self, record: SeriesDay) -> str:
        title = self._title(record)
        name = _card(record).get("title") if record.state is DayState.OPENED else None
        return f"{title}: {name}" if name else title

    def _words(self, record: SeriesDay) -> str:
        if record.state is not DayState.OPENED:
            return _SENTENCES.get(record.state, "The target is opened at this hour.")
        card = _card(record)
        order = ("artist", "year", "licence", "source")
        said = [card[name] for name in order if name in card]
        return ", ".join([*said, f"target {_hex(record.target or b'')}"])

    def _link(self, record: SeriesDay) -> str:
        url = self.template.series.url
        if not url or record.competition_id is None or record.state is DayState.CLAIMED:
            return url
        return f"{url.rstrip('/')}/#/c/{record.competition_id}"

    def _id(self, name: str) -> str:
        return f"{self.domain.chain_id}/{self.domain.competition}/{self.operator}/series/{name}"


_SENTENCES = {
    DayState.SKIPPED: "There is no competition on this day.",
    DayState.MISSED: "There was no competition on this day.",
    DayState.VOIDED: "The target was not opened; every ticket is refunded.",
}
_NOT_OPENED: dict[str, Any] = {
    "target": None,
    "target_cid": None,
    "card": None,
    "card_digest": None,
    "card_cid": None,
}


def _opened(record: SeriesDay) -> dict[str, Any]:
    target, card = record.target or b"", record.card
    return {
        "target": _hex(target),
        "target_cid": cid_of(Digest(target)),
        "card": None if card is None else _card(record),
        "card_digest": None if card is None else _hex(sha256(card)),
        "card_cid": None if card is None else cid_of(sha256(card)),
    }


def _card(record: SeriesDay) -> dict[str, str]:
    return card_fields(record.card) if record.card is not None else {}


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
