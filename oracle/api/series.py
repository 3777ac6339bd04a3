"""The series over HTTP: what is played today, tomorrow, and was played before.

    GET /series.json      today, tomorrow, the last days
    GET /calendar.ics     the same as iCalendar, to be subscribed to
    GET /feed.atom        the created days as an Atom feed

Everything is public and changes a few times a day: a cache may keep it for a minute, and asks by
its ETag whether it has changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oracle.api.caching import unless_known

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=60",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class PublicSeries(Protocol):
    """What `oracle.series.publication.Publication` is."""

    def document(self) -> dict[str, Any]:
        """Today, tomorrow and the last days, as JSON."""

    def calendar_text(self) -> str:
        """An iCalendar file."""

    def feed_text(self) -> str:
        """An Atom feed."""


def series_routes(series: PublicSeries) -> list[BaseRoute]:
    """The three addresses of one series."""
    return [
        _route("/series.json", "application/json", lambda: json.dumps(series.document())),
        _route("/calendar.ics", "text/calendar; charset=utf-8", series.calendar_text),
        _route("/feed.atom", "application/atom+xml; charset=utf-8", series.feed_text),
    ]


def _route(path: str, kind: str, text: Callable[[], str]) -> Route:
    # Not a coroutine: starlette runs it on a thread, where reading the ledger may block.
    def answer(request: Request) -> Response:
        return unless_known(request, text().encode(), _HEADERS, kind)

    return Route(path, answer, methods=["GET"])
