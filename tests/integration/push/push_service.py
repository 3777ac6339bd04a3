"""A push service that keeps what it is sent, or misbehaves as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Sent:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """What it answers is changed while it runs: a status, "hang", "drip" or "redirect"."""

    url: str = ""
    answers: dict[str, int | str] = field(default_factory=dict)  # by path; else 201
    sent: list[Sent] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def to(self, path: str) -> list[Sent]:
        return [one for one in self.sent if one.path == path]


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.sent.append(Sent(self.path, dict(self.headers), body))
            answer = service.answers.get(self.path, 201)
            if answer == "hang":
                service.closing.wait(30)
                return
            self.send_response({"drip": 201, "redirect": 307}.get(str(answer)) or int(answer))
            if answer == "redirect":
                self.send_header("Location", f"{service.url}/elsewhere")
            self.end_headers()
            while answer == "drip" and not service.closing.wait(0.05):
                self.wfile.write(b"x")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield service
    finally:
        service.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
