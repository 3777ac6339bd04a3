"""A node that drips, breaks off or fails by HTTP is given up in time; its own words are kept."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from oracle.chain.client import ChainClient
from oracle.errors import ChainUnavailable

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.chain.rpc.BACKOFF_SECONDS", 0)


@contextmanager
def node_that_answers(*pieces: bytes, pause: float = 0.0) -> Iterator[str]:
    """A node that gives every request the same answer, piece by piece; its address."""
    ended = threading.Event()

    def serve(server: socket.socket) -> None:
        while not ended.is_set():
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)
                    ended.wait(pause)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            ended.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    with node_that_answers(head, *[b" "] * 1000, pause=0.05) as url:
        began = time.monotonic()
        with pytest.raises(ChainUnavailable, match="took too long"):
            ChainClient.connect(url, 31337, timeout_seconds=0.5)
        assert time.monotonic() - began < 10


def test_an_answer_that_breaks_off_is_said_to() -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n"
    with (
        node_that_answers(head + b'{"jsonrpc"') as url,
        pytest.raises(ChainUnavailable, match="the connection failed"),
    ):
        ChainClient.connect(url, 31337)


@pytest.mark.parametrize("status", [b"400 Bad Request", b"500 Internal Server Error"])
def test_an_error_of_the_node_counts_whatever_the_http_status(status: bytes) -> None:
    body = b'{"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "no such method"}}'
    head = b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    with (
        node_that_answers(head + body) as url,
        pytest.raises(ChainUnavailable, match="no such method"),
    ):
        ChainClient.connect(url, 31337)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"result": "0x7a69"}', b"[1]"])
def test_a_failing_server_s_page_is_no_answer(body: bytes) -> None:
    head = b"HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(
        body
    )
    with (
        node_that_answers(head + body) as url,
        pytest.raises(ChainUnavailable, match="HTTP status 502"),
    ):
        ChainClient.connect(url, 31337)
