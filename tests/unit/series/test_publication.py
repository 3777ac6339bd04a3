"""What everybody may know of a series, in three forms, each valid by its standard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from oracle.chain.commitments import Domain
from oracle.ledger.ledger import open_ledger
from oracle.ledger.series_book import DayState, SeriesBook, SeriesDay
from oracle.series.card import card_content
from oracle.series.icalendar import CalendarEvent, calendar_file
from oracle.series.publication import Publication
from oracle.series.secret import SecretKeeper, make_secret
from oracle.series.template import Template, calendar_of
from oracle.settings.config import load_settings
from scoring.digest import sha256

pytestmark = pytest.mark.unit

CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
OPERATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
DOMAIN = Domain(1, CONTRACT)
TARGET = bytes([7] * 32)
CARD = card_content({"title": "Night; <b>1,889</b>\\", "artist": "V"}, TARGET)
START = date(2026, 3, 27)
OPENS = int(datetime(2026, 3, 28, 17, tzinfo=UTC).timestamp())  # 18:00 in Vienna, day 2
SETTINGS = load_settings(
    None,
    {},
    {
        "series.start": START.isoformat(),
        "series.zone": "Europe/Vienna",
        "series.name": "The Daily, Picture",
        "series.url": "https://page.example/",
    },
)


class World:
    """A book with days in it, and a moment."""

    def __init__(self, book: SeriesBook, folder: Path) -> None:
        self.book = book
        self.now = OPENS - 600
        make_secret(folder)
        keeper = SecretKeeper(folder, lambda: True)
        self.publication = Publication(
            calendar_of(SETTINGS.series),
            Template.of(SETTINGS),
            book,
            keeper,
            DOMAIN,
            OPERATOR,
            lambda: self.now,
        )

    def add(self, number: int, state: DayState, **facts: object) -> SeriesDay:
        day = START + timedelta(days=number - 1)
        opens_at = self.publication.calendar.opens_at(day)
        record = SeriesDay(day, number, opens_at, state, **facts)  # type: ignore[arg-type]
        assert self.book.begin(record)
        return record

    def add_secretive(self, number: int, state: DayState) -> SeriesDay:
        return self.add(
            number,
            state,
            reason="no usable target is left; mona_lisa.png: blank",
            source=bytes([5] * 32),
            target=TARGET,
            commitment=bytes([6] * 32),
            deck=bytes([8] * 32),
            card=CARD,
            competition_id=number,
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    ledger = open_ledger("sqlite://", 1, CONTRACT, clock=lambda: OPENS + 0.5)
    yield World(ledger.series, tmp_path)
    ledger.close()


def test_today_tomorrow_and_the_last_days_are_told(world: World) -> None:
    world.add(1, DayState.SKIPPED)
    world.add(2, DayState.CREATED, competition_id=7)
    document = world.publication.document()
    today, tomorrow = document["today"], document["tomorrow"]
    assert (today["title"], today["state"], today["competition"]) == (
        "No. 7 · 28 March",
        "created",
        7,
    ), "a competition is called by its number on the chain"
    assert (today["opens_at"], today["closes_at"]) == (OPENS, OPENS + 3600)
    assert (tomorrow["number"], tomorrow["state"]) == (3, "planned")
    assert tomorrow["title"] == "29 March", "nothing is on the chain yet"
    assert document["coming"][0] == tomorrow
    assert [day["number"] for day in document["coming"]] == list(range(3, 17))
    assert tomorrow["opens_at"] - today["opens_at"] == 23 * 3600, "summer time begins"
    assert [day["state"] for day in document["last"]] == ["skipped"]


@pytest.mark.parametrize("state", [state for state in DayState if state is not DayState.OPENED])
def test_before_the_target_is_open_nothing_of_it_is_told(world: World, state: DayState) -> None:
    record = world.add_secretive(2, state)
    publication = world.publication
    secret = publication.keeper.get()
    texts = (
        json.dumps(publication.document()),
        publication.calendar_text(),
        publication.feed_text(),
    )
    hidden = (
        TARGET.hex(),
        "mona_lisa",
        "Night",
        sha256(CARD).hex(),
        (record.source or b"").hex(),
        (record.deck or b"").hex(),
        secret.value.hex(),
        secret.draw_seed(DOMAIN, OPERATOR, record.day).hex(),
        secret.salt(DOMAIN, OPERATOR, record.day).hex(),
    )
    for text in texts:
        assert [word for word in hidden if word in text] == []


def test_after_it_is_open_target_card_and_draw_are_told(world: World) -> None:
    record = world.add_secretive(2, DayState.OPENED)
    world.now = OPENS + 60
    (last,) = world.publication.document()["last"]
    assert last["target"] == "0x" + TARGET.hex()
    assert last["card"] == {"title": "Night; <b>1,889</b>\\", "artist": "V"}
    assert last["card_digest"] == "0x" + sha256(CARD).hex()
    seed = bytes.fromhex(last["draw"]["seed"][2:])
    assert last["draw_commitment"] == "0x" + sha256(seed).hex()
    assert last["draw"]["deck"] == "0x" + (record.deck or b"").hex()


def test_the_calendar_is_icalendar_that_another_library_reads(world: World) -> None:
    world.add(1, DayState.SKIPPED)
    world.add_secretive(2, DayState.OPENED)
    text = world.publication.calendar_text()
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\n" not in text.replace("\r\n", "")
    calendar = Calendar.from_ical(text)
    assert calendar["X-WR-CALNAME"] == "The Daily\\, Picture"
    events = [part for part in calendar.walk("VEVENT")]
    assert not any(event.errors for event in events)
    assert len({str(event["UID"]) for event in events}) == len(events) > 10
    skipped, opened, planned = events[:3]
    assert (skipped["STATUS"], opened["STATUS"], planned["STATUS"]) == (
        "CANCELLED",
        "CONFIRMED",
        "TENTATIVE",
    )
    assert opened["SUMMARY"] == "No. 2 · 28 March: Night; <b>1,889</b>\\"
    assert opened["URL"] == "https://page.example/#/c/2"
    assert opened.decoded("DTSTART") == datetime(2026, 3, 28, 17, tzinfo=UTC)
    assert opened.decoded("DTEND") == datetime(2026, 3, 28, 18, tzinfo=UTC)
    assert planned.decoded("DTSTART") == datetime(2026, 3, 29, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["ä" * 200, "𝄞" * 100, "a;b,c\\d", "two\nlines", "\\n", "x" * 75])
def test_a_calendar_says_what_it_was_given(text: str) -> None:
    event = CalendarEvent("uid", 0, 60, 0, text, text, "", "CONFIRMED")
    (read,) = Calendar.from_ical(calendar_file("name", [event])).walk("VEVENT")
    assert (read["SUMMARY"], read["DESCRIPTION"]) == (text, text)


VECTOR = Path(__file__).parents[2] / "vectors" / "series.json"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_feed_is_atom_with_all_that_it_must_have(world: World) -> None:
    world.add(1, DayState.MISSED)
    world.add_secretive(2, DayState.OPENED)
    world.add(3, DayState.CREATED, competition_id=3)
    feed = ElementTree.fromstring(world.publication.feed_text())
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1
    entries = feed.findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles == ["No. 3 · 29 March", "No. 2 · 28 March: Night; <b>1,889</b>\\"]
    ids = [entry.findtext(f"{ATOM}id") for entry in (*entries, feed)]
    assert len(set(ids)) == 3
    updated = str(entries[0].findtext(f"{ATOM}updated"))
    assert datetime.fromisoformat(updated) == datetime.fromtimestamp(OPENS, UTC)
    self_link = feed.find(f"{ATOM}link[@rel='self']")
    assert self_link is not None
    assert self_link.get("href") == "https://page.example/feed.atom"


def test_an_entry_keeps_its_id_when_its_target_opens(world: World) -> None:
    record = world.add_secretive(2, DayState.CREATED)
    ids = []
    for state in (DayState.CREATED, DayState.OPENED):
        world.book.change(replace(record, state=state))
        feed = ElementTree.fromstring(world.publication.feed_text())
        ids.append(feed.findtext(f"{ATOM}entry/{ATOM}id"))
    assert ids[0] == ids[1] is not None


def test_before_the_first_day_there_is_no_today(world: World) -> None:
    world.now = OPENS - 3 * 86_400
    document = world.publication.document()
    assert (document["today"], document["last"]) == (None, [])
    ElementTree.fromstring(world.publication.feed_text())


def test_the_document_and_the_card_are_what_the_page_is_tested_with(world: World) -> None:
    world.add(1, DayState.OPENED, target=TARGET, card=CARD, competition_id=5)
    world.add(2, DayState.CREATED, competition_id=7)
    world.add(4, DayState.SKIPPED)
    found = {"document": world.publication.document(), "card": CARD.decode()}
    assert found == json.loads(VECTOR.read_text())
