"""Uploads over HTTP: what comes back, what is refused, and what a hostile body can do (nothing)."""

from __future__ import annotations

import io
import os
import socket
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from eth_account import Account
from eth_account.messages import encode_typed_data
from PIL import Image

from oracle.api.app import create_app
from oracle.api.intake import Intake
from oracle.api.rate_limit import RateLimit
from oracle.api.server import ApiServer
from oracle.api.uploads import Uploads
from oracle.chain.commitments import Domain
from oracle.devnet.process import wait_until
from oracle.ledger.ledger import Ledger, open_ledger
from oracle.metrics import Metrics
from oracle.reveals.waiting_images import WaitingImages
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.preparer import Preparer
from oracle.signing.policy import operator_policy
from oracle.signing.signer import Signer, parse_key
from oracle.store.cid import digest_of
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256
from scoring.submission.image import decode_submission, encode_png, prepare
from scoring.submission.png import chunk_kinds
from tests.unit.profiles import display_p3
from tests.vectors.make_png_verdicts import files

pytestmark = pytest.mark.integration

DOMAIN = Domain(5, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
KEY = "1c" * 32
MAX_BYTES = 4 << 20


def picture(kind: str = "JPEG", size: tuple[int, int] = (700, 600), colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


class World:
    """A server that takes uploads; `limits` and the clock are the test's."""

    def __init__(self, folder: Path, decoder: SandboxedDecoder) -> None:
        self.folder = folder
        self.decoder = decoder
        self.now = 1_000_000.0
        self.store = EmbeddedStore(folder / "content")
        self.uploads_folder = EmbeddedStore(folder / "uploads")
        self.signer: Signer | None = Signer(
            parse_key(KEY, "test"), operator_policy(DOMAIN.chain_id, DOMAIN.competition, 0, 0)
        )
        self.limit = RateLimit(1000, 8)
        self.max_total = 64 << 20
        self.seconds = 5.0
        self.preparer = Preparer(decoder)

    def ledger(self) -> Ledger:
        url = f"sqlite:///{self.folder}/ledger.sqlite"
        return open_ledger(url, DOMAIN.chain_id, DOMAIN.competition)

    def waiting(self, ledger: Ledger) -> WaitingImages:
        return WaitingImages(
            self.uploads_folder,
            self.store,
            ledger.pins,
            self.max_total,
            3600,
            clock=lambda: self.now,
        )

    def uploads(self, ledger: Ledger) -> Uploads:
        waiting = self.waiting(ledger)
        prepare = self.preparer.prepare
        return Uploads(prepare, waiting, self.signer, DOMAIN, clock=lambda: self.now)

    def serve(self) -> Iterator[str]:
        ledger = self.ledger()
        intake = Intake(
            self.uploads(ledger), None, self.limit, RateLimit(1000, 8), MAX_BYTES, self.seconds
        )
        app = create_app(metrics=Metrics(), stale_after_seconds=60, routes=intake.routes())
        with ApiServer(app, "127.0.0.1", 0) as server:
            yield server.url
        ledger.close()


@pytest.fixture(scope="module")
def decoder() -> Iterator[SandboxedDecoder]:
    with SandboxedDecoder() as decoder:
        yield decoder


@pytest.fixture
def world(tmp_path: Path, decoder: SandboxedDecoder) -> World:
    return World(tmp_path, decoder)


@pytest.fixture
def serve(world: World) -> Iterator[Callable[[], str]]:
    """Starts the world's server, which a test may prepare before."""
    running: list[Iterator[str]] = []

    def start() -> str:
        running.append(world.serve())
        return next(running[-1])

    yield start
    for server in running:
        next(server, None)


@pytest.fixture
def post() -> Iterator[Callable[..., requests.Response]]:
    with requests.Session() as session:
        session.trust_env = False
        yield lambda url, data, **more: session.post(f"{url}/images", data=data, **more)


Serve = Callable[[], str]
Post = Callable[..., requests.Response]


def refused(answer: requests.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {"what", "do"} and all(body.values())
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return body


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "BMP", "TIFF", "PNG"])
def test_any_image_becomes_a_pinned_submission(
    world: World, serve: Serve, post: Post, kind: str
) -> None:
    answer = post(serve(), picture(kind), headers={"Content-Type": "text/html"})
    assert answer.status_code == 200
    body = answer.json()
    digest = digest_of(body["cid"])
    image = world.uploads_folder.get(digest, max_bytes=1 << 20)
    assert body["digest"] == "0x" + digest.hex()
    assert body["size_bytes"] == len(image)
    assert decode_submission(image).shape == (512, 512, 3)


def test_a_valid_submission_is_kept_bit_for_bit(serve: Serve, post: Post) -> None:
    # Another compression than `prepare` would choose.
    submission = io.BytesIO()
    Image.new("RGB", (512, 512), "teal").save(submission, "PNG", compress_level=1)
    assert submission.getvalue() != encode_png(decode_submission(submission.getvalue()))
    body = post(serve(), submission.getvalue()).json()
    assert body["digest"] == "0x" + sha256(submission.getvalue()).hex()


def test_a_valid_submission_with_a_profile_is_made_one_of_pixels_where_that_is_asked_for(
    world: World, serve: Serve, post: Post
) -> None:
    with_profile = io.BytesIO()
    teal = Image.new("RGB", (512, 512), "teal")
    teal.save(with_profile, "PNG", icc_profile=display_p3())
    url = serve()
    kept = post(url, with_profile.getvalue()).json()
    assert kept["digest"] == "0x" + sha256(with_profile.getvalue()).hex()
    made = post(url, with_profile.getvalue(), params={"only": "pixels"}).json()
    image = world.uploads_folder.get(digest_of(made["cid"]), max_bytes=1 << 20)
    assert chunk_kinds(image) == {b"IHDR", b"IDAT", b"IEND"}
    assert tuple(decode_submission(image)[0, 0]) != teal.getpixel((0, 0))
    refused(post(url, with_profile.getvalue(), params={"only": "colours"}), 422)


def test_the_receipt_is_signed_by_the_operator_for_this_contract(
    world: World, serve: Serve, post: Post
) -> None:
    body = post(serve(), picture()).json()
    receipt = body["receipt"]
    assert receipt["primaryType"] == "PinReceipt"
    assert receipt["domain"] == {
        "name": "Judging Oracle",
        "version": "1",
        "chainId": 5,
        "verifyingContract": DOMAIN.competition,
    }
    assert receipt["message"] == {
        "imageDigest": body["digest"],
        "sizeBytes": body["size_bytes"],
        "pinnedAt": 1_000_000,
    }
    message = encode_typed_data(full_message=receipt)
    assert world.signer is not None
    assert Account.recover_message(message, signature=body["signature"]) == world.signer.address


def test_without_a_key_the_image_is_kept_and_nothing_promised(
    world: World, serve: Serve, post: Post
) -> None:
    world.signer = None
    body = post(serve(), picture()).json()
    assert (body["receipt"], body["signature"]) == (None, None)
    assert world.uploads_folder.get(digest_of(body["cid"]), max_bytes=1 << 20)


def test_the_same_image_again_gives_the_same_and_takes_no_more_room(
    world: World, serve: Serve, post: Post
) -> None:
    url = serve()
    first = post(url, picture()).json()
    total = world.ledger().pins.total_bytes()
    assert post(url, picture()).json() == first
    assert world.ledger().pins.total_bytes() == total == first["size_bytes"]


def test_uploads_outlive_a_restart(world: World, serve: Serve, post: Post) -> None:
    first = post(serve(), picture()).json()
    again = post(serve(), picture()).json()
    assert again == first
    assert world.ledger().pins.total_bytes() == first["size_bytes"]


# ----------------------------------------------------------------- hostile bodies


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, idat: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", idat), chunk(b"IEND", b""))
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        picture()[:400],
        picture("PNG")[:60],
        os.urandom(5000),
        png(60_000, 60_000, zlib.compress(b"")),
        png(7_900, 7_900, zlib.compress(bytes(1000))),
    ],
    ids=["html", "eps", "half-jpeg", "half-png", "noise", "bomb", "empty-giant"],
)
def test_what_is_no_image_is_refused_and_not_kept(
    world: World, serve: Serve, post: Post, body: bytes
) -> None:
    refused(post(serve(), body), 422)
    assert world.ledger().pins.total_bytes() == 0
    assert not list((world.folder / "uploads").glob("blocks/*/*"))


