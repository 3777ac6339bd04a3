"""Links to competitions over HTTP: meta tags, pictures, caches, and what strangers may ask."""

from __future__ import annotations

import html
import html.parser
from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import pytest
import requests

from oracle.api.app import create_app
from oracle.api.rate_limit import RateLimit
from oracle.api.server import ApiServer
from oracle.api.share.result import Result, Results, Winner
from oracle.api.share.routes import Share
from oracle.errors import ContentUnavailable, RetryLater
from oracle.metrics import Metrics
from oracle.store.base import ContentStore
from oracle.store.cid import cid_of
from scoring.digest import Digest
from scoring.submission.image import Flag, InvalidSubmission, Pixels

pytestmark = pytest.mark.integration

PLAYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
HOSTILE = "\"><script>alert(1)</script>'&amp;"
INDEX = """<!doctype html><html lang="en"><head><meta name="description" content="Of all." />
<link rel="icon" href="./seal.svg" /><title>Judging Oracle</title>
<script type="module" src="./assets/main-1a2b.js"></script></head>
<body><div id="app"><main><p class="boot">Loading…</p></main></div></body></html>"""
POLICY = {"Content-Security-Policy": "default-src 'none'; script-src 'self'"}


class Told:
    """Results and content as a daemon has them."""

    def __init__(self) -> None:
        self.drawn = 0
        self.missing = False
        self.corrupt = False
        self.silent = False
        self.sealed = False
        self.asked = 0

    def of(self, number: int, *, settled: bool = False) -> Result | None:
        if self.silent:
            raise RetryLater("the node does not answer", "try again")
        if number > 2:
            return None
        image = Digest(bytes([number] * 32))
        self.asked += 1
        winner = Winner(7, PLAYER, image, "0.039") if number == 1 else None
        target = None if self.sealed else image
        name = f"No. {number} · 28 November"
        return Result(number, name, HOSTILE, False, target, winner, number == 1, 2)

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        if self.missing:
            raise ContentUnavailable("nowhere", "wait")
        return bytes(digest)

    def decode(self, data: bytes) -> Pixels:
        self.drawn += 1
        if self.corrupt:
            raise InvalidSubmission(Flag.CORRUPT, "is corrupt")
        return np.full((512, 512, 3), data[0], np.uint8)


@pytest.fixture
def told() -> Told:
    return Told()


def serve(told: Told, url: str = "", per_minute: int = 1000) -> ApiServer:
    share = Share(
        cast(Results, told),
        cast(ContentStore, told),
        told.decode,
        lambda: INDEX,
        POLICY,
        url,
        RateLimit(per_minute, 4),
    )
    app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=share.routes())
    return ApiServer(app, "127.0.0.1", 0)


@pytest.fixture
def url(told: Told) -> Iterator[str]:
    with serve(told, "https://page.example/") as server:
        yield server.url


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=10, **options)


