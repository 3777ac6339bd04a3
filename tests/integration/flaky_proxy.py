"""A small RPC proxy that fails on purpose: drops requests, drops answers, or gives its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import requests

DROP_REQUEST = object()  # the node never sees it
DROP_ANSWER = object()  # the node sees it, its answer is lost
PASS = object()


@dataclass(frozen=True)
class Exchange:
    """One request and its true answer, for a fate that answers in its own way."""

    handler: BaseHTTPRequestHandler
    forward: Callable[[], bytes]

    def reply(
        self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """An answer as it should be, whatever is in it."""
        self.begin(status, {"Content-Length": str(len(body)), **(headers or {})})
        self.handler.wfile.write(body)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """The head of an answer."""
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()


Rule = Callable[[str, list[Any]], Any]
"""(method, params) to one of the above, raw bytes to answer, a dict to answer as JSON, or a
function that answers an `Exchange` itself."""


class FlakyProxy:
    """Stands between a client and a node; `rule` decides each request's fate."""

    def __init__(self, upstream: str) -> None:
        self.rule: Rule = lambda method, params: PASS
        self.seen: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                request = json.loads(body)
                proxy.seen.append(request["method"])
                fate = proxy.rule(request["method"], request["params"])
                if fate is DROP_REQUEST:
                    self.close_connection = True
                    return
                exchange = Exchange(self, lambda: _asked(upstream, body))
                if fate is PASS:
                    exchange.reply(exchange.forward())
                elif fate is DROP_ANSWER:
                    exchange.forward()
                    self.close_connection = True
                elif isinstance(fate, bytes):
                    exchange.reply(fate)
                elif callable(fate):
                    fate(exchange)
                else:
                    exchange.reply(json.dumps({"jsonrpc": "2.0", "id": 1, **fate}).encode())

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hung up is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v3/API-KEY"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def drop(self, what: object, *methods: str, times: int = 10**9) -> None:
        """Lets these methods fail so many times, and passes everything else."""
        left = [times]

        def rule(method: str, params: list[Any]) -> object:
            if method not in methods or left[0] == 0:
                return PASS
            left[0] -= 1
            return what

        self.rule = rule

    def heal(self) -> None:
        """Passes everything."""
        self.rule = lambda method, params: PASS

    def __enter__(self) -> FlakyProxy:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


_lines = threading.local()


def _asked(upstream: str, body: bytes) -> bytes:
    """What the node says; each of the proxy's threads keeps its line to it open."""
    if not hasattr(_lines, "session"):
        _lines.session = requests.Session()
        _lines.session.trust_env = False
    headers = {"Content-Type": "application/json"}
    content: bytes = _lines.session.post(upstream, data=body, headers=headers, timeout=30).content
    return content
