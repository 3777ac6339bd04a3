"""How long commands take that compute next to nothing: what a newcomer tries first."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scoring.errors import ScoringError

HELP_SECONDS = 0.5
COMMAND_SECONDS = 1.0
_TIMES = 3  # each is run so often; the least counts, as whatever else runs only adds to it
_PHOTO = (640, 480)


@dataclass(frozen=True)
class Start:
    """One command line without its `judge`, the seconds it took, and how many it may take."""

    words: str
    seconds: float
    goal_seconds: float

    @property
    def is_late(self) -> bool:
        return self.seconds > self.goal_seconds


def measure_starts(program: Sequence[str], commands: Sequence[Sequence[str]]) -> tuple[Start, ...]:
    """Times `--help` of each of `commands`, `metrics`, and `prepare` of a small photo.

    `program` is what starts the command line. Raises `ScoringError` when one of them fails.
    """
    with TemporaryDirectory(prefix="judge-start-") as folder:
        photo = _photo(Path(folder) / "photo.jpg")
        prepared = str(Path(folder) / "prepared.png")
        prepare = ["prepare", str(photo), "--out", prepared]
        return (
            *(_start(program, [*command, "--help"], HELP_SECONDS) for command in commands),
            _start(program, ["metrics"], COMMAND_SECONDS),
            _start(program, prepare, COMMAND_SECONDS),
        )


def _start(program: Sequence[str], arguments: Sequence[str], goal_seconds: float) -> Start:
    seconds = min(_seconds([*program, *arguments]) for _ in range(_TIMES))
    words = " ".join(word for word in arguments if not word.startswith("/"))
    return Start(words, seconds, goal_seconds)


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    took = time.perf_counter() - began
    if done.returncode:
        said = done.stderr.strip().partition("\n")[0]
        raise ScoringError(f"{' '.join(command)} ended with {done.returncode}", said)
    return took


def _photo(path: Path) -> Path:
    from PIL import Image

    noise = np.random.default_rng(20).integers(0, 256, (*_PHOTO[::-1], 3), np.uint8)
    Image.fromarray(noise).save(path)
    return path