class Tags(html.parser.HTMLParser):
    """Every tag of a document with its attributes, and the meta tags by name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.meta: dict[str, str] = {}
        self.given: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        given = dict(attrs)
        self.given.append(given)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            self.meta[name] = given.get("content") or ""


def test_a_link_tells_its_result_and_is_the_page_itself(url: str) -> None:
    answer = get(f"{url}/c/1")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Security-Policy"] == POLICY["Content-Security-Policy"]
    tags = Tags(answer.text)
    assert tags.meta["og:title"] == f"No. 1 · 28 November: {HOSTILE}"
    assert tags.meta["og:description"].endswith("at a distance of 0.039.")
    assert tags.meta["og:url"] == "https://page.example/c/1"
    assert tags.meta["og:image"] == "https://page.example/c/1.png"
    assert tags.meta["twitter:card"] == "summary_large_image"
    assert tags.meta["description"] == tags.meta["og:description"]
    assert (tags.names.count("title"), tags.names.count("script")) == (1, 1)
    assert '<script type="module" src="../assets/main-1a2b.js">' in answer.text
    again = get(f"{url}/c/1", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_target_is_asked_for_before_any_script_and_is_said_to_be_on_its_way(url: str) -> None:
    for number, place in ((1, "podium"), (2, "split")):
        tags = Tags(get(f"{url}/c/{number}").text)
        shown = next(given for given in tags.given if "srcset" in given)
        cid = cid_of(Digest(bytes([number] * 32)))
        assert shown["srcset"] == f"../previews/256/{cid} 256w, ../previews/512/{cid} 512w"
        assert shown["fetchpriority"] == "high"
        assert {"class": place} in tags.given
        assert {"class": "hint"} in tags.given
        assert {"data-competition": str(number)} in tags.given
    assert Tags(get(f"{url}/c/1").text).given.count({"class": "frame"}) == 2


def test_a_sealed_target_has_no_preview(url: str, told: Told) -> None:
    told.sealed = True
    assert not any("srcset" in given for given in Tags(get(f"{url}/c/2").text).given)


def test_many_visitors_cost_the_node_no_more_than_one(url: str, told: Told) -> None:
    assert len({get(f"{url}/c/1").text for _ in range(3)}) == 1
    assert told.asked == 1


def test_a_hostile_title_is_text_and_no_more(url: str) -> None:
    tags = Tags(get(f"{url}/c/1").text)
    assert tags.names.count("script") == 1
    assert not any(name.startswith("on") for given in tags.given for name in given)
    assert f'<cite dir="auto">{html.escape(HOSTILE)}</cite>' in get(f"{url}/c/1").text


def test_a_competition_that_is_not_over_has_no_picture_yet(url: str) -> None:
    tags = Tags(get(f"{url}/c/2").text)
    assert "og:image" not in tags.meta
    assert tags.meta["twitter:card"] == "summary"
    assert get(f"{url}/c/2.png").status_code == 404


def test_a_picture_is_drawn_once_and_kept_by_caches(url: str, told: Told) -> None:
    first = get(f"{url}/c/1.png")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/png")
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    again = get(f"{url}/c/1.png", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, told.drawn) == (304, b"", 2)


@pytest.mark.parametrize("trouble", ["missing", "corrupt"])
def test_a_picture_without_its_images_is_drawn_again_soon(
    url: str, told: Told, trouble: str
) -> None:
    setattr(told, trouble, True)
    half = get(f"{url}/c/1.png")
    assert (half.status_code, half.headers["Cache-Control"]) == (200, "public, max-age=60")
    setattr(told, trouble, False)
    whole = get(f"{url}/c/1.png")
    assert whole.content != half.content
    assert whole.headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize("name", ["3", "0", "-1", "01", "1e3", "x", "9" * 19, "١", "1.png.png"])
def test_what_is_no_competition_is_answered_shortly(url: str, name: str) -> None:
    answer = get(f"{url}/c/{name}")
    assert (answer.status_code, answer.text) == (404, "there is nothing to show\n")


def test_a_silent_node_is_said_and_not_kept_by_caches(url: str, told: Told) -> None:
    told.silent = True
    for name in ("1", "1.png"):
        answer = get(f"{url}/c/{name}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
        assert answer.json()["what"] == "the node does not answer"


def test_without_a_public_address_links_name_the_host_that_was_asked(told: Told) -> None:
    with serve(told) as server:
        assert Tags(get(f"{server.url}/c/1").text).meta["og:image"] == f"{server.url}/c/1.png"
        odd = {"Host": 'evil"><script>'}
        assert "og:image" not in Tags(get(f"{server.url}/c/1", headers=odd).text).meta


def test_nobody_asks_more_than_his_share(told: Told) -> None:
    with serve(told, per_minute=3) as server:
        shared = [get(f"{server.url}/c/1").status_code for _ in range(5)]
        others = [get(f"{server.url}/c/3").status_code for _ in range(4)]
    assert shared == [200] * 5, "a link that many follow costs nothing after the first"
    assert others == [404, 404, 429, 429]


def test_few_pictures_are_kept(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.api.share.routes._KEPT", 0)
    with serve(told) as server:
        for _ in range(2):
            assert get(f"{server.url}/c/1.png").status_code == 200
    assert told.drawn == 4
