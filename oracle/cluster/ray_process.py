"""The process that is Ray's driver, for `EngineApart`: `python -m oracle.cluster.ray_process FD`.

It does what it is told over the socket FD, and ends with it.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

from oracle.cluster.apart import Held
from oracle.cluster.engine import Engine, WorkerFailed, WorkerLost
from oracle.errors import OracleError, RetryLater

_SHUTDOWN_SECONDS = 30


class Desk:
    """Holds what Ray's own handles stand for; the other side knows their numbers."""

    def __init__(self, open_engine: Callable[[str, str, int], Engine]) -> None:
        self._open_engine = open_engine
        self._engine: Engine | None = None
        self._numbers = count()
        self._held: dict[Held, Any] = {}

    def answer(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """What the call of that name gives."""
        match name, arguments:
            case "join", (address, device, local_workers):
                self._engine = self._open_engine(address, device, local_workers)
                return self._engine.capacity()
            case "share", (value,):
                return self._hold(self.engine.share(value))
            case "hire", (place,):
                return self._hold(self.engine.hire(place))
            case "ask", (hand, method, *rest):
                meant = [self._held[one] if isinstance(one, Held) else one for one in rest]
                return self._hold(self.engine.ask(self._held[hand], method, *meant))
            case "wait", (answers, seconds):
                asked = {self._held[answer]: answer for answer in answers}
                return [asked[there] for there in self.engine.wait(list(asked), seconds)]
            case "result", (answer,):
                return self.engine.result(self._held.pop(answer))
            case "dismiss", (hand,):
                return self.engine.dismiss(self._held.pop(hand))
        raise ValueError(f"there is no call {name} of {len(arguments)} arguments")

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("the cluster was not joined")
        return self._engine

    def close(self) -> None:
        if self._engine is not None:
            # Ray may wait for a head that is gone.
            signal.alarm(_SHUTDOWN_SECONDS)
            self._engine.close()

    def _hold(self, meant: object) -> Held:
        held = Held(next(self._numbers))
        self._held[held] = meant
        return held


def serve(pipe: Connection, desk: Desk) -> None:
    """Answers until the other side closes."""
    while True:
        try:
            name, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            said = (False, desk.answer(name, arguments))
        except (OracleError, WorkerLost, WorkerFailed) as error:
            said = (True, error)
        except Exception as error:  # Ray's own are of many kinds, and not ours to tell apart
            trouble = f"the Ray cluster failed at {name}: {type(error).__name__}: {error}"
            said = (True, RetryLater(trouble, "see ray status and the logs of its head"))
        try:
            pipe.send(said)
        except OSError:
            return


def _main() -> None:
    from oracle.cluster.ray_engine import RayEngine

    def join(address: str, device: str, local_workers: int) -> Engine:
        engine = RayEngine(address, device, local_workers)
        # Ray takes both for itself. Who is told to stop is the other side, which closes the socket.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        return engine

    desk = Desk(join)
    try:
        serve(Connection(int(sys.argv[1])), desk)
    finally:
        desk.close()


if __name__ == "__main__":
    _main()
