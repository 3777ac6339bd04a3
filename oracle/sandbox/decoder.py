"""Decodes untrusted images in processes of little memory, time and rights.

The verdict must be the same on every machine, so a dead or slow worker alone proves nothing about
the image: the machine may be out of memory or stopped. An image is called corrupt only after it
brought down two workers, each of which decoded a known image before, and a third one did so
afterwards.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import struct
import subprocess
import sys
import threading
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, Self, cast

import numpy as np
from numpy.typing import NDArray

from oracle.deadline import within
from oracle.errors import DecoderUnavailable
from scoring.processors import processors
from scoring.submission.decode_worker import read_reply, write_request
from scoring.submission.image import IMAGE_SIDE, MAX_IMAGE_BYTES, Flag, InvalidSubmission

MEMORY_BYTES = 512 << 20
"""Address space of the worker: four times what decoding takes."""

_PIPE_BYTES = 1 << 20
"""What Linux usually allows anybody. An image fits, so that neither process waits for the other."""
_IMAGES_PER_WORKER = 256
_MOST_AT_ONCE = 8
"""Workers; each decodes fifty to a hundred images a second, and may come to fill its memory."""
_START_SECONDS = 60.0
_VERDICTS = frozenset(
    {
        Flag.NOT_PNG,
        Flag.TOO_LARGE,
        Flag.WRONG_SIZE,
        Flag.WRONG_MODE,
        Flag.MULTIPLE_FRAMES,
        Flag.TRAILING_DATA,
        Flag.CORRUPT,
    }
)


class SandboxedDecoder:
    """Decodes images in workers that are started, and restarted, as needed: one for each image that
    a thread waits for, up to `at_once`, by default as many as there are processors (at most 8).

    `command` is for tests. Can be shared by threads and used as a context manager.
    """

    def __init__(
        self,
        *,
        timeout_seconds: float = 30.0,
        memory_bytes: int = MEMORY_BYTES,
        at_once: int | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        # A worker has one thread, so that images that keep within their time never reach this;
        # it ends a worker that still runs after this process was killed.
        cpu_seconds = int(_START_SECONDS + timeout_seconds * _IMAGES_PER_WORKER)
        self._command = list(
            command
            or (
                sys.executable,
                "-I",
                "-m",
                "oracle.sandbox.decode_jail",
                f"{memory_bytes}",
                f"{cpu_seconds}",
            )
        )
        self._timeout_seconds = timeout_seconds
        self._at_once = at_once or min(processors(), _MOST_AT_ONCE)
        self._turns = threading.Semaphore(self._at_once)
        self._waiting_for_all = threading.Lock()
        self._idle: deque[_Worker] = deque()  # the one that has just worked is the last

    def decode(self, data: bytes) -> NDArray[np.uint8]:
        """The pixels of a submission: uint8 (512, 512, 3), RGB.

        Raises `InvalidSubmission` with the worker's verdict, or CORRUPT when the image makes the
        worker die or hang, and `DecoderUnavailable` when this is not the image's fault.
        """
        if len(data) > MAX_IMAGE_BYTES:
            raise InvalidSubmission(Flag.TOO_LARGE, f"is {len(data)} bytes")
        with self._turns, contextlib.suppress(_WorkerLost):
            return self._decoded(self._take(), data)
        # A worker that was idle may have ended by itself, so the second one is new. And no other
        # image is decoded beside it, whose memory might be what ends it.
        with self._alone():
            with contextlib.suppress(_WorkerLost):
                return self._decoded(self._start(), data)
            self._idle.append(self._start())
        raise InvalidSubmission(Flag.CORRUPT, "makes the decoder crash or hang")

    def close(self) -> None:
        """Ends all workers, once they have done what they are at; the next `decode` starts one."""
        with self._alone():
            while self._idle:
                self._idle.pop().stop()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits until no worker has anything to do, and lets none begin meanwhile."""
        with self._waiting_for_all, ExitStack() as turns:  # two would wait for one another
            for _ in range(self._at_once):
                turns.enter_context(self._turns)
            yield

    @property
    def worker_pid(self) -> int | None:
        """The process that decodes the next image, if it runs already."""
        return self._idle[-1].pid if self._idle else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _decoded(self, worker: _Worker, data: bytes) -> NDArray[np.uint8]:
        """A worker's answer; it is idle then, or ended where its answer is not known."""
        try:
            pixels = worker.decode(data, self._timeout_seconds)
        except InvalidSubmission:
            self._idle.append(worker)
            raise
        except BaseException:
            # Interrupted: its answer, still to come, would be taken for the next image's.
            worker.stop()
            raise
        self._idle.append(worker)
        return pixels

    def _take(self) -> _Worker:
        """A worker that has decoded the known image, for the calling thread alone."""
        while True:
            try:
                worker = self._idle.pop()
            except IndexError:
                return self._start()
            if worker.decoded < _IMAGES_PER_WORKER:
                return worker
            worker.stop()

    def _start(self) -> _Worker:
        """A new worker, once it has decoded the known image."""
        worker = _Worker(self._command)
        try:
            if not worker.decode(_known_image(), _START_SECONDS).any():
                return worker
            reason = "it decodes a known image wrongly"
        except (_WorkerLost, InvalidSubmission) as error:
            reason = str(error)
        except BaseException:
            worker.stop()
            raise
        trace = worker.stop()
        raise DecoderUnavailable(
            f"the decode worker does not start: {trace or reason}",
            "free some memory on this machine, or repair the installation",
        )


