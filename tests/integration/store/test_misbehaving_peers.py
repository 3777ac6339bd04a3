"""Gateways and daemons that hang, drip, flood, lie or break off do not hold or harm the oracle.

Their peers are made here, for nothing but their faults; how a real Kubo behaves is asked of a
real one in `test_store_promises` and `test_kubo_agrees`.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable

import pytest

from oracle.errors import BadInput, ContentNotStored, ContentUnavailable
from oracle.store import ContentStore, cid_of
from oracle.store.gateway import GatewayStore
from oracle.store.kubo import KuboStore
from scoring.digest import sha256
from tests.integration.store.faulty_peer import Behaviour, Peer

pytestmark = pytest.mark.integration

DATA = os.urandom(100_000)
DIGEST = sha256(DATA)
DEADLINE = 1.5
OK = b"HTTP/1.1 200 OK\r\n"
ERROR = b"HTTP/1.1 500 Internal Server Error\r\n"


def answer(body: bytes, head: bytes = OK) -> Behaviour:
    def behave(connection: socket.socket, _ended: threading.Event) -> None:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return behave


def hang(_connection: socket.socket, ended: threading.Event) -> None:
    ended.wait(60)


def drip(start: bytes, piece: bytes) -> Behaviour:
    """Sends something often enough that no single read times out."""

    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(start)
        while not ended.wait(0.05):
            connection.sendall(piece)

    return behave


def flood(start: bytes, piece: bytes = bytes(1 << 16)) -> Behaviour:
    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(start)
        while not ended.is_set():
            connection.sendall(piece)

    return behave


def reset(connection: socket.socket, _ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Length: 100000\r\n\r\nabc")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def break_off(connection: socket.socket, _ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Length: 100000\r\n\r\nabc")


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ONE_ENDLESS_CHUNK = CHUNKED + b"7fffffffffff\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n"

FAULTS: dict[str, tuple[Behaviour, str]] = {
    "silent": (hang, "in time|within"),
    "dripping headers": (drip(OK, b"X: y\r\n"), "in time|within|header"),
    "dripping status": (drip(b"HTTP/1.1 200 ", b"O"), "in time|within"),
    "dripping body": (drip(OK + b"Content-Length: 100000\r\n\r\n", b"x"), "in time|within"),
    "dripping chunks": (drip(CHUNKED, b"1\r\nx\r\n"), "in time|within"),
    "dripping without length": (drip(OK + b"\r\n", b"x"), "in time|within"),
    "endless": (flood(OK + b"\r\n"), "larger than 100000"),
    "endless by length": (flood(OK + b"Content-Length: 9999999999999\r\n\r\n"), "larger than"),
    "endless chunks": (flood(CHUNKED, b"10000\r\n" + bytes(1 << 16) + b"\r\n"), "larger than"),
    "one endless chunk": (flood(ONE_ENDLESS_CHUNK), "larger than"),
    "endless header": (flood(OK + b"X: ", b"y" * 65536), "could not get|did not get"),
    "endless error": (flood(ERROR + b"\r\n"), "500"),
    "one byte too many": (answer(DATA + b"x"), "larger than 100000"),
    "one byte too few": (answer(DATA[:-1]), "lied"),
    "other content": (answer(bytes(100_000)), "lied"),
    "nothing": (answer(b""), "lied"),
    "decompression bomb": (answer(zlib.compress(bytes(1 << 28)), GZIP), "lied|larger than"),
    "reset": (reset, "could not get|did not get"),
    "broken off": (break_off, "could not get|did not get|lied"),
    "not http": (answer(b"", b"SSH-2.0-OpenSSH_9.2\r\n"), "could not get|did not get"),
    "not found": (answer(b"no", b"HTTP/1.1 404 Not Found\r\n"), "404"),
    "an error": (answer(b"no", ERROR), "500"),
}

Start = Callable[[Behaviour], Peer]
KINDS = {
    "gateway": lambda peer: GatewayStore(peer.url, deadline_seconds=DEADLINE),
    "kubo": lambda peer: KuboStore(peer.address, deadline_seconds=DEADLINE),
}


@pytest.fixture(params=KINDS)
def reach(request: pytest.FixtureRequest) -> Callable[[Peer], ContentStore]:
    return KINDS[request.param]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_peer_costs_a_moment_and_little_memory(
    peer: Start, reach: Callable[[Peer], ContentStore], fault: str
) -> None:
    behaviour, reason = FAULTS[fault]
    store = reach(peer(behaviour))
    memory_before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    with pytest.raises(ContentUnavailable, match=reason) as caught:
        store.get(DIGEST, max_bytes=len(DATA))
    assert time.monotonic() - started < DEADLINE + 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory_before < 64 << 10  # KiB
    assert caught.value.what.startswith(store.name)


def test_a_dripping_daemon_does_not_keep_a_thread_for_itself(peer: Start) -> None:
    body = OK + b"Content-Length: 100000\r\n\r\n"
    store = KuboStore(peer(drip(body, b"x")).address, deadline_seconds=0.5)
    with pytest.raises(ContentUnavailable, match="in time"):
        store.get(DIGEST, max_bytes=len(DATA))
    end = time.monotonic() + 3
    while any(thread.name == "exchange" for thread in threading.enumerate()):
        assert time.monotonic() < end, "the peer still sends, and somebody still listens"
        time.sleep(0.05)


def test_nobody_listening_is_said_plainly(reach: Callable[[Peer], ContentStore]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    class Nobody:
        url = f"http://127.0.0.1:{port}"
        address = f"/ip4/127.0.0.1/tcp/{port}"

    store = reach(Nobody)  # type: ignore[arg-type]
    for attempt in (lambda: store.get(DIGEST, max_bytes=1), store.check):
        with pytest.raises(ContentUnavailable, match="(?i)connect"):
            attempt()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (hang, "in time|within"),
        (drip(OK + b"\r\n", b" "), "in time|within"),
        (flood(OK + b"\r\n", b" " * 65536), "longer than 65536"),
        (flood(ERROR + b"\r\n"), "500"),
        (answer(b"not json"), "could not put"),
        (answer(b"[]"), "not a JSON object"),
        (answer(json.dumps({"Key": "bafkreibad"}).encode()), "under 'bafkreibad'"),
        (answer(b'{"Message": "disk is full"}', ERROR), "disk is full"),
        (answer(b'{"Message": ', ERROR), "status 500"),
        (reset, "could not put"),
    ],
)
def test_a_block_that_kubo_did_not_take_is_not_believed_to_be_stored(
    peer: Start, fault: Behaviour, reason: str
) -> None:
    store = KuboStore(peer(fault).address, deadline_seconds=DEADLINE)
    started = time.monotonic()
    with pytest.raises(ContentNotStored, match=reason):
        store.put(b"bundle")
    assert time.monotonic() - started < DEADLINE + 2


def test_what_is_no_kubo_daemon_does_not_pass_the_check(peer: Start) -> None:
    with pytest.raises(ContentUnavailable, match="did not say its version"):
        KuboStore(peer(answer(b"{}")).address).check()


def test_a_gateway_that_is_down_behind_its_proxy_does_not_pass_the_check(peer: Start) -> None:
    bad_gateway = answer(b"", b"HTTP/1.1 502 Bad Gateway\r\n")
    with pytest.raises(ContentUnavailable, match="answered 502"):
        GatewayStore(peer(bad_gateway).url).check()
    GatewayStore(peer(answer(b"", b"HTTP/1.1 404 Not Found\r\n")).url).check()


def test_a_gateway_is_asked_for_the_raw_block_of_exactly_this_cid(peer: Start) -> None:
    honest = peer(answer(DATA))
    assert GatewayStore(honest.url + "/").get(DIGEST, max_bytes=len(DATA)) == DATA
    assert honest.requests == [f"GET /ipfs/{cid_of(DIGEST)}?format=raw HTTP/1.1"]


def moved(location: str) -> Behaviour:
    return answer(b"", f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n".encode())


def test_a_gateway_may_send_us_on_to_another_one(peer: Start) -> None:
    honest = peer(answer(DATA))
    first = GatewayStore(peer(moved(f"{honest.url}/ipfs/x")).url)
    assert first.get(DIGEST, max_bytes=len(DATA)) == DATA


@pytest.mark.parametrize(
    "location", ["/again", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "http://[", ""]
)
def test_a_redirect_in_circles_or_to_no_web_address_ends(peer: Start, location: str) -> None:
    store = GatewayStore(peer(moved(location)).url, deadline_seconds=DEADLINE)
    with pytest.raises(ContentUnavailable):
        store.get(DIGEST, max_bytes=len(DATA))


def test_a_subdomain_that_is_no_host_here_is_named_with_what_to_do(peer: Start) -> None:
    location = b"http://bafkrei.ipfs.nowhere.invalid:1/"
    head = b"HTTP/1.1 301 Moved Permanently\r\nLocation: " + location + b"\r\n"
    gateway = GatewayStore(peer(answer(b"", head)).url, deadline_seconds=DEADLINE)
    with pytest.raises(ContentUnavailable, match="sends on to bafkrei.ipfs.nowhere") as caught:
        gateway.get(DIGEST, max_bytes=len(DATA))
    assert "127.0.0.1" in caught.value.hint


@pytest.mark.parametrize("ending", ["/", "/ipfs", "/ipfs/"])
def test_a_gateways_address_is_taken_as_people_copy_it(peer: Start, ending: str) -> None:
    there = peer(answer(DATA))
    assert GatewayStore(there.url + ending).get(DIGEST, max_bytes=len(DATA)) == DATA
    assert there.requests[0].startswith("GET /ipfs/bafkrei")


def test_a_gateway_takes_no_writing() -> None:
    with pytest.raises(BadInput, match="can only be read"):
        GatewayStore("https://gateway.example").put(b"x")
