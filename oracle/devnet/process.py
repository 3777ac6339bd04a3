"""One of the devnet's own `judge` processes: its start, its end, and whether it is still there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import requests

from oracle.errors import DevnetFailed

START_SECONDS = 120.0
STOP_SECONDS = 60.0


class JudgeProcess:
    """`judge` with a settings file, as `name`; what it says goes to `log`."""

    def __init__(self, name: str, log: Path, environment: Mapping[str, str] | None = None) -> None:
        """`environment` is added to this process's own."""
        self._name = name
        self._log = log
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, settings: Path, *command: str, answers_at: str) -> None:
        """Starts it and waits until `answers_at` gives 200. Raises `DevnetFailed`."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "oracle", "--config", str(settings), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
                env=clean_environment() | self._environment,
                start_new_session=True,  # Ctrl-C is for whoever started the devnet
            )
        session = requests.Session()
        session.trust_env = False

        def answers() -> bool:
            self.require()
            try:
                return session.get(answers_at, timeout=5).status_code == 200
            except requests.RequestException:
                return False

        wait_until(answers, START_SECONDS, f"{self._name} to start; see {self._log}")

    @property
    def pid(self) -> int:
        """Its process id. Raises `DevnetFailed` when it is not running."""
        self.require()
        if self._process is None:
            raise DevnetFailed(f"{self._name} was not started", "start it first")
        return self._process.pid

    def stop(self) -> None:
        """Asks it to stop, and kills it when it does not."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Kills it without warning, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def require(self) -> None:
        """Raises `DevnetFailed` when it was started and has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise DevnetFailed(
                f"{self._name} ended with status {self._process.returncode}", f"see {self._log}"
            )


def wait_until(there: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits until `there` is true; raises `DevnetFailed` after `seconds`."""
    ends = time.monotonic() + seconds
    while not there():
        if time.monotonic() > ends:
            raise DevnetFailed(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.2)


def clean_environment() -> dict[str, str]:
    """This process's environment without JUDGE_ settings, which would leak into children."""
    return {name: value for name, value in os.environ.items() if not name.startswith("JUDGE_")}
