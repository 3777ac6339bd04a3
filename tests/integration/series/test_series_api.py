"""The series over HTTP: types, caches, other people's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from oracle.api.app import create_app
from oracle.api.series import series_routes
from oracle.api.server import ApiServer
from oracle.metrics import Metrics

pytestmark = pytest.mark.integration


class Public:
    day = 1

    def document(self) -> dict[str, Any]:
        return {"today": {"number": self.day}}

    def calendar_text(self) -> str:
        return f"BEGIN:VCALENDAR {self.day}"

    def feed_text(self) -> str:
        return f"<feed>{self.day}</feed>"


@pytest.fixture
def public() -> Public:
    return Public()


@pytest.fixture
def url(public: Public) -> Iterator[str]:
    app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=series_routes(public))
    with ApiServer(app, "127.0.0.1", 0) as server:
        yield server.url


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("series.json", "application/json"),
        ("calendar.ics", "text/calendar; charset=utf-8"),
        ("feed.atom", "application/atom+xml; charset=utf-8"),
    ],
)
def test_a_cache_keeps_it_and_asks_whether_it_changed(
    url: str, public: Public, path: str, kind: str
) -> None:
    first = requests.get(f"{url}/{path}", timeout=5)
    assert (first.status_code, first.headers["Content-Type"]) == (200, kind)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    known = {"If-None-Match": first.headers["ETag"]}
    again = requests.get(f"{url}/{path}", headers=known, timeout=5)
    assert (again.status_code, again.content) == (304, b"")
    public.day = 2
    changed = requests.get(f"{url}/{path}", headers=known, timeout=5)
    assert changed.status_code == 200
    assert changed.content != first.content


def test_nothing_can_be_written_there(url: str) -> None:
    assert requests.post(f"{url}/series.json", timeout=5).status_code == 405
