"""An engine in a process of its own: Ray ends its driver when the cluster's head, or this machine's
raylet, is gone, and that must not be the daemon.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, cast

from oracle.cluster.engine import Question, WorkerFailed, WorkerLost
from oracle.errors import OracleError, RetryLater

LOCAL = "local"
"""The address of a cluster of this machine alone, which ends with the case."""
ANSWER_SECONDS = 300.0
"""For one call; the longest is joining a cluster whose machines are busy."""
_END_SECONDS = 10.0


@dataclass(frozen=True)
class Held:
    """Something that the other process holds: a worker, a question or a shared value."""

    number: int


class EngineApart:
    """See `Engine`. Once the other process is gone or silent, every call raises `RetryLater`.

    `local_workers`: of a cluster of this machine alone; 0 for one a core. `module` is for tests.
    """

    def __init__(
        self,
        address: str,
        device: str = "auto",
        local_workers: int = 0,
        module: str = "oracle.cluster.ray_process",
    ) -> None:
        ours, theirs = socket.socketpair()
        # A send that nobody takes fails as an answer that nobody gives.
        ours.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", int(ANSWER_SECONDS), 0)
        )
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno() if _has_number(sys.stderr) else subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, who then close it
        )
        theirs.close()
        self._pipe: Connection | None = Connection(ours.detach())
        self._trouble = _unanswered(address)  # what it means that the process ends
        try:
            self._capacity: int = self._call("join", address, device, local_workers)
        except BaseException:
            self.close()
            raise
        self._trouble = _broken()

    @property
    def pid(self) -> int:
        """Of the other process."""
        return self._process.pid

    def capacity(self) -> int:
        """See `Engine`."""
        return self._capacity

    def share(self, value: object) -> object:
        """See `Engine`."""
        return self._call("share", value)

    def hire(self, place: int) -> Held:
        """See `Engine`."""
        return cast(Held, self._call("hire", place))

    def ask(self, hand: Held, method: str, *arguments: object) -> Held:
        """See `Engine`."""
        return cast(Held, self._call("ask", hand, method, *arguments))

    def wait(self, answers: Sequence[Question], seconds: float) -> Sequence[Question]:
        """See `Engine`."""
        return cast(Sequence[Question], self._call("wait", list(answers), seconds))

    def result(self, answer: Held) -> Any:
        """See `Engine`."""
        return self._call("result", answer)

    def dismiss(self, hand: Held) -> None:
        """See `Engine`; who has lost the cluster has lost its workers."""
        if self._pipe is not None:
            with contextlib.suppress(RetryLater):
                self._call("dismiss", hand)

    def close(self) -> None:
        """See `Engine`."""
        if self._pipe is not None:
            self._pipe.close()  # which ends it
            self._pipe = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        self._process.kill()
        self._process.wait()

    def _call(self, name: str, *arguments: object) -> Any:
        if self._pipe is None:
            raise self._trouble
        try:
            self._pipe.send((name, arguments))
            if not self._pipe.poll(ANSWER_SECONDS):
                raise TimeoutError(f"no answer within {ANSWER_SECONDS:g} s")
            failure, said = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._pipe.close()
            self._pipe = None
            raise self._trouble from error
        if failure:
            assert isinstance(said, OracleError | WorkerLost | WorkerFailed)
            raise said
        return said


def _unanswered(address: str) -> RetryLater:
    return RetryLater(
        f"the Ray cluster at {address} does not answer",
        "see that its head runs (ray status), or empty [judge] ray_address to judge here",
    )


def _broken() -> RetryLater:
    return RetryLater(
        "the connection to the Ray cluster is lost: its head, or this machine's raylet, has ended",
        "see ray status; what was answered is kept, and the next try goes on from there",
    )


def _has_number(stream: Any) -> bool:
    try:
        stream.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True
