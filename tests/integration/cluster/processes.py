"""Workers in Ray's place: processes of this machine, asked over a pipe."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from oracle.cluster.engine import WorkerFailed, WorkerLost


@dataclass(eq=False)
class Hand:
    process: Any
    pipe: Connection


@dataclass(eq=False)
class Asked:
    pipe: Connection


@dataclass
class Processes:
    """An `oracle.cluster.engine.Engine`; `hands` are all that were ever hired."""

    size: int
    threads: int = 1  # of each worker
    hands: list[Hand] = field(default_factory=list)

    def capacity(self) -> int:
        return self.size

    def share(self, value: object) -> object:
        return value

    def hire(self, place: int) -> Hand:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self.threads), daemon=False)
        process.start()
        theirs.close()
        self.hands.append(Hand(process, ours))
        return self.hands[-1]

    def ask(self, hand: Hand, method: str, *arguments: object) -> Asked:
        with contextlib.suppress(OSError):  # it is gone, which its answer will tell
            hand.pipe.send((method, arguments))
        return Asked(hand.pipe)

    def wait(self, answers: Sequence[Asked], seconds: float) -> Sequence[Asked]:
        there = wait([asked.pipe for asked in answers], seconds)
        return [asked for asked in answers if asked.pipe in there][:1]

    def result(self, answer: Asked) -> Any:
        try:
            worked, said = answer.pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerLost("its pipe is closed") from error
        if not worked:
            raise WorkerFailed(said)
        return said

    def dismiss(self, hand: Hand) -> None:
        hand.process.kill()
        hand.process.join()
        hand.pipe.close()

    def close(self) -> None:
        assert not [hand for hand in self.hands if hand.process.is_alive()], "all were dismissed"


def _serve(pipe: Connection, threads: int) -> None:
    from oracle.cluster.worker import ImageWorker

    worker = ImageWorker("cpu", threads)
    while True:
        try:
            method, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, getattr(worker, method)(*arguments)))
        except Exception as error:
            pipe.send((False, f"{type(error).__name__}: {error}"))
