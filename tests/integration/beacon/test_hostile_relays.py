"""Relays that hang, flood or redirect without end do not hold the oracle: the next one is asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oracle.beacon.drand import quicknet_beacon
from oracle.beacon.relay import MAX_ANSWER_BYTES, HttpRelay
from oracle.beacon.rounds import QUICKNET
from oracle.errors import BeaconUnavailable
from tests.integration.store.faulty_peer import Behaviour, Peer

pytestmark = pytest.mark.integration

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "beacon.json").read_text())
FIRST = VECTORS["quicknet"]["rounds"][0]
TRUTH = json.dumps({"round": 1000, "signature": FIRST["compressed"][2:]}).encode()
DEADLINE = 1.5
OK = b"HTTP/1.1 200 OK\r\n"

Start = Callable[[Behaviour], Peer]


@pytest.fixture
def peer() -> Iterator[Start]:
    peers: list[Peer] = []

    def start(behaviour: Behaviour) -> Peer:
        peers.append(Peer(behaviour))
        return peers[-1]

    yield start
    for each in peers:
        each.close()


def answer(body: bytes, head: bytes = OK) -> Behaviour:
    def behave(connection: socket.socket, _ended: threading.Event) -> None:
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return behave


def hang(_connection: socket.socket, ended: threading.Event) -> None:
    ended.wait(60)


def drip(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    while not ended.wait(0.05):
        connection.sendall(b" ")


def flood(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(OK + b"Content-Length: 9999999999\r\n\r\n")
    while not ended.is_set():
        connection.sendall(b" " * 65536)


def to_itself(connection: socket.socket, _ended: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "silent": (hang, "within 1.5 s"),
    "dripping": (drip, "within 1.5 s"),
    "endless": (flood, f"more than {MAX_ANSWER_BYTES} bytes"),
    "one byte too many": (answer(b" " * (MAX_ANSWER_BYTES + 1)), "more than"),
    "redirecting without end": (to_itself, "did not answer"),
    "not http": (answer(b"", b"SSH-2.0-OpenSSH_9.2\r\n"), "did not answer"),
    "before the round's time": (answer(b"no", b"HTTP/1.1 425 Too Early\r\n"), "answered 425"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_relay_that_is_faulty_is_left_in_time(peer: Start, fault: str) -> None:
    behaviour, reason = FAULTS[fault]
    relay = HttpRelay(peer(behaviour).url, QUICKNET.chain_hash, deadline_seconds=DEADLINE)
    started = time.monotonic()
    with pytest.raises(BeaconUnavailable, match=reason):
        relay.ask(1000)
    assert time.monotonic() - started < DEADLINE + 2


def test_nobody_listening_is_no_more_than_a_relay_less(peer: Start) -> None:
    good = peer(answer(TRUTH))
    beacon = quicknet_beacon(
        ["http://127.0.0.1:1", peer(hang).url, peer(flood).url, good.url + "/"],
        deadline_seconds=DEADLINE,
    )
    proven = beacon.fetch_round(1000)
    assert proven.randomness.hex() == FIRST["randomness"][2:]
    assert good.requests == [f"GET /{QUICKNET.chain_hash}/public/1000 HTTP/1.1"]
