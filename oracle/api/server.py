"""Serves an ASGI application with uvicorn, on a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from oracle.errors import BadInput, OracleError

_START_SECONDS = 10.0
_STOP_SECONDS = 10.0
_FINISH_REQUESTS_SECONDS = 3
_MAX_CONNECTIONS = 200
_HEADER_SECONDS = 10.0
_LAST_PORT = 65_535


class _ImpatientProtocol(H11Protocol):
    """Closes a connection on which no complete request line and headers come in time.

    uvicorn itself waits for ever, and a few hundred silent clients would shut out all others.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._patience: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering:
            self._stop_waiting()
        elif self._patience is None:
            self._patience = self.loop.call_later(_HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        self._patience = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


class ApiServer:
    """Serves `app` at `host`:`port` (port 0: a free one) from `start` to `stop`."""

    def __init__(
        self, app: Any, host: str, port: int, most_connections: int = _MAX_CONNECTIONS
    ) -> None:
        self._host = host
        self._port = port
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            loop="asyncio",
            http=_ImpatientProtocol,
            ws="none",
            lifespan="off",
            server_header=False,
            limit_concurrency=most_connections,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_FINISH_REQUESTS_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, once started: `http://127.0.0.1:8080`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def start(self) -> None:
        """Listens, and returns when requests are answered; raises `BadInput` if it cannot."""
        listener = self._listen()
        self._port = listener.getsockname()[1]
        # uvicorn leaves signals alone on any thread but the main one.
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="api", daemon=True
        )
        self._thread.start()
        end = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                self.stop()
                raise OracleError("the HTTP server did not start", "see the log")
            time.sleep(0.01)

    def stop(self) -> None:
        """Lets running requests finish for a moment, then closes. Can be repeated."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _listen(self) -> socket.socket:
        # Bound here and not by uvicorn, which would end the process when it cannot.
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        hint = "choose another address in the section [api] of the configuration"
        if not 0 <= self._port <= _LAST_PORT:
            raise BadInput(f"{self._port} is not a port (0 to {_LAST_PORT})", hint)
        try:
            return socket.create_server((self._host, self._port), family=family)
        except OSError as error:
            raise BadInput(f"cannot listen on {self._host}:{self._port}: {error}", hint) from error