@pytest.mark.parametrize(
    "name", ["pixels with a wrong CRC", "wrong checksum", "no checksum", "cut pixels", "filter 9"]
)
def test_a_picture_with_broken_pixels_is_refused_as_by_page_and_command(
    world: World, serve: Serve, post: Post, name: str
) -> None:
    answer = post(serve(), files()[name])
    refused(answer, 422)
    assert "damaged" in answer.json()["what"]
    assert world.ledger().pins.total_bytes() == 0


def test_an_empty_body_is_refused(serve: Serve, post: Post) -> None:
    refused(post(serve(), b""), 422)


def test_a_body_that_is_too_long_is_cut_off_while_it_streams(serve: Serve, post: Post) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BYTES // 65536 + 1):
            yield bytes(65536)

    assert "bytes" in refused(post(serve(), endless()), 413)["what"]


def test_a_body_that_trickles_in_is_given_up(world: World, serve: Serve) -> None:
    world.seconds = 0.5
    port = int(serve().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /images HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        started = time.monotonic()
        client.settimeout(5)
        assert client.recv(100).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - started < 3


def test_headers_that_never_come_close_the_connection(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.api.server._HEADER_SECONDS", 0.3)
    port = int(serve().rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"POST /images HTTP/1.1\r\nHost:")
        client.settimeout(5)
        assert client.recv(100) == b""


def test_an_image_that_hangs_its_reader_is_refused_in_time(
    world: World, serve: Serve, post: Post
) -> None:
    hang = (sys.executable, "-c", "import time; time.sleep(60)")
    world.preparer = Preparer(world.decoder, timeout_seconds=0.5, command=hang)
    refused(post(serve(), picture()), 422)


def test_a_reader_that_was_taken_over_cannot_have_anything_pinned(
    world: World, serve: Serve, post: Post
) -> None:
    lie = (sys.executable, "-c", "print('\\0<script>', end='')")
    world.preparer = Preparer(world.decoder, command=lie)
    refused(post(serve(), picture()), 503)
    assert world.ledger().pins.total_bytes() == 0


# ------------------------------------------------------------------------- limits


def test_who_asks_too_often_is_told_to_wait(world: World, serve: Serve, post: Post) -> None:
    world.limit = RateLimit(2, 8)
    url = serve()
    assert [post(url, picture()).status_code for _ in range(2)] == [200, 200]
    answer = post(url, picture())
    refused(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0


def test_no_more_is_kept_than_was_set_until_it_expires(
    world: World, serve: Serve, post: Post
) -> None:
    world.max_total = len(prepare(picture())) + 100
    url = serve()
    first = post(url, picture()).json()
    refused(post(url, picture(colour="blue")), 503)
    assert post(url, picture()).status_code == 200, "what is kept already can be renewed"
    world.now += 3601
    ledger = world.ledger()
    assert world.waiting(ledger).clear() == 1
    assert not list((world.folder / "uploads").glob(f"blocks/*/{first['cid']}"))
    assert post(url, picture(colour="blue")).status_code == 200
    ledger.close()


def test_an_upload_is_in_no_store_before_it_is_revealed(
    world: World, serve: Serve, post: Post
) -> None:
    digest = digest_of(post(serve(), picture()).json()["cid"])
    assert world.uploads_folder.get(digest, max_bytes=1 << 20)
    assert not list((world.folder / "content").glob("blocks/*/*"))


def test_what_was_revealed_is_in_the_store_and_is_not_removed(
    world: World, serve: Serve, post: Post
) -> None:
    digest = digest_of(post(serve(), picture()).json()["cid"])
    ledger = world.ledger()
    waiting = world.waiting(ledger)
    world.now += 3601
    waiting.publish([digest, sha256(b"another player's, who serves it")])
    assert waiting.clear() == 0
    assert world.store.get(digest, max_bytes=1 << 20)
    assert not list((world.folder / "uploads").glob("blocks/*/*")), "it waits no longer"
    ledger.close()


def test_any_page_may_ask_before_it_uploads(serve: Serve) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.options(f"{serve()}/images")
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_slow_uploads_block_no_reveal_and_no_health(world: World) -> None:
    world.limit, world.seconds = RateLimit(1000, 2), 30.0
    server = world.serve()
    url = next(server)
    address = urlsplit(url)
    slow = []
    for _ in range(2):
        client = socket.create_connection((str(address.hostname), int(address.port or 0)))
        client.sendall(b"POST /images HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n.")
        slow.append(client)
    with requests.Session() as session:
        session.trust_env = False

        def is_full() -> bool:
            return session.post(f"{url}/images", data=b"x").status_code == 429

        wait_until(is_full, 10, "the uploads to fill their places")
        revealed = session.post(f"{url}/reveals", data=b"{}")
        assert revealed.status_code == 422, "it is looked at, and is no reveal"
        assert session.get(f"{url}/healthz").status_code == 200
    for client in slow:
        client.close()
    next(server, None)
