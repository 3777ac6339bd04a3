"""A process in the place of Ray's driver, whose one worker doubles numbers; see `EngineApart`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from oracle.cluster.engine import Engine, WorkerFailed, WorkerLost
from oracle.cluster.ray_process import Desk, serve


@dataclass(frozen=True)
class Asked:
    number: int


class Doubling:
    """Answers at once; some numbers mean trouble."""

    def capacity(self) -> int:
        return 3

    def share(self, value: object) -> object:
        return value

    def hire(self, place: int) -> str:
        return f"worker {place}"

    def ask(self, hand: str, method: str, *arguments: object) -> Asked:
        assert hand.startswith("worker") and method == "double"
        (number,) = arguments
        return Asked(int(str(number)))

    def wait(self, answers: Sequence[Asked], seconds: float) -> Sequence[Asked]:
        return answers[-1:]

    def result(self, answer: Asked) -> int:
        match answer.number:
            case 404:
                raise WorkerLost("killed")
            case 500:
                raise WorkerFailed("no memory left")
            case 503:
                raise ValueError("something of its own")
            case 9:
                os.kill(os.getpid(), signal.SIGKILL)
            case 15:
                time.sleep(60)
        return 2 * answer.number

    def dismiss(self, hand: str) -> None: ...

    def close(self) -> None:
        print("closed", file=sys.stderr)


def join(address: str, device: str, local_workers: int) -> Engine:
    return Doubling()


if __name__ == "__main__":
    desk = Desk(join)
    serve(Connection(int(sys.argv[1])), desk)
    desk.close()
