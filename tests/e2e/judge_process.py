"""`judge` in a process of its own, as another person on another machine would run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from oracle.devnet.process import clean_environment

COMMAND_SECONDS = 600.0
STOP_SECONDS = 90.0


def judge(config: Path, *arguments: object, code: int = 0) -> Any:
    """Runs one command to its end, which must be `code`; returns the JSON that it printed."""
    return json.loads(_run(config, *arguments, "--json", code=code).stdout)


def refused(config: Path, *arguments: object, code: int) -> str:
    """Runs one command that must end with `code`; returns what it says about that."""
    return _run(config, *arguments, code=code).stderr


def _run(config: Path, *arguments: object, code: int) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "oracle", "--config", str(config), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        env=clean_environment(),
    )
    assert done.returncode == code, f"{arguments} ended with {done.returncode}:\n{done.stderr}"
    return done


@contextmanager
def running(config: Path, log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon, stopped at the end; `log` gets all it says."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "oracle", "--config", str(config), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=clean_environment(),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
