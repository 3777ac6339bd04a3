"""The process that scores for practice, from outside: started for one competition, and ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from oracle.deadline import within
from oracle.errors import RetryLater
from scoring.spec import JudgingSpec
from scoring.submission.image import Pixels

_MOST_REPLY_BYTES = 1 << 20


@dataclass(frozen=True)
class Trained:
    """A finished competition's judge: what it follows from, and the hash that it must have."""

    competition_id: int
    spec: JudgingSpec
    target: Pixels
    model: Path
    model_hash: bytes


class Scorer:
    """Scores images by one trained judge, in a process of the lowest priority on one core."""

    def __init__(self, trained: Trained, seconds: float) -> None:
        """Raises `RetryLater` when the judge is not there within `seconds`, or is another one."""
        self.competition_id = trained.competition_id
        try:
            self._process = subprocess.Popen(
                (sys.executable, "-I", "-m", "oracle.practice.worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )
        except OSError as error:
            raise _not_now() from error
        wanted = {
            "spec": json.loads(trained.spec.canonical_json()),
            "model": str(trained.model.absolute()),
        }
        start = json.dumps(wanted).encode() + b"\n" + trained.target.tobytes()
        if self._ask(start, seconds).get("model_hash") != trained.model_hash.hex():
            self.end()
            raise RetryLater(
                f"the model that is kept of competition {trained.competition_id} is not the one "
                "on-chain",
                "practise with another competition",
            )

    def score(self, image: Pixels, seconds: float) -> dict[str, Any]:
        """`{"score", "terms", "flags"}` of an image, uint8 (512, 512, 3).

        Raises `RetryLater`, and has ended, when there is no answer within `seconds`.
        """
        return self._ask(image.tobytes(), seconds)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Kills the process. Can be repeated."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        try:
            answer = json.loads(within(seconds, lambda: self._exchange(request)))
        except (TimeoutError, OSError, ValueError) as error:
            self.end()
            raise _not_now() from error
        return cast("dict[str, Any]", answer)

    def _exchange(self, request: bytes) -> bytes:
        requests, replies = self._process.stdin, self._process.stdout
        cast(BinaryIO, requests).write(request)
        cast(BinaryIO, requests).flush()
        return cast(BinaryIO, replies).readline(_MOST_REPLY_BYTES)


def _environment() -> dict[str, str]:
    """One core, and none of this process's secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUDGE_")}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def _not_now() -> RetryLater:
    return RetryLater("the image could not be scored in time", "try again in a few minutes")
