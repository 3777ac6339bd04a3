"""Previews over HTTP: small, the same each time, made once, and of nothing that is not here."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from oracle.api.app import create_app
from oracle.api.previews import Previews, draw_preview
from oracle.api.rate_limit import RateLimit
from oracle.api.server import ApiServer
from oracle.metrics import Metrics
from oracle.store.cid import cid_of
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.submission.image import Pixels, decode_submission
from scoring.submission.stored_png import encode_stored
from scoring.views import reduced

pytestmark = pytest.mark.integration


class Gallery:
    """A store with an image and a file that is none, and how often something was decoded."""

    def __init__(self, folder: Path) -> None:
        self.shelves = [EmbeddedStore(folder / name) for name in ("local", "fetched")]
        step = np.arange(512, dtype=np.uint16)
        shade = ((step[:, None] + step) // 4).astype(np.uint8)
        self.pixels: Pixels = np.stack([shade, shade[::-1], shade.T // 2], axis=2)
        self.image = self.shelves[1].put(encode_stored(self.pixels))
        self.other = self.shelves[0].put(encode_stored(self.pixels[::-1]))
        self.text = self.shelves[0].put(b"no picture")
        self.decoded = 0

    def decode(self, data: bytes) -> Pixels:
        self.decoded += 1
        return decode_submission(data)


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    return Gallery(tmp_path)


def serve(gallery: Gallery, per_minute: int = 1000, kept_bytes: int = 1 << 20) -> ApiServer:
    limit = RateLimit(per_minute, 4)
    previews = Previews(gallery.shelves, gallery.decode, limit, kept_bytes)
    app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=previews.routes())
    return ApiServer(app, "127.0.0.1", 0)


@pytest.fixture
def url(gallery: Gallery) -> Iterator[str]:
    with serve(gallery) as server:
        yield f"{server.url}/previews"


@pytest.mark.parametrize("side", [128, 256, 512])
def test_a_preview_is_the_image_as_the_judge_halves_it(
    gallery: Gallery, url: str, side: int
) -> None:
    answer = requests.get(f"{url}/{side}/{cid_of(gallery.image)}", timeout=30)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "immutable" in answer.headers["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as shown:
        found = np.asarray(shown.convert("RGB"), dtype=np.int16)
    expected = reduced(gallery.pixels, side).astype(np.int16)
    assert found.shape == (side, side, 3)
    assert np.abs(found - expected).mean() < 3
    assert answer.content == draw_preview(gallery.pixels, side)


def test_a_preview_is_made_once_and_not_sent_again_to_who_has_it(
    gallery: Gallery, url: str
) -> None:
    address = f"{url}/128/{cid_of(gallery.image)}"
    first, again = requests.get(address, timeout=30), requests.get(address, timeout=30)
    assert first.content == again.content
    assert gallery.decoded == 1
    known = {"If-None-Match": first.headers["ETag"]}
    assert requests.get(address, headers=known, timeout=30).status_code == 304


def test_previews_take_no_more_memory_than_they_may(gallery: Gallery) -> None:
    size = len(draw_preview(gallery.pixels, 128))
    with serve(gallery, kept_bytes=size + 1) as server:
        for digest in (gallery.image, gallery.other, gallery.other, gallery.image):
            address = f"{server.url}/previews/128/{cid_of(digest)}"
            assert requests.get(address, timeout=30).status_code == 200
    assert gallery.decoded == 3  # the second one was kept until the first came back


def test_a_page_full_of_pictures_gets_all_of_them(gallery: Gallery) -> None:
    decode = gallery.decode

    def slowly(data: bytes) -> Pixels:
        time.sleep(0.05)
        return decode(data)

    previews = Previews(gallery.shelves, slowly)
    app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=previews.routes())
    names = [gallery.shelves[0].put(encode_stored(gallery.pixels ^ n)) for n in range(24)]
    with ApiServer(app, "127.0.0.1", 0) as server, ThreadPoolExecutor(48) as crowd:
        asked = [f"{server.url}/previews/128/{cid_of(name)}" for name in names * 2]
        answers = list(crowd.map(lambda url: requests.get(url, timeout=60).status_code, asked))
    assert answers == [200] * 48
    assert gallery.decoded < 48


def test_there_is_no_preview_of_what_is_no_image_or_not_here(gallery: Gallery, url: str) -> None:
    for digest in (gallery.text, Digest(sha256(b"nowhere"))):
        answer = requests.get(f"{url}/128/{cid_of(digest)}", timeout=30)
        assert (answer.status_code, answer.content) == (204, b"")
    for path in (
        "128/bafkrei",
        f"64/{cid_of(gallery.image)}",
        f"big/{cid_of(gallery.image)}",
        f"256/..%2f{cid_of(gallery.image)}",
    ):
        assert requests.get(f"{url}/{path}", timeout=30).status_code == 404, path


def test_who_asks_for_too_many_new_ones_waits(gallery: Gallery) -> None:
    with serve(gallery, per_minute=1) as server:
        made = f"{server.url}/previews/128/{cid_of(gallery.image)}"
        assert requests.get(made, timeout=30).status_code == 200
        fresh = requests.get(f"{server.url}/previews/128/{cid_of(gallery.other)}", timeout=30)
        assert fresh.status_code == 429 and fresh.json()["what"]
        assert requests.get(made, timeout=30).status_code == 200  # it costs nothing any more
