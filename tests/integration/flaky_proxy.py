"""A small RPC proxy that fails on purpose: drops requests, drops answers, or gives its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import requests

DROP_REQUEST = object()  # the node never sees it
DROP_ANSWER = object()  # the node sees it, its answer is lost
PASS = object()

Rule = Callable[[str, list[Any]], Any]
"""(method, params) to one of the above, raw bytes to answer, or a dict to answer as JSON."""


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
                if fate is PASS or fate is DROP_ANSWER:
                    answer = requests.post(
                        upstream,
                        data=body,
                        headers={"Content-Type": "application/json"},
                        timeout=30,
                    ).content
                    if fate is DROP_ANSWER:
                        self.close_connection = True
                        return
                elif isinstance(fate, bytes):
                    answer = fate
                else:
                    answer = json.dumps({"jsonrpc": "2.0", "id": 1, **fate}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

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
