from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from oracle.api.app import create_app
from oracle.api.server import ApiServer
from oracle.errors import BadInput, LedgerUnavailable, OracleError
from oracle.metrics import Metrics
from oracle.store import MAX_BLOCK_BYTES, EmbeddedStore, cid_of
from scoring.digest import sha256

pytestmark = pytest.mark.integration

DATA = random.Random(1).randbytes(100_000)
CID = cid_of(sha256(DATA))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metrics(clock: Clock) -> Metrics:
    return Metrics(clock=clock)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path / "content")
    store.put(DATA)
    return store


@pytest.fixture
def url(metrics: Metrics, store: EmbeddedStore) -> Iterator[str]:
    app = create_app(metrics=metrics, stale_after_seconds=60, store=store)
    with ApiServer(app, "127.0.0.1", 0) as server:
        yield server.url


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_health_turns_bad_when_the_last_good_cycle_is_too_old(
    http: requests.Session, url: str, metrics: Metrics, clock: Clock
) -> None:
    assert http.get(f"{url}/healthz").status_code == 200, "just started"
    clock.now = 60.5
    stale = http.get(f"{url}/healthz")
    assert stale.status_code == 503
    said = stale.json()
    assert (said["status"], said["seconds_since_good_cycle"]) == ("stale", 60.5)
    assert said["problems"] == ["no cycle was good for 60 s"]
    metrics.health.pass_failed("the disk is full")
    said = http.get(f"{url}/healthz").json()
    assert said["problems"] == ["no cycle was good for 60 s: the disk is full"]
    metrics.health.node_lost("it is gone")
    said = http.get(f"{url}/healthz").json()
    assert said["problems"] == [
        "the node does not answer: it is gone",
        "no cycle was good for 60 s",
    ]
    assert http.get(f"{url}/livez").status_code == 503
    metrics.health.node_answered(1, 1)
    metrics.health.pass_seen({}, {}, ())
    metrics.cycle_finished(1, 1)
    assert http.get(f"{url}/healthz").json()["status"] == "ok"
    clock.now += 61
    metrics.cycle_failed()
    assert http.get(f"{url}/healthz").status_code == 503


