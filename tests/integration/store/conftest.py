"""A real Kubo daemon, and peers that misbehave."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever the machine's environment says."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@dataclass(frozen=True)
class KuboDaemon:
    binary: str
    repo: Path
    rpc_port: int
    gateway_url: str

    @property
    def address(self) -> str:
        return f"/ip4/127.0.0.1/tcp/{self.rpc_port}"

    def run(self, *arguments: str, data: bytes = b"") -> bytes:
        return run_ipfs(self.binary, self.repo, *arguments, data=data)


def run_ipfs(binary: str, repo: Path, *arguments: str, data: bytes = b"") -> bytes:
    return subprocess.run(
        [binary, *arguments],
        input=data,
        capture_output=True,
        check=True,
        timeout=60,
        env={**os.environ, "IPFS_PATH": str(repo)},
    ).stdout


@pytest.fixture(scope="session")
def kubo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KuboDaemon]:
    """A Kubo daemon of its own: offline, on free loopback ports, in a fresh repository."""
    binary = os.environ.get("JUDGE_TEST_KUBO") or shutil.which("ipfs")
    if not binary:
        pytest.skip("no Kubo: set JUDGE_TEST_KUBO to an ipfs binary (scripts/build-kubo makes one)")
    repo = tmp_path_factory.mktemp("kubo")
    run_ipfs(binary, repo, "init", "--profile=test")
    for key, value in {
        "Addresses.API": "/ip4/127.0.0.1/tcp/0",
        "Addresses.Gateway": "/ip4/127.0.0.1/tcp/0",
        "Addresses.Swarm": [],
    }.items():
        run_ipfs(binary, repo, "config", "--json", key, json.dumps(value))
    log = (repo / "daemon.log").open("wb")
    daemon = subprocess.Popen(
        [binary, "daemon", "--offline"],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "IPFS_PATH": str(repo)},
    )
    try:
        wait_for(lambda: "Daemon is ready" in (repo / "daemon.log").read_text(), daemon)
        rpc_port = int((repo / "api").read_text().rpartition("/")[2])
        yield KuboDaemon(binary, repo, rpc_port, (repo / "gateway").read_text().strip())
    finally:
        daemon.terminate()
        daemon.wait(30)
        log.close()


def wait_for(condition: Callable[[], bool], daemon: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert daemon.poll() is None, "the Kubo daemon ended"
        assert time.monotonic() < end, "the Kubo daemon did not become ready"
        time.sleep(0.1)


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


@pytest.fixture
def peer() -> Iterator[Callable[[Behaviour], Peer]]:
    """Starts servers that behave as they are told, until the test ends."""
    peers: list[Peer] = []

    def start(behaviour: Behaviour) -> Peer:
        peers.append(Peer(behaviour))
        return peers[-1]

    yield start
    for one in peers:
        one.close()
