"""A generator in a process of its own: started when it is needed, and again when it died.

It sees no key and no setting of this one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, cast

from oracle.studio.backends.base import MAX_ANSWER_BYTES, Progress
from oracle.studio.backends.frames import (
    ASK,
    FAILED,
    IMAGE,
    PROGRESS,
    READY,
    REFUSED,
    read_frame,
    write_frame,
)
from oracle.studio.errors import (
    BadImage,
    GeneratorDown,
    GeneratorMisconfigured,
    GeneratorTooSlow,
    PromptRefused,
)
from scoring.digest import Digest

_STOP_SECONDS = 5.0
_QUICK_DEATHS = 3  # before anything was drawn: then it is no accident
_PIPE_BYTES = 1 << 20
"""What Linux usually allows anybody. An image fits, so that neither process waits for the other."""


class GeneratorProcess:
    """`command` as a worker that speaks frames, one image at a time; can be shared by threads.

    `name` is how messages call it.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name = name
        self._command = list(command)
        self._worker: _Worker | None = None
        self._deaths = 0
        self._lock = threading.Lock()

    def digest(self, *, seconds: float) -> Digest:
        """What draws there, by its digest; starts it. Raises as `Backend.check` does."""
        ends = time.monotonic() + seconds
        with self._taken(ends):
            return Digest(self._ready(ends).digest)

    def draw(self, ask: Mapping[str, Any], *, seconds: float, progress: Progress) -> bytes:
        """The image that answers `ask`, unread; raises as `Backend.generate` does.

        Loading counts, and goes on after the deadline.
        """
        ends = time.monotonic() + seconds
        with self._taken(ends):
            worker = self._ready(ends)
            try:
                image = worker.draw(json.dumps(ask).encode(), ends, progress)
            except _Gone as gone:
                self._stop()
                self._deaths += 1
                raise GeneratorDown(
                    f"the process of {self._name} died: {gone}",
                    "it is started again with the next prompt",
                ) from gone
            except (GeneratorTooSlow, KeyboardInterrupt):
                # Its answer, still to come, would be taken for the next prompt's.
                self._stop()
                raise
            self._deaths = 0
        progress(1.0)
        return image

    def close(self) -> None:
        """Ends the process; the next call starts another."""
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        """The process that draws, if one runs."""
        return self._worker.pid if self._worker is not None else None

    @contextlib.contextmanager
    def _taken(self, ends: float) -> Iterator[None]:
        if not self._lock.acquire(timeout=max(ends - time.monotonic(), 0)):
            raise GeneratorTooSlow(f"{self._name} is busy with another prompt", "try again")
        try:
            yield
        finally:
            self._lock.release()

    def _ready(self, ends: float) -> _Worker:
        """A process that has loaded what it draws with."""
        if self._deaths >= _QUICK_DEATHS:
            raise GeneratorMisconfigured(
                f"{self._name} died {self._deaths} times in a row",
                "see its messages on stderr: a wrong model, or too little memory",
            )
        if self._worker is None:
            self._worker = _Worker(self._name, self._command)
        try:
            self._worker.wait_ready(ends)
        except _Gone as gone:
            self._stop()
            self._deaths += 1
            raise GeneratorDown(
                f"{self._name} did not load: {gone}", "see its messages on stderr"
            ) from gone
        return self._worker

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


class _Gone(Exception):
    """The process ended or broke its protocol."""


class _Worker:
    """One process, and a thread that takes its frames."""

    def __init__(self, name: str, command: list[str]) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("JUDGE_")}
        self._name = name
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**kept, "HF_HUB_DISABLE_TELEMETRY": "1", "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.digest = b""
        _widen(cast(BinaryIO, self._process.stdout))
        self._frames: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="generator", daemon=True)
        self._reader.start()

    def wait_ready(self, ends: float) -> None:
        """Waits until it has loaded."""
        if not self.digest:
            kind, body = self._next(ends, "did not load")
            if kind != READY:
                raise _Gone("it speaks another protocol")
            self.digest = bytes.fromhex(body.decode())

    def draw(self, ask: bytes, ends: float, progress: Progress) -> bytes:
        """The image that answers `ask`."""
        try:
            write_frame(cast(BinaryIO, self._process.stdin), ASK, ask)
        except OSError as error:
            raise _Gone("it takes no prompt") from error
        while True:
            kind, body = self._next(ends, "drew nothing")
            if kind == PROGRESS:
                progress(float(body))
            elif kind == IMAGE:
                return body
            elif kind == REFUSED:
                raise PromptRefused("the generator declines to draw this", "use other words")
            elif kind == FAILED:
                raise BadImage(
                    f"{self._name} failed: {body.decode('utf-8', 'replace')}",
                    "correct the studio's parameters, or see its messages on stderr",
                )
            else:
                raise _Gone("it speaks another protocol")

    def stop(self) -> None:
        """Ends the process, and waits for it."""
        self._process.kill()
        self._process.wait(_STOP_SECONDS)
        self._reader.join(_STOP_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _next(self, ends: float, what: str) -> tuple[bytes, bytes]:
        try:
            frame = self._frames.get(timeout=max(ends - time.monotonic(), 0.001))
        except queue.Empty as error:
            raise GeneratorTooSlow(
                f"{self._name} {what} in time", "give it more time, or choose a smaller model"
            ) from error
        if frame is None:
            raise _Gone(f"exit code {self._process.wait(_STOP_SECONDS)}")
        return frame

    def _read(self) -> None:
        stream = cast(BinaryIO, self._process.stdout)
        while True:
            try:
                frame = read_frame(stream, MAX_ANSWER_BYTES)
            except (OSError, ValueError):
                frame = None
            if frame is None:
                # What it wrote last cannot be read: it is of no more use.
                self._process.kill()
            self._frames.put(frame)
            if frame is None:
                return


def _widen(pipe: BinaryIO) -> None:
    """Makes room for a whole image in a pipe, where the system has that."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
