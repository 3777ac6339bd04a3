"""A PostgreSQL server of a test's own, which can be restarted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from oracle.devnet.anvil import free_port

_START_SECONDS = 30.0


def is_installed() -> bool:
    """Whether there is a server to run."""
    return shutil.which("postgres") is not None


class PostgresServer:
    """On a free loopback port; use as a context manager."""

    def __init__(self) -> None:
        self._programs = Path(os.path.realpath(str(shutil.which("postgres")))).parent
        # The server refuses to run as root; Debian's package brings a user for it.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="judge-postgres-"))
        self._port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://judge@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> PostgresServer:
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        subprocess.run(
            [self._programs / "initdb", "-D", self._folder / "data", "-U", "judge"]
            + ["--auth=trust", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=self._folder,
        )
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        data, port = self._folder / "data", str(self._port)
        self._server = subprocess.Popen(
            [self._programs / "postgres", "-D", data, "-p", port, "-k", self._folder],
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd=self._folder,
        )
        ends = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """Stops it at once: open connections are cut."""
        server, self._server = self._server, None
        if server is not None:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)
