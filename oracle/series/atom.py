"""A feed of competitions as Atom (RFC 4287)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

_NAMESPACE = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry; `id` stays the same for ever, `updated` is in unix seconds."""

    id: str
    title: str
    updated: int
    link: str  # empty: none
    summary: str


def atom_feed(id_: str, title: str, url: str, started: int, entries: Sequence[FeedEntry]) -> str:
    """The whole document; a feed without entries is as old as its series."""
    feed = ElementTree.Element("feed", {"xmlns": _NAMESPACE})
    _add(feed, "id", _urn(id_))
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max((entry.updated for entry in entries), default=started)))
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": _self(url)})
    if url:
        ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": url})
    _add(ElementTree.SubElement(feed, "author"), "name", title)
    for entry in entries:
        element = ElementTree.SubElement(feed, "entry")
        _add(element, "id", _urn(entry.id))
        _add(element, "title", entry.title)
        _add(element, "updated", _moment(entry.updated))
        if entry.link:
            ElementTree.SubElement(element, "link", {"rel": "alternate", "href": entry.link})
        _add(element, "summary", entry.summary)
    ElementTree.indent(feed)
    text = ElementTree.tostring(feed, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _urn(name: str) -> str:
    """An id that says nothing and never changes: a UUID made from the name."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def _self(url: str) -> str:
    return f"{url.rstrip('/')}/feed.atom" if url else "feed.atom"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
