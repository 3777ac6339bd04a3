"""The daemon: startup, cycles on a schedule, shutdown on a signal."""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from oracle.api import ApiServer
from oracle.cycle import Cycle, CycleReport
from oracle.errors import OracleError
from oracle.metrics import Metrics

log = logging.getLogger(__name__)

MISFIRE_GRACE_SECONDS = 60


@dataclass
class Daemon:
    """Runs `cycle` every `interval_seconds`, and at phase boundaries, until told to stop."""

    cycle: Cycle
    api: ApiServer | None
    metrics: Metrics
    interval_seconds: float

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={
                "max_instances": 1,
                "coalesce": True,
                "misfire_grace_time": MISFIRE_GRACE_SECONDS,
            },
            timezone=UTC,
        )

    def run(self) -> None:
        """Blocks until SIGINT or SIGTERM, then finishes the cycle at hand and returns."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        if self.api is not None:
            self.api.start()
        self._scheduler.add_job(
            self._run_cycle,
            "interval",
            seconds=self.interval_seconds,
            next_run_time=datetime.now(UTC),
            id="cycle",
        )
        self._scheduler.start()
        log.info("started", extra={"interval_seconds": self.interval_seconds})
        self._stop.wait()
        log.info("stopping")
        self._scheduler.shutdown(wait=True)
        if self.api is not None:
            self.api.stop()
        log.info("stopped")

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _run_cycle(self) -> None:
        if self._stop.is_set():
            return
        try:
            report = self.cycle.run()
        except OracleError as error:
            self.metrics.cycle_failed()
            log.warning("cycle failed", extra={"reason": error.what, "hint": error.hint})
        except Exception:
            # A defect in one cycle must not end a daemon that players' money waits for; the
            # next cycle starts from the chain again, and /healthz turns red meanwhile.
            self.metrics.cycle_failed()
            log.exception("cycle failed unexpectedly")
        else:
            self._wake_at_boundaries(report)

    def _wake_at_boundaries(self, report: CycleReport) -> None:
        """Adds a date job at the next phase boundary, so that it is not missed by an interval."""
        now = datetime.now(UTC)
        for moment in report.boundaries:
            when = datetime.fromtimestamp(moment, UTC) + timedelta(seconds=1)
            if now < when < now + timedelta(days=1):
                self._scheduler.add_job(
                    self._run_cycle, "date", run_date=when, id=f"at {moment}", replace_existing=True
                )
