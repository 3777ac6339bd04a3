"""The studio's process: start, serve until a signal, stop."""

from __future__ import annotations

import logging
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


@dataclass
class RunningStudio:
    """What runs beside one another: the HTTP server, the worker, the publisher."""

    address: str
    api: ApiServer
    worker: Worker
    publishing: PublishingThread
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    def run(self) -> None:
        """Blocks until SIGINT or SIGTERM; the image that is being made then is finished."""
        # While an image is drawn in this process, whoever answers a player gets its turn sooner.
        sys.setswitchinterval(_TURN_SECONDS)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        self.start()
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