class _WorkerLost(Exception):
    """The worker died, hung, or answered nonsense."""


def _widen(pipe: BinaryIO) -> None:
    """Lets a pipe hold a whole image where the system allows it; a narrow one works too."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class _Worker:
    """One worker process, and how many images it has decoded."""

    def __init__(self, command: Sequence[str]) -> None:
        self.decoded = 0
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",
                # One thread: numpy would otherwise reserve memory for each core.
                env={"OPENBLAS_NUM_THREADS": "1"},
                # Ctrl-C is for the parent, which then ends its worker.
                start_new_session=True,
            )
        except OSError as error:
            raise DecoderUnavailable(
                f"the decode worker does not start: {error}", "free some memory on this machine"
            ) from error
        self._process = process
        self._requests = cast(BinaryIO, process.stdin)
        self._replies = cast(BinaryIO, process.stdout)
        self._errors = cast(BinaryIO, process.stderr)
        _widen(self._requests)
        _widen(self._replies)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def decode(self, data: bytes, seconds: float) -> NDArray[np.uint8]:
        """The worker's answer; raises `InvalidSubmission` or `_WorkerLost`."""
        self.decoded += 1
        try:
            return within(seconds, lambda: self._ask(data))
        except InvalidSubmission as verdict:
            if verdict.flag in _VERDICTS:
                raise
            raise _WorkerLost(f"it answered with flag {int(verdict.flag)}") from verdict
        except TimeoutError as error:
            raise _WorkerLost(str(error)) from error
        # It makes no difference whether it was gone before or after it took the image.
        except (EOFError, OSError) as error:
            raise _WorkerLost("it ended, or answered nonsense") from error

    def stop(self) -> str:
        """Kills the process; returns the last line that it wrote to stderr."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        errors = self._errors.read(10_000).decode("utf-8", "replace")
        for pipe in (self._requests, self._replies, self._errors):
            # BrokenPipeError: closing flushes what the dead worker did not read.
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return errors.strip().rpartition("\n")[2]

    def _ask(self, data: bytes) -> NDArray[np.uint8]:
        write_request(self._requests, data)
        return read_reply(self._replies)


def _known_image() -> bytes:
    """A valid submission: all black."""
    header = struct.pack(">IIBBBBB", IMAGE_SIDE, IMAGE_SIDE, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes((1 + 3 * IMAGE_SIDE) * IMAGE_SIDE))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )
