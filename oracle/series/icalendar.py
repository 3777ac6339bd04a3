"""A calendar of competitions as iCalendar (RFC 5545), with moments in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_LINE_BYTES = 75  # RFC 5545, 3.1; without the line break


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One entry; moments are unix seconds."""

    uid: str
    begins: int
    ends: int
    changed: int
    summary: str
    description: str
    url: str  # empty: none
    status: str  # TENTATIVE, CONFIRMED or CANCELLED


def calendar_file(name: str, events: Iterable[CalendarEvent]) -> str:
    """The whole file, with CRLF line ends."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Judging Oracle//Series//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{_moment(event.changed)}"
    yield f"DTSTART:{_moment(event.begins)}"
    yield f"DTEND:{_moment(event.ends)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    yield f"STATUS:{event.status}"
    if event.url:
        yield f"URL:{_uri(event.url)}"
    yield "END:VEVENT"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """3.3.11: what separates is escaped, a line break is written as backslash and n."""
    for plain in ("\\", ";", ","):
        value = value.replace(plain, "\\" + plain)
    return "\\n".join(value.splitlines())


def _uri(value: str) -> str:
    return "".join(value.split())


def _folded(line: str) -> str:
    """3.1: at most 75 bytes a line, going on after a line break and a space."""
    parts, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE_BYTES:
            parts.append("")
            size = 1  # the space
        parts[-1] += character
        size += width
    return "\r\n ".join(parts)
