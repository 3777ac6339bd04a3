"""A real Kubo daemon for the tests: offline, on free loopback ports, in a repository of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


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


@contextmanager
def running_kubo(binary: str, repo: Path) -> Iterator[KuboDaemon]:
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
