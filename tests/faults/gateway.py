"""A trustless gateway that serves a folder of blocks, and fails on purpose."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from oracle.errors import ContentUnavailable
from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from oracle.store.cid import digest_of
from scoring.digest import Digest
from tests.integration.flaky_proxy import Exchange

Fate = Callable[[Exchange], None]
KEY = "GATEWAY-KEY"


class FaultyGateway:
    """Serves `store`; `rule` may give a request another fate than the true answer."""

    def __init__(self, store: ContentStore) -> None:
        self.rule: Callable[[Digest], Fate | None] = lambda digest: None
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                digest = digest_of(self.path.partition("/ipfs/")[2].partition("?")[0])

                def block() -> bytes:
                    return store.get(digest, max_bytes=MAX_BLOCK_BYTES)

                fate = gateway.rule(digest)
                exchange = Exchange(self, block)
                try:
                    exchange.reply(block()) if fate is None else fate(exchange)
                except ContentUnavailable:
                    exchange.reply(b"not found", 404)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hung up is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://user:{KEY}@127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def heal(self) -> None:
        """Serves everything again."""
        self.rule = lambda digest: None

    def __enter__(self) -> FaultyGateway:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
