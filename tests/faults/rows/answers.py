"""Ways in which a server gives an answer that is none."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from tests.integration.flaky_proxy import Exchange

Answer = Callable[[Exchange], None]
_BYTE_SECONDS = 0.3


def status(number: int, headers: Mapping[str, str] | None = None) -> Answer:
    """A status in place of an answer, with a page for people."""
    page = b"<html><h1>sorry</h1></html>"
    return lambda exchange: exchange.reply(page, number, headers)


def late(seconds: float) -> Answer:
    """The true answer, too late."""

    def answer(exchange: Exchange) -> None:
        time.sleep(seconds)
        exchange.reply(exchange.forward())

    return answer


def truncated(exchange: Exchange) -> None:
    """The first half of the true answer."""
    body = exchange.forward()
    exchange.begin(200, {"Content-Length": str(len(body))})
    exchange.handler.wfile.write(body[: len(body) // 2])
    exchange.handler.close_connection = True


def trickle(exchange: Exchange) -> None:
    """The true answer, a byte at a time."""
    body = exchange.forward()
    exchange.begin(200, {"Content-Length": str(len(body))})
    for byte in body:
        exchange.handler.wfile.write(bytes([byte]))
        exchange.handler.wfile.flush()
        time.sleep(_BYTE_SECONDS)


def falsified(exchange: Exchange) -> None:
    """As many bytes as there should be, and one of them another."""
    body = bytearray(exchange.forward())
    body[len(body) // 2] ^= 1
    exchange.reply(bytes(body))
