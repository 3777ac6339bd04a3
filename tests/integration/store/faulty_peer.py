"""A server that behaves as it is told, on a free loopback port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

Behaviour = Callable[[socket.socket, threading.Event], None]


class Peer:
    """A server on a free loopback port whose connections are handled by `behaviour`."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"/ip4/127.0.0.1/tcp/{self.port}"

    def close(self) -> None:
        self._ended.set()
        # Wakes the accepting thread, which then sees the event.
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            connection, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                head = connection.recv(1 << 16)
                self.requests.append(head.partition(b"\r\n")[0].decode())
                self._behaviour(connection, self._ended)
            except OSError:
                pass  # the other side gave up on us, as it should