def test_health_is_red_with_the_reason_while_cycles_run_and_a_competition_waits_in_vain(
    http: requests.Session, url: str, metrics: Metrics
) -> None:
    metrics.cycle_finished(1, 1)
    metrics.health.pass_seen({4: "logs and contract disagree"}, {}, ())
    answer = http.get(f"{url}/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["problems"] == ["competition 4 needs a human: logs and contract disagree"]
    assert answer.json()["halted"] == {"4": "logs and contract disagree"}
    assert http.get(f"{url}/livez").status_code == 200, "a restart would mend nothing"


def test_ready_only_after_a_good_cycle(http: requests.Session, url: str, metrics: Metrics) -> None:
    assert http.get(f"{url}/readyz").status_code == 503
    metrics.cycle_finished(1, 1)
    assert http.get(f"{url}/readyz").status_code == 200


def test_prometheus_can_read_the_numbers(
    http: requests.Session, url: str, metrics: Metrics
) -> None:
    metrics.cycle_finished(1, 123)
    answer = http.get(f"{url}/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "judge_block_number 123.0" in answer.text


def test_a_block_is_served_raw_cacheable_for_good_and_to_any_page(
    http: requests.Session, url: str
) -> None:
    answer = http.get(f"{url}/ipfs/{CID}?format=raw")
    assert answer.content == DATA
    assert answer.headers["Content-Type"] == "application/vnd.ipld.raw"
    assert answer.headers["ETag"] == f'"{CID}.raw"'
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{CID}.bin"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


def test_head_says_the_same_without_the_block(http: requests.Session, url: str) -> None:
    got, head = http.get(f"{url}/ipfs/{CID}"), http.head(f"{url}/ipfs/{CID}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == "100000"
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    assert http.head(f"{url}/ipfs/{cid_of(sha256(b'not here'))}").status_code == 404


def test_who_has_the_block_already_does_not_get_it_again(http: requests.Session, url: str) -> None:
    answer = http.get(f"{url}/ipfs/{CID}", headers={"If-None-Match": f'W/"x", "{CID}.raw"'})
    assert (answer.status_code, answer.content) == (304, b"")
    assert http.get(f"{url}/ipfs/{CID}", headers={"If-None-Match": '"x"'}).status_code == 200


def test_what_the_store_does_not_hold_is_not_found(http: requests.Session, url: str) -> None:
    answer = http.get(f"{url}/ipfs/{cid_of(sha256(b'not here'))}")
    assert answer.status_code == 404
    assert "Cache-Control" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_damaged_block_is_not_served(http: requests.Session, url: str, tmp_path: Path) -> None:
    [path] = tmp_path.glob(f"content/blocks/*/{CID}")
    path.write_bytes(b"<script>")
    assert http.get(f"{url}/ipfs/{CID}").status_code == 404


@pytest.mark.parametrize(
    "cid",
    [
        "x",
        CID.upper(),
        CID[:-1],
        CID + "a",
        "bafkqaaa",
        "%00",
        "é" * 59,
    ],
)
def test_what_is_no_cid_of_ours_is_a_bad_request(
    http: requests.Session, url: str, cid: str
) -> None:
    answer = http.get(f"{url}/ipfs/{cid}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/ipfs/", "/ipfs", f"/ipfs/{CID}/x", "/", "/ipfs/..%2fmetrics"])
def test_nothing_else_is_there(http: requests.Session, url: str, path: str) -> None:
    assert http.get(url + path, allow_redirects=False).status_code in (404, 400)


def test_other_formats_are_not_pretended(http: requests.Session, url: str) -> None:
    assert http.get(f"{url}/ipfs/{CID}?format=car").status_code == 406


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/healthz", "/metrics", f"/ipfs/{CID}"])
def test_nothing_can_be_changed(http: requests.Session, url: str, method: str, path: str) -> None:
    assert http.request(method, url + path, data=b"x").status_code == 405


def test_a_block_of_the_largest_size_is_served_and_a_larger_file_is_not(
    http: requests.Session, url: str, store: EmbeddedStore, tmp_path: Path
) -> None:
    cid = cid_of(store.put(bytes(MAX_BLOCK_BYTES)))
    assert len(http.get(f"{url}/ipfs/{cid}").content) == MAX_BLOCK_BYTES
    large = bytes(MAX_BLOCK_BYTES + 1)
    path = tmp_path / "content" / "blocks" / cid_of(sha256(large))[-3:]
    path.mkdir(parents=True)
    (path / cid_of(sha256(large))).write_bytes(large)
    assert http.get(f"{url}/ipfs/{cid_of(sha256(large))}").status_code == 404


def test_without_a_store_there_is_no_content(http: requests.Session, metrics: Metrics) -> None:
    with ApiServer(create_app(metrics=metrics, stale_after_seconds=1), "127.0.0.1", 0) as server:
        assert http.get(f"{server.url}/ipfs/{CID}").status_code == 404
        assert http.get(f"{server.url}/readyz").status_code == 503


def test_other_parts_can_add_their_own_routes(http: requests.Session, metrics: Metrics) -> None:
    async def page(_: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    app = create_app(metrics=metrics, stale_after_seconds=1, routes=[Route("/page", page)])
    with ApiServer(app, "127.0.0.1", 0) as server:
        assert http.get(f"{server.url}/page").text == "page"


def test_a_lost_database_is_told_in_json(http: requests.Session, metrics: Metrics) -> None:
    async def page(_: Request) -> PlainTextResponse:
        raise LedgerUnavailable("the ledger's database does not answer", "see that it runs")

    app = create_app(metrics=metrics, stale_after_seconds=1, routes=[Route("/page", page)])
    with ApiServer(app, "127.0.0.1", 0) as server:
        answer = http.get(f"{server.url}/page")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json() == {
        "what": "the ledger's database does not answer",
        "do": "see that it runs",
    }


def test_a_taken_port_is_said_in_two_lines_and_the_process_lives_on(metrics: Metrics) -> None:
    app = create_app(metrics=metrics, stale_after_seconds=1)
    with ApiServer(app, "127.0.0.1", 0) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(BadInput, match=f"cannot listen on 127.0.0.1:{port}") as caught:
            ApiServer(app, "127.0.0.1", port).start()
    assert "[api]" in caught.value.hint
    for host, bad_port in (("127.0.0.1", 70_000), ("no.such.host.invalid", 0)):
        with pytest.raises(BadInput):
            ApiServer(app, host, bad_port).start()


def test_stopping_frees_the_port_and_the_thread_and_can_be_repeated(
    http: requests.Session, metrics: Metrics
) -> None:
    server = ApiServer(create_app(metrics=metrics, stale_after_seconds=1), "127.0.0.1", 0)
    server.stop()
    server.start()
    port = int(server.url.rpartition(":")[2])
    assert http.get(f"{server.url}/readyz").status_code == 503
    started = time.monotonic()
    server.stop()
    server.stop()
    assert time.monotonic() - started < 5
    assert "api" not in {thread.name for thread in threading.enumerate()}
    socket.create_server(("127.0.0.1", port)).close()


def test_a_client_that_hangs_does_not_keep_the_daemon_from_stopping(metrics: Metrics) -> None:
    server = ApiServer(create_app(metrics=metrics, stale_after_seconds=1), "127.0.0.1", 0)
    server.start()
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 8


def test_a_server_that_does_not_come_up_is_reported(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ApiServer(create_app(metrics=metrics, stale_after_seconds=1), "127.0.0.1", 0)
    monkeypatch.setattr(server._server, "run", lambda sockets: sockets[0].close())
    with pytest.raises(OracleError, match="did not start"):
        server.start()


def test_ipv6_loopback_works_where_the_machine_has_it(
    http: requests.Session, metrics: Metrics
) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with ApiServer(create_app(metrics=metrics, stale_after_seconds=1), "::1", 0) as server:
        assert server.url.startswith("http://[::1]:")
        assert http.get(f"{server.url}/healthz").status_code == 200
