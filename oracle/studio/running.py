"""The studio's process: start, serve until a signal, stop."""

from __future__ import annotations

import ctypes
import gc
import logging
import resource
import signal
import sys
import threading
from dataclasses import dataclass, field
from types import FrameType

from oracle.api.server import ApiServer
from oracle.studio.publishing import PublishingThread
from oracle.studio.worker import Worker

log = logging.getLogger(__name__)

_TURN_SECONDS = 0.001
_M_ARENA_MAX = -8  # of glibc's mallopt
_OTHER_FILES = 500  # database, images, chain, generator


def allow_open_files(connections: int) -> None:
    """Raises this process's own limit so that every connection can be open at once.

    A service is often given 1024 and may take more; where it may not, the log says so.
    """
    wanted = connections + _OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        log.warning(
            "fewer connections than configured can be open",
            extra={"connections": max(most - _OTHER_FILES, 0), "hint": f"ulimit -Hn {wanted}"},
        )


def share_memory_between_threads() -> None:
    """Lets glibc keep two pools of free memory, not eight for every core; elsewhere nothing.

    Each pool keeps the room of the largest images that a thread ever held, so that a studio grew
    for hours.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(_M_ARENA_MAX, 2)


@dataclass
class RunningStudio:
    """What runs beside one another: the HTTP server, the worker, the publisher."""

    address: str
    api: ApiServer
    worker: Worker
    publishing: PublishingThread
    connections: int  # that may be open at once
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    def run(self) -> None:
        """Blocks until SIGINT or SIGTERM; the image that is being made then is finished."""
        # While one thread keeps an image, whoever answers a player gets its turn sooner.
        sys.setswitchinterval(_TURN_SECONDS)
        allow_open_files(self.connections)
        share_memory_between_threads()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        self.start()
        # What was loaded so far stays: a search for garbage in it would make players wait.
        gc.collect()
        gc.freeze()
        log.info("started", extra={"api": self.api.url, "studio": self.address})
        self._stop.wait()
        self.stop()
        log.info("stopped")

    def start(self) -> None:
        self.worker.start()
        self.publishing.start()
        self.api.start()

    def stop(self) -> None:
        self.api.stop()
        self.publishing.stop()
        self.worker.stop()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()
