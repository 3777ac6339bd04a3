"""Sends notices on a thread of its own, so that no cycle waits for a mail server."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, field

from oracle.errors import RetryLater
from oracle.notices.channels import Channel
from oracle.notices.notice import Notice

log = logging.getLogger(__name__)

_WAITING = 100
_STOP_SECONDS = 10.0


@dataclass
class Poster:
    """Takes notices for one channel from any thread, and tries each a few times."""

    channel: Channel
    pauses: tuple[float, ...] = (5.0, 30.0, 300.0)  # seconds before each further try
    _queue: queue.Queue[Notice | None] = field(
        default_factory=lambda: queue.Queue(_WAITING), init=False
    )
    _stop: threading.Event = field(default_factory=threading.Event, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._thread.start()

    def post(self, notice: Notice) -> None:
        """Never waits: with a hundred unsent ones, a further one is only logged."""
        try:
            self._queue.put_nowait(notice)
        except queue.Full:
            log.warning("a notice was dropped: too many wait")

    def stop(self) -> None:
        """Gives what waits a moment to be sent: a process often ends with its worst news."""
        if self._thread is None:
            return
        self._stop.set()
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while (notice := self._queue.get()) is not None:
            self._send(notice)

    def _send(self, notice: Notice) -> None:
        for pause in (*self.pauses, None):
            try:
                self.channel.send(notice)
                return
            except RetryLater as error:
                if pause is None or self._stop.wait(pause):
                    facts = {"channel": self.channel.name, "reason": error.what, "hint": error.hint}
                    log.warning("a notice could not be sent", extra=facts)
                    return
            except Exception:
                # A defect here must not end the thread that brings all further news.
                log.warning("a notice could not be sent", exc_info=True)
                return
